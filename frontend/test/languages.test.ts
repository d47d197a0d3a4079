import { describe, expect, it } from "vitest";

import { cardWords } from "../src/card/words";
import { LANGUAGES } from "../src/languages";
import { ago } from "../src/times";

describe("the card's words", () => {
  it("are there in ten languages, and nowhere English by mistake", () => {
    expect(LANGUAGES).toHaveLength(10);
    for (const language of LANGUAGES) {
      const words = Object.values(cardWords(language));
      expect(words.every((word: string) => word.trim() === word && word !== "")).toBe(true);
      if (language !== "en") expect(cardWords(language).choose).not.toBe(cardWords("en").choose);
    }
  });

  it("are of a near language where there is none", () => {
    expect(cardWords("pt")).toBe(cardWords("pt-BR"));
    expect(cardWords("de-CH")).toBe(cardWords("de"));
    expect(cardWords("zh-Hant")).toBe(cardWords("zh-Hans"));
    expect(cardWords("tlh")).toBe(cardWords("en"));
    expect(cardWords("")).toBe(cardWords("en"));
  });
});

describe("how long ago", () => {
  const now = Date.parse("2026-11-20T12:00:00Z");
  it.each([
    ["2026-11-20T11:59:40Z", "now"],
    ["2026-11-20T12:05:00Z", "now"],
    ["2026-11-20T11:58:59Z", "1 minute ago"],
    ["2026-11-20T08:30:00Z", "3 hours ago"],
    ["2026-11-19T11:00:00Z", "1 day ago"],
    ["2026-08-20T11:00:00Z", "3 months ago"],
    ["2020-11-19T12:00:00Z", "6 years ago"],
  ])("%s is %s", (moment, said) => {
    expect(ago(moment, "en", now)).toBe(said);
  });
});
