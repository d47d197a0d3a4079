import { afterEach, describe, expect, it } from "vitest";

import english from "../../custom_components/immich_syncthing/translations/en.json";
import { Api, type Answer } from "../src/api";
import { restoredText } from "../src/views/restored";
import "../src/views/decision";
import type { Decision } from "../src/views/decision";
import { Words, wordsOf } from "../src/words";
import { find, Home, hold, picture, restored } from "./home";

/** Home Assistant's own words, as it would tell them by their whole keys. */
function flat(value: unknown, key: string): [string, string][] {
  if (typeof value === "string") return [[key, value]];
  return Object.entries(value as object).flatMap(([name, below]) => flat(below, `${key}.${name}`));
}

const THEIRS = Object.fromEntries(flat({ entity: english.entity, selector: english.selector }, "component.immich_syncthing"));
const WORDS = new Words("en", undefined, THEIRS);

describe("what became of a restore", () => {
  it("calls no photo lost while its vault is away", () => {
    const told = restoredText(WORDS, restored({ back: 0, hindrances: { no_bytes: 2 }, problem: "vault_unavailable" }));
    expect(told).toEqual(["2 photos cannot be brought back now: Vault not reachable."]);
    expect(restoredText(WORDS, restored({ back: 0, hindrances: { no_bytes: 2 } }))).toEqual(["2 photos are kept nowhere any more."]);
  });

  it("tells which failed, and that they are tried again", () => {
    const told = restoredText(WORDS, restored({ back: 0, under_way: 5, failures: { disk_full: 2, immich_error: 1 } }));
    expect(told).toEqual([
      "2 photos are on their way. That goes on by itself.",
      "2 photos could not be brought back yet, and are tried again: Disk full.",
      "1 photo could not be brought back yet, and is tried again: Immich refused.",
    ]);
  });

  it("names what a folder waits for", () => {
    const waiting = ["paused", "syncthing_busy"].map((reason) => ({ folder: "Phone", reason }));
    expect(restoredText(WORDS, restored({ back: 0, waiting }))).toEqual(["Phone waits: Paused.", "Phone waits: Syncthing is busy."]);
  });
});

describe("the answers to a question", () => {
  let shown: Decision;
  afterEach(() => shown.remove());

  it.each([
    ["many_files", "approve", "undo"],
    ["restored_in_bulk", "undo", "approve"],
  ] as const)("of %s warn of the one that deletes", async (kind, deletes, keeps) => {
    shown = document.createElement("isp-decision") as Decision;
    Object.assign(shown, { hold: hold({ kind }), words: WORDS, whole: true });
    document.body.append(shown);
    await shown.updateComplete;
    const drawn = (answer: Answer): [string, string] => {
      const found = find(shown, `[data-answer=${answer}] .icon`) as HTMLElement;
      return [getComputedStyle(found).color, found.querySelector("path")?.getAttribute("d") ?? ""];
    };
    expect(drawn(deletes)[0]).not.toBe(drawn("leave")[0]);
    expect(drawn(keeps)[0]).toBe(drawn("leave")[0]);
    expect(drawn(deletes)[1]).toMatch(/^M19 4H15/);
    expect(drawn(keeps)[1]).not.toBe(drawn(deletes)[1]);
  });
});

describe("days, times and numbers", () => {
  const zoned = (zone: string): Words => new Words("en", undefined, {}, { zone });

  it.each([
    ["Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00.000Z", "2026-03-29T22:00:00.000Z"],
    ["America/New_York", "2026-11-01", "2026-11-01T04:00:00.000Z", "2026-11-02T05:00:00.000Z"],
    ["Pacific/Auckland", "2026-04-05", "2026-04-04T11:00:00.000Z", "2026-04-05T12:00:00.000Z"],
    ["Pacific/Auckland", "2026-09-27", "2026-09-26T12:00:00.000Z", "2026-09-27T11:00:00.000Z"],
    // A day that begins at one o'clock.
    ["America/Asuncion", "2023-10-01", "2023-10-01T04:00:00.000Z", "2023-10-02T03:00:00.000Z"],
    ["Africa/Cairo", "2024-04-26", "2024-04-25T22:00:00.000Z", "2024-04-26T21:00:00.000Z"],
  ])("begin at midnight in %s on %s", (zone, day, begins, ends) => {
    expect([zoned(zone).midnight(day), zoned(zone).midnight(day, 1)]).toEqual([begins, ends]);
  });

  it("begin where the page is read, if it shows the times of there", () => {
    expect(WORDS.midnight("2026-11-20", 1)).toBe(new Date(2026, 10, 21).toISOString());
  });

  it("are written as the profile says", async () => {
    const of = async (locale: object): Promise<Words> => {
      const hass = { connection: new Home(), language: "en", locale: { language: "en", ...locale }, fetchWithAuth: picture };
      return (await wordsOf(hass, Api.of(hass))).words;
    };
    const told = async (number_format: string): Promise<string[]> => {
      const words = await of({ number_format });
      return [words.number(1234567), words.bytes(4_500_000_000), words.percent(57)].map((one) => one.replace(/\s/g, " ").replaceAll("’", "'"));
    };
    expect(await told("language")).toEqual(["1,234,567", "4.5 GB", "57%"]);
    expect(await told("decimal_comma")).toEqual(["1.234.567", "4,5 GB", "57%"]);
    expect(await told("space_comma")).toEqual(["1 234 567", "4,5 GB", "57%"]);
    expect(await told("quote_decimal")).toEqual(["1'234'567", "4.5 GB", "57%"]);
    expect(await told("none")).toEqual(["1234567", "4.5 GB", "57%"]);
    const noon = new Date(2026, 10, 20, 15, 5).toISOString();
    expect((await of({ time_format: "24" })).moment(noon)).toContain("15:05");
    expect((await of({ time_format: "12" })).moment(noon)).toMatch(/3:05\sPM/);
    expect((await of({ time_format: "language" })).moment(noon)).toMatch(/3:05\sPM/);
  });
});
