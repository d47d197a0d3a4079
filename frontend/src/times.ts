/** How long ago something was, as people say it. */

const UNITS = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

/** E.g. "3 minutes ago"; "now" within a minute, and of a clock that runs ahead. */
export function ago(iso: string, language: string, now: number = Date.now()): string {
  const seconds = (now - new Date(iso).getTime()) / 1000;
  for (const [unit, length] of UNITS) {
    // "Yesterday" would depend on where midnight is.
    if (seconds >= length) return new Intl.RelativeTimeFormat(language).format(-Math.floor(seconds / length), unit);
  }
  return new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(0, "second");
}
