import { afterEach, beforeEach, expect, test } from "vitest";

import { Api, type HeldItem, type Hold, type Overview } from "../src/api";
import { Pictures } from "../src/pictures";
import type { Grid } from "../src/grid";
import "../src/views/holds";
import type { HoldsView } from "../src/views/holds";
import { Words } from "../src/words";
import { find, findAll, heldItem, hold, Home, overview, paged, picture, text, TRANSLATIONS, until } from "./home";

let home: Home;
let view: HoldsView;
let items: HeldItem[];

async function show(holds: Hold[], query: Record<string, string> = {}): Promise<void> {
  view = document.createElement("isp-holds") as HoldsView;
  Object.assign(view, {
    api: new Api(home, "en"),
    overview: overview({ holds }),
    words: new Words("en", undefined, TRANSLATIONS),
    pictures: new Pictures(picture),
    query,
  });
  document.body.append(view);
  await view.updateComplete;
  await until(() => !text(view).includes("Loading…"), "the end of loading");
}

async function tell(changes: Partial<Overview>): Promise<void> {
  view.overview = overview(changes);
  await view.updateComplete;
}

const sees = (what: string): Promise<boolean> => until(() => text(view).includes(what), `“${what}” in ${text(view)}`);
const button = (name: string): HTMLButtonElement =>
  findAll<HTMLButtonElement>(view, "button").find((one) => text(one).includes(name)) as HTMLButtonElement;
const option = (at: number): HTMLElement => find(view, `#item-${at}`) as HTMLElement;
const focused = (): Element | null | undefined => find(view, "isp-decision")?.shadowRoot?.activeElement;
const given = (): Record<string, unknown>[] => home.of("hold/answer");

/** Click on an answer and wait until what it could do is done. */
async function press(name: string): Promise<void> {
  button(name).click();
  await view.updateComplete;
  await until(() => button(name) === undefined || button(name).ariaDisabled === "true" || given().length > 0);
}

beforeEach(() => {
  items = Array.from({ length: 10 }, (_, at) => heldItem(at));
  home = new Home()
    .on("hold/items", paged(() => items))
    .on("answers", () => ({ answers: [] }))
    .on("hold/answer", ({ items: named }) => {
      const chosen = new Set((named as string[] | undefined) ?? items.map((one) => one.item));
      items = items.filter((one) => !chosen.has(one.item));
      return { hold_id: "h1", answered: chosen.size, left: items.length };
    });
});

afterEach(() => {
  view.remove();
  // The next test begins at the top.
  window.scrollTo({ top: 0 });
});

test("a selection that somebody else answered never becomes all of the others", async () => {
  await show([hold({ count: 10 })]);
  await until(() => option(9));
  for (const at of [0, 1, 2]) {
    option(at).click();
    await sees(`${at + 1} of 10 selected`);
  }
  await sees("Decide for the 3 selected photos");
  items = items.slice(3);
  await tell({ holds: [hold({ count: 7 })] });
  await sees("Select photos to decide, or select all.");
  await press("Delete the files");
  expect(given()).toEqual([]);
  option(0).click();
  await sees("1 of 7 selected");
  await press("Delete the files");
  expect(given()[0]?.["items"]).toEqual([heldItem(3).item]);
});

test("a second click after an answer for some answers nothing", async () => {
  await show([hold({ count: 10 })]);
  await until(() => option(9));
  option(0).click();
  await sees("1 of 10 selected");
  button("Delete the files").focus();
  await press("Delete the files");
  await sees("1 photo. 9 photos still wait.");
  expect(focused()).toBe(button("Delete the files"));
  await press("Delete the files");
  expect(given()).toHaveLength(1);
  button("Select all").click();
  await sees("Decide for all 9 photos");
  await press("Delete the files");
  await until(() => given().length === 2);
  expect(given()[1]).toMatchObject({ revision: 1 });
  expect(given()[1]).not.toHaveProperty("items");
});

test("the keyboard's focus stays where answers unfold and fold", async () => {
  await show([hold({ count: 10 })]);
  view.narrow = true;
  await until(() => option(9) && !button("Keep the files"));
  const toggle = button("Decide for all 10 photos");
  toggle.focus();
  toggle.click();
  await sees("Keep the files");
  expect([text(focused()!), focused()?.ariaExpanded]).toEqual(["Not now", "true"]);
  toggle.click();
  await until(() => !button("Keep the files"));
  expect([text(focused()!), focused()?.ariaExpanded]).toEqual(["Decide for all 10 photos", "false"]);

  option(0).click();
  toggle.click();
  await until(() => button("Keep the files"));
  button("Keep the files").focus();
  button("Keep the files").click();
  await until(() => given().length === 1 && !button("Keep the files"));
  expect(focused()?.ariaExpanded).toBe("false");
});

test("the keyboard goes on from the top of what is shown when its question is gone", async () => {
  const other = hold({ hold_id: "h2", question: "5 photos came back", count: 10 });
  await show([hold({ count: 10 }), other], { question: "h1" });
  await until(() => option(9));
  button("Keep the files").focus();
  button("Keep the files").click();
  await until(() => given().length === 1);
  await tell({ holds: [other] });
  await sees("1 question waits for your answer");
  await until(() => view.shadowRoot?.activeElement?.localName === "h2");
  button("5 photos came back").focus();
  button("5 photos came back").click();
  await until(() => text(view.shadowRoot?.activeElement ?? view) === "5 photos came back");
});

test("a photo that comes again on the next page is shown once", async () => {
  items = Array.from({ length: 600 }, (_, at) => heldItem(at));
  await show([hold({ count: 600 })]);
  const grid = find(view, "isp-grid") as Grid;
  await until(() => grid.items.length === 500);
  items = [...items.slice(0, 500), heldItem(7), ...items.slice(500)];
  home.on("hold/items", ({ limit }) => ({ revision: 1, items: items.slice(500, 500 + Number(limit)), next: null }));
  button("Select all").click();
  await sees("600 of 600 selected");
  expect(grid.items).toHaveLength(600);
});

test("a question that was answered elsewhere makes way for the list, never for another question", async () => {
  const other = hold({ hold_id: "h2", question: "5 photos came back", count: 10 });
  await show([hold(), other], { question: "h1" });
  await tell({ holds: [other] });
  await sees("This question needs no answer any more.");
  expect(findAll(view, "[data-answer]")).toEqual([]);
  await tell({ holds: [other] });
  expect(findAll(view, "[data-answer]")).toEqual([]);
  button("5 photos came back").click();
  await until(() => button("Delete the files"));
  expect(text(view)).not.toContain("needs no answer any more");
});

test("a question stays while its account is loaded anew", async () => {
  await show([hold({ count: 10 })]);
  await until(() => option(3));
  option(3).click();
  await sees("1 of 10 selected");
  const [account] = view.overview.accounts;
  await tell({ accounts: [{ ...account!, loaded: false }], holds: [] });
  await tell({ holds: [hold({ count: 10 })] });
  await sees("1 of 10 selected");
});

test("who came for a question that is no longer there gets no other one", async () => {
  await show([hold({ hold_id: "h2", question: "5 photos came back" })], { question: "h1" });
  await sees("1 question waits for your answer");
  expect(findAll(view, "[data-answer]")).toEqual([]);
});

test("who deselects everything is asked to choose again, and one of all is named", async () => {
  await show([hold({ count: 10 })]);
  button("Select all").click();
  await sees("10 of 10 selected");
  (await until(() => option(9))).click();
  await sees("Decide for the 9 selected photos");
  await press("Keep the files");
  await until(() => given().length === 1);
  expect(given()[0]?.["items"]).toEqual(Array.from({ length: 9 }, (_, at) => heldItem(at).item));
  await sees("1 photo still waits.");
  await until(() => !button("Select all").disabled);
  button("Select all").click();
  await sees("Decide for the photo");
  find(view, "[role=listbox]")?.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
  await sees("Select photos to decide, or select all.");
});

test("photos that leave are no photos that join", async () => {
  await show([hold({ count: 10, joined_revision: 1 })]);
  items = items.slice(4);
  await tell({ holds: [hold({ count: 6, revision: 2, joined_revision: 1 })] });
  await sees("6 photos. Select some");
  expect(text(view)).not.toContain("More photos joined");
  await tell({ holds: [hold({ count: 7, revision: 3, joined_revision: 3 })] });
  await sees("More photos joined");
});

test("when only what joined is left, that is shown, and nothing is chosen of it", async () => {
  await show([hold({ count: 10 })]);
  items = [...items, ...Array.from({ length: 10 }, (_, at) => heldItem(100 + at, 2))];
  await tell({ holds: [hold({ count: 20, revision: 2, joined_revision: 2 })] });
  await sees("More photos joined");
  items = items.slice(10);
  await tell({ holds: [hold({ count: 10, revision: 3, joined_revision: 2 })] });
  await sees("Select photos to decide, or select all.");
  await until(() => option(0)?.title.includes("00100"));
  await press("Delete the files");
  expect(given()).toEqual([]);
});

test("what became of an answer is told, and not below another question", async () => {
  let refuse: (() => void) | undefined;
  home.on("hold/answer", () => new Promise((_, reject) => (refuse = () => reject({ code: "unknown_hold", message: "Too late." }))));
  const other = hold({ hold_id: "h2", question: "5 photos came back", count: 10 });
  await show([hold(), other], { question: "h1" });
  button("Delete the files").click();
  await until(() => refuse);
  view.query = { question: "h2" };
  await sees("5 photos came back");
  refuse?.();
  await sees("300 photos of Phone were moved to Immich's trash: Too late.");
  expect(findAll(view, "[role=alert]")).toEqual([]);
  view.query = { question: "h1" };
  await until(() => !text(view).includes("Too late."));
});

test("nothing is decided about photos of which none could be fetched, and they come once Home Assistant is back", async () => {
  items = Array.from({ length: 1_200 }, (_, at) => heldItem(at));
  home.leave();
  await show([hold({ count: 1_200 })]);
  await sees("Home Assistant does not answer.");
  expect(text(view)).not.toContain("Decide for all");
  await press("Delete the files");
  expect(home.of("hold/items")).toHaveLength(1);
  // To select all of them is to fetch them.
  button("Select all").click();
  await until(() => home.of("hold/items").length === 2);
  await until(() => !text(view).includes("Loading…"));
  expect(text(view)).not.toContain("Decide for all");
  expect(given()).toEqual([]);
  home.back();
  await tell({ holds: [hold({ count: 1_200 })] });
  await sees("Decide for all 1,200 photos");
  await until(() => (find(view, "isp-grid") as Grid).items.length === 500);
  expect(text(view)).not.toContain("Home Assistant does not answer.");
});

test("an answer that got lost is said to be only until Home Assistant is back", async () => {
  await show([hold({ count: 10 })]);
  await until(() => option(9));
  home.leave();
  await press("Delete the files");
  await sees("Home Assistant does not answer.");
  home.back();
  await tell({ holds: [hold({ count: 10 })] });
  expect(text(view)).not.toContain("Home Assistant does not answer.");
  await sees("Decide for all 10 photos");
});

test("that an answer could not be taken back is said only until Home Assistant is back", async () => {
  const answer = { answer_id: "a1", hold_id: "h0", kind: "many_files", answer: "leave", folders: ["Phone"], count: 3 };
  home.on("answers", () => ({ answers: [{ ...answer, answered_at: new Date().toISOString() }] }));
  await show([]);
  await until(() => button("Take it back"));
  home.leave();
  button("Take it back").click();
  await sees("Home Assistant does not answer.");
  home.back();
  await tell({ holds: [] });
  await until(() => !text(view).includes("Home Assistant does not answer."));
  expect(button("Take it back").disabled).toBe(false);
});

test("the list of photos grows on after a part of it was lost", async () => {
  items = Array.from({ length: 1_200 }, (_, at) => heldItem(at));
  await show([hold({ count: 1_200 })]);
  const grid = find(view, "isp-grid") as Grid;
  await until(() => grid.items.length === 500 && option(0));
  const scroller = document.scrollingElement as Element;
  home.leave();
  scroller.scrollTo({ top: scroller.scrollHeight });
  await sees("Home Assistant does not answer.");
  home.back();
  await tell({ holds: [hold({ count: 1_200 })] });
  await until(() => grid.items.length > 500, "more photos");
  expect(text(view)).not.toContain("Home Assistant does not answer.");
});

test("a photo without a file is shown as that", async () => {
  items = [{ ...heldItem(0), path: null, places: [], folder: null, size: null }, heldItem(1)];
  await show([hold({ count: 2 })]);
  await sees("Photo without a file");
  await sees("IMG_00001.jpg");
});

test("more photos cost no work for those that are there", async () => {
  items = Array.from({ length: 1_200 }, (_, at) => heldItem(at));
  await show([hold({ count: 1_200 })]);
  const grid = find(view, "isp-grid") as Grid;
  await until(() => grid.items.length === 500);
  const [first] = grid.items;
  const { NumberFormat } = Intl;
  let made = 0;
  Intl.NumberFormat = new Proxy(NumberFormat, {
    construct: (target, given) => {
      made++;
      return new target(...(given as []));
    },
  });
  button("Select all").click();
  await sees("1,200 of 1,200 selected");
  Intl.NumberFormat = NumberFormat;
  expect(grid.items).toHaveLength(1_200);
  expect(grid.items[0]).toBe(first);
  expect(made).toBeLessThan(5);
});
