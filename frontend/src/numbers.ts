/** Numbers, as a language says them and a profile wants them written. */

/** The languages that write numbers as a profile of Home Assistant may ask for. */
const NUMERALS: Readonly<Record<string, string>> = {
  comma_decimal: "en-US",
  decimal_comma: "de",
  space_comma: "fr",
  quote_decimal: "de-CH",
  none: "en-US",
};
/** The parts of a number that differ with its format. */
const DIGITS = new Set(["integer", "group", "decimal", "fraction"]);
/** Made once: making one takes longer than a thousand uses of it. */
const formats = new Map<string, Intl.NumberFormat>();

/** Return a number in the words of a language; `format`: how its digits are written, as Home Assistant calls that. */
export function written(
  value: number,
  language: string,
  format: string | undefined,
  options: Intl.NumberFormatOptions = {},
): string {
  const spoken = made(language, options);
  const numerals = NUMERALS[format ?? ""];
  if (numerals === undefined) return spoken.format(value);
  const digits = made(numerals, { ...options, useGrouping: format !== "none" }).formatToParts(value);
  const own = digits.filter((part) => DIGITS.has(part.type)).map((part) => part.value);
  const parts = spoken.formatToParts(value);
  const first = parts.findIndex((part) => DIGITS.has(part.type));
  return parts.map((part, at) => (at === first ? own.join("") : DIGITS.has(part.type) ? "" : part.value)).join("");
}

function made(language: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const name = `${language} ${JSON.stringify(options)}`;
  const format = formats.get(name) ?? new Intl.NumberFormat(language, options);
  formats.set(name, format);
  return format;
}
