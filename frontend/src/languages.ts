/** The languages that there are words in. */

export const LANGUAGES = ["de", "en", "es", "fr", "it", "nl", "pl", "pt-BR", "sv", "zh-Hans"] as const;

export type Language = (typeof LANGUAGES)[number];

/** Return which of the ten languages comes nearest to the one that Home Assistant shows. */
export function nearest(language: string): Language {
  const exact = LANGUAGES.find((one) => one.toLowerCase() === language.toLowerCase());
  const base = language.split("-", 1)[0]?.toLowerCase();
  return exact ?? LANGUAGES.find((one) => one.split("-", 1)[0] === base) ?? "en";
}
