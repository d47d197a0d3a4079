/** How long ago something was, as people say it. */

const UNITS = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

/** Made once: making one takes longer than a thousand uses of it. */
const formats = new Map<string, Intl.RelativeTimeFormat>();

/** E.g. "3 minutes ago"; "now" within a minute, and of a clock that runs ahead. */
export function ago(iso: string, language: string, now: number = Date.now()): string {
  const seconds = (now - new Date(iso).getTime()) / 1000;
  for (const [unit, length] of UNITS) {
    // "Yesterday" would depend on where midnight is.
    if (seconds >= length) return format(language, "always").format(-Math.floor(seconds / length), unit);
  }
  return format(language, "auto").format(0, "second");
}

function format(language: string, numeric: "always" | "auto"): Intl.RelativeTimeFormat {
  const name = `${language} ${numeric}`;
  const made = formats.get(name) ?? new Intl.RelativeTimeFormat(language, { numeric });
  formats.set(name, made);
  return made;
}
