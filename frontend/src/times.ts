/** How long ago something was, as people say it, and when days begin. */

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

/** Return when a day begins in a zone, that of the browser if none is named; or one that many days `later`. */
export function midnight(day: string, later: number, zone: string | undefined): Date {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  if (zone === undefined) return new Date(year, month - 1, date + later);
  const shown = Date.UTC(year, month - 1, date + later);
  const near = shown - ahead(shown, zone);
  const begin = shown - ahead(near, zone);
  // Where clocks go forward at midnight there is none: the day begins with what they show then.
  return new Date(begin + ahead(begin, zone) < shown ? near : begin);
}

/** How far the clocks of a zone are ahead of UTC at a moment, in milliseconds. */
function ahead(moment: number, zone: string): number {
  const parts = new Intl.DateTimeFormat("en", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(moment);
  const of = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.find((part) => part.type === type)?.value);
  return Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second")) - moment;
}
