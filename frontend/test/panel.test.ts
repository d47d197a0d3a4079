import { afterEach, beforeEach, expect, test } from "vitest";

import type { Change, Hass, HeldItem, Overview } from "../src/api";
import "../src/panel";
import type { Panel } from "../src/panel";
import type { Grid } from "../src/grid";
import { barriers } from "./axe";
import {
  ENTRY,
  MINUTES_AGO,
  Home,
  find,
  findAll,
  folder,
  heldItem,
  hold,
  overview,
  paged,
  picture,
  text,
  until,
} from "./home";

let home: Home;
let panel: Panel;
let now: Overview;
let items: HeldItem[];

function change(id: number, changes: Partial<Change> = {}): Change {
  return {
    id,
    at: new Date(Date.now() - 1_000_000 + id * 1_000).toISOString(),
    action: "upload",
    path: `DCIM/IMG_${id}.jpg`,
    folder: "Phone",
    folder_id: "phone",
    asset_id: null,
    checksum: "ab".repeat(20),
    why: "new_file",
    result: "ok",
    origin: null,
    items: null,
    is_video: false,
    ...changes,
  };
}

async function open(path: string, changes: Partial<Panel> = {}): Promise<void> {
  const [where, search] = path.split("?");
  window.history.replaceState(null, "", search ? `?${search}` : window.location.pathname);
  panel = document.createElement("immich-syncthing-panel") as Panel;
  const hass: Hass = { connection: home, language: "en", fetchWithAuth: picture };
  Object.assign(panel, { hass, route: { prefix: "/immich-syncthing", path: where }, ...changes });
  panel.style.cssText = "position:fixed;inset:0";
  document.body.append(panel);
  await until(() => find(panel, "main .inside > :last-child"));
  await until(() => !text(panel).includes("Loading…"), "the end of loading");
}

function tell(changes: Partial<Overview>): void {
  now = { ...now, ...changes };
  home.tell("overview/subscribe", now);
}

const button = (name: string): HTMLButtonElement =>
  findAll<HTMLButtonElement>(panel, "button").find((one) => text(one).includes(name)) as HTMLButtonElement;
const sees = (what: string): Promise<boolean> => until(() => text(panel).includes(what), `“${what}” in ${text(panel)}`);
const option = (at: number): HTMLElement => find(panel, `#item-${at}`) as HTMLElement;

beforeEach(() => {
  now = overview();
  items = Array.from({ length: 300 }, (_, at) => heldItem(at));
  home = new Home()
    .on("overview/subscribe", () => now)
    .on("history/subscribe", () => undefined)
    .on("history", () => ({ entries: [change(2), change(1)], next_before: null }))
    .on("hold/items", paged(() => items))
    .on("answers", () => ({ answers: [] }));
  document.documentElement.lang = "en";
});

afterEach(() => {
  panel.remove();
  document.documentElement.removeAttribute("dir");
  document.documentElement.removeAttribute("style");
});

test("the overview tells what will happen next, and how far both sides agree", async () => {
  await open("/overview");
  await sees("Nothing: both sides agree.");
  await sees("98% in agreement");
  await sees("1,230 files");
  await sees("Anna's phone has everything");
  await sees("Compared 3 minutes ago · Mirror");
  await sees("Uploaded · New in the folder");
  expect(find(panel, "header button")?.checkVisibility()).toBe(false);
  expect(text(panel).indexOf("IMG_2.jpg")).toBeLessThan(text(panel).indexOf("IMG_1.jpg"));
  expect(await barriers(panel)).toEqual([]);
});

test("an upload is seen as it goes on, and a change as it happens", async () => {
  await open("/overview");
  const upload = { path: "DCIM/film.mp4", checksum: "cd".repeat(20), sent: 250, size: 1000 };
  tell({ folders: [folder({ state: "uploading", uploads: [upload], rate: 3_000_000, percent: 25 })] });
  await sees("3 MB/s");
  const bar = await until(() => find(panel, "[role=progressbar]"));
  expect(bar.getAttribute("aria-valuenow")).toBe("25");
  tell({ folders: [folder({ uploads: [{ ...upload, sent: 1000 }] })] });
  await until(() => bar.getAttribute("aria-valuenow") === "100");
  await until(() => find(panel, ".sending isp-picture")?.shadowRoot?.querySelector("img"));
  home.tell("history/subscribe", change(3, { path: "DCIM/film.mp4" }));
  await until(() => find(panel, "li .path")?.textContent?.includes("film.mp4"));
});

test("agreement is never told before it is there", async () => {
  now = overview({
    folders: [folder({ counts: { ...folder().counts!, files: 100_000, linked: 99_999, kept: 0, to_upload: 1 } })],
  });
  await open("/overview");
  await sees("99% in agreement");
});

test("what waits for an answer is no agreement", async () => {
  now = overview({
    folders: [folder({ counts: { ...folder().counts!, files: 70, linked: 70, kept: 0, to_upload: 0, held: 30 } })],
  });
  await open("/overview");
  await sees("57% in agreement");
  await sees("40 in folder and Immich");
  await sees("30 to decide");
});

test("a phone of which nothing is known yet is called away only if it is", async () => {
  const phone = { name: "Anna's phone", connected: true, completion: null };
  now = overview({ folders: [folder({ device: "Anna's phone", completion: null, devices: [phone] })] });
  await open("/overview");
  await sees("Compared 3 minutes ago");
  expect(text(panel)).not.toContain("is not connected");
  tell({ folders: [folder({ device: "Anna's phone", completion: null, devices: [{ ...phone, connected: false }] })] });
  await sees("Anna's phone is not connected");
});

test("what was done while Home Assistant restarted is there afterwards", async () => {
  await open("/overview");
  await sees("IMG_2.jpg");
  home.leave();
  await sees("Home Assistant does not answer.");
  home.on("history", () => ({ entries: [change(9), change(2)], next_before: null }));
  home.back();
  await sees("IMG_9.jpg");
  await until(() => !text(panel).includes("Home Assistant does not answer."));
});

test("a folder is synced, paused and resumed, and a refusal is read", async () => {
  const asked: unknown[] = [];
  home.on("folder/control", ({ do: what }) => {
    asked.push(what);
    if (what === "pause") throw { code: "stopped", message: "Everything is stopped. Resume it first." };
    return { paused: false };
  });
  await open("/overview");
  button("Sync now").click();
  await until(() => asked.length === 1 && !button("Pause").disabled);
  button("Pause").click();
  await sees("Everything is stopped. Resume it first.");
  tell({ folders: [folder({ paused: true, state: "paused" })] });
  await until(() => button("Resume"));
  expect(button("Sync now").disabled).toBe(true);
  button("Resume").click();
  await until(() => asked.length === 3);
  expect(asked).toEqual(["sync_now", "pause", "resume"]);
});

test("an account that does not run, and an account without a folder, say so", async () => {
  const [account] = now.accounts;
  now = overview({ folders: [], accounts: [account!, { ...account!, entry_id: "two", title: "Ben", loaded: false, problem: "Immich does not answer." }] });
  await open("/overview");
  await sees("Ben : Immich does not answer.");
  await sees("No folder yet");
});

test("a question leads to its photos", async () => {
  now = overview({ holds: [hold()] });
  await open("/overview");
  const paths: string[] = [];
  window.addEventListener("location-changed", () => paths.push(window.location.pathname + window.location.search));
  button("Look at the photos").click();
  await until(() => paths.length);
  expect(paths).toEqual(["/immich-syncthing/review?question=h1"]);
});

test("half of the photos are approved and half undone", async () => {
  now = overview({ holds: [hold()] });
  home.on("hold/answer", ({ items: named }) => {
    const chosen = new Set((named as string[] | undefined) ?? items.map((one) => one.item));
    items = items.filter((one) => !chosen.has(one.item));
    setTimeout(() => tell({ holds: items.length ? [hold({ count: items.length })] : [] }));
    return { hold_id: "h1", answered: chosen.size, left: items.length };
  });
  await open("/review?question=h1");
  await sees("300 photos of Phone were moved to Immich's trash");
  await sees("That is more than passes without asking.");
  expect(text(panel)).not.toContain("{sample}");
  expect(text(panel)).not.toContain("Among them");
  await sees("Both sides have them then.");
  expect(await barriers(panel)).toEqual([]);

  await until(() => option(0)?.querySelector("isp-picture")?.shadowRoot?.querySelector("img"));
  option(0).click();
  const grid = find(panel, "isp-grid") as Grid;
  const press = (key: string, init: KeyboardEventInit): void => {
    const list = find(panel, "[role=listbox]") as HTMLElement;
    list.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, composed: true, ...init }));
  };
  for (let pages = 0; grid.selection.size < 150; pages++) press("ArrowRight", { shiftKey: true }), await sees("selected");
  await sees("150 of 300 selected");
  await sees("Decide for the 150 selected photos");
  button("Delete the files").click();
  await sees("Delete the files: 150 photos. 150 photos still wait.");
  expect(home.of("hold/answer")[0]?.["items"]).toEqual(Array.from({ length: 150 }, (_, at) => heldItem(at).item));
  await sees("Select photos to decide, or select all.");
  button("Select all").click();
  await sees("Decide for all 150 photos");
  await until(() => grid.items[0]?.title.includes("00150"));
  button("Restore them in Immich").click();
  await sees("Nothing waits for your decision");
  expect(home.of("hold/answer")[1]).toMatchObject({ answer: "undo", revision: 1 });
  expect(home.of("hold/answer")[1]).not.toHaveProperty("items");
});

test("what is scrolled to is drawn, and the answers stay in sight", async () => {
  now = overview({ holds: [hold()] });
  await open("/review?question=h1");
  await until(() => (find(panel, ".item")?.parentElement?.children.length ?? 0) > 1, "a grid that was measured");
  const main = find(panel, "main") as HTMLElement;
  expect(option(150)).toBeFalsy();
  for (const share of [0.25, 0.5, 0.75]) {
    main.scrollTo({ top: main.scrollHeight * share });
    await until(() => option(300 * share), `the photos at ${share}`);
  }
  const answers = find(panel, ".answers") as HTMLElement;
  expect(Math.round(answers.getBoundingClientRect().bottom)).toBeLessThanOrEqual(window.innerHeight);
});

test("all of 5,000 are selected although not all were looked at", async () => {
  items = Array.from({ length: 5_000 }, (_, at) => heldItem(at));
  now = overview({ holds: [hold({ count: 5_000 })] });
  await open("/review");
  expect(home.of("hold/items").length).toBe(1);
  button("Select all").click();
  await sees("5,000 of 5,000 selected");
  expect(home.of("hold/items").length).toBe(10);
  await sees("Decide for all 5,000 photos");
  button("Select none").click();
  await sees("Select photos to decide, or select all.");
});

test("an answer touches nothing that joined after the photos were shown", async () => {
  now = overview({ holds: [hold({ count: 300 })] });
  home.on("hold/answer", () => ({ answered: 300, left: 5 }));
  await open("/review");
  items = [...items, ...Array.from({ length: 5 }, (_, at) => heldItem(900 + at, 2))];
  tell({ holds: [hold({ count: 305, revision: 2 })] });
  await sees("More photos joined this question");
  button("Keep the files").click();
  await until(() => home.of("hold/answer").length);
  expect(home.of("hold/answer")[0]).toMatchObject({ revision: 1, answer: "leave" });
});

test("what joined is shown on request", async () => {
  items = items.slice(0, 3);
  now = overview({ holds: [hold({ count: 3 })] });
  await open("/review");
  items = [...items, heldItem(900, 2)];
  tell({ holds: [hold({ count: 4, revision: 2 })] });
  await sees("More photos joined this question");
  button("Show them").click();
  await until(() => option(3));
  await until(() => !text(panel).includes("More photos joined"));
});

test("photos that need no answer any more leave, and what was selected of the others stays", async () => {
  items = items.slice(0, 10);
  now = overview({ holds: [hold({ count: 10 })] });
  await open("/review");
  await until(() => option(9));
  option(1).click();
  option(9).click();
  items = items.slice(5);
  tell({ holds: [hold({ count: 5 })] });
  await sees("1 of 5 selected");
  tell({ holds: [] });
  await sees("Nothing waits for your decision");
});

test("a refused answer says what to do, and nothing is lost", async () => {
  now = overview({ holds: [hold()] });
  home.on("hold/answer", () => {
    throw { code: "unknown_hold", message: "There is nothing left to decide here." };
  });
  await open("/review");
  await until(() => option(2));
  option(2).click();
  await sees("1 of 300 selected");
  button("Delete the files").click();
  await sees("There is nothing left to decide here.");
  await sees("1 of 300 selected");
});

test("a page that comes back after a while goes on where it was", async () => {
  now = overview({ holds: [hold()] });
  await open("/review");
  await until(() => option(2)?.querySelector("isp-picture")?.shadowRoot?.querySelector("img"));
  option(2).click();
  await sees("1 of 300 selected");
  const { revokeObjectURL } = URL;
  let left = findAll<HTMLImageElement>(panel, "img").map((one) => one.src);
  URL.revokeObjectURL = (url) => {
    left = left.filter((one) => one !== url);
    revokeObjectURL.call(URL, url);
  };
  panel.remove();
  document.body.append(panel);
  await until(() => home.of("overview/subscribe").length === 2 && home.subscriptions("overview/subscribe") === 1);
  tell({ stopped: true });
  await sees("Everything is stopped");
  await sees("1 of 300 selected");
  await until(() => option(2)?.querySelector("isp-picture")?.shadowRoot?.querySelector("img"));
  URL.revokeObjectURL = revokeObjectURL;
  expect(left).toEqual([]);
  panel.hass = { ...panel.hass, language: "en-GB" };
  await sees("300 photos. Select some");
});

test("the list of what was done last is without what an account that is gone did", async () => {
  const [account] = now.accounts;
  now = overview({ accounts: [account!, { ...account!, entry_id: "two" }] });
  home.on("history", ({ entry_id }) => ({ entries: [change(entry_id === "two" ? 7 : 1)], next_before: null }));
  await open("/overview");
  await sees("IMG_7.jpg");
  await sees("IMG_1.jpg");
  tell({ accounts: [account!] });
  await until(() => !text(panel).includes("IMG_7.jpg"));
  await sees("IMG_1.jpg");
});

test("what was done last is told of one account, and of another that its changes cannot be read just now", async () => {
  const [account] = now.accounts;
  now = overview({ accounts: [account!, { ...account!, entry_id: "two" }] });
  let broken = true;
  home.on("history", ({ entry_id }) => {
    if (entry_id === "two" && broken) throw { code: "ledger_error", message: "The ledger cannot be read." };
    return { entries: [change(entry_id === "two" ? 7 : 1)], next_before: null };
  });
  await open("/overview");
  await sees("The ledger cannot be read.");
  await sees("IMG_1.jpg");
  home.tell("history/subscribe", change(3));
  await sees("IMG_3.jpg");
  await sees("The ledger cannot be read.");
  broken = false;
  home.leave();
  home.back();
  await sees("IMG_7.jpg");
  expect(text(panel)).not.toContain("The ledger cannot be read.");
});

test("who is no administrator sees the photos and no button that decides", async () => {
  now = overview({ may_decide: false, holds: [hold()] });
  await open("/review");
  await until(() => option(0));
  await sees("Only administrators of Home Assistant can decide.");
  expect(findAll(panel, "[data-answer]")).toEqual([]);
});

test("several questions are listed, and one leads back to the others", async () => {
  now = overview({ holds: [hold(), hold({ hold_id: "h2", question: "5 photos came back" })] });
  await open("/review");
  await sees("2 questions wait for your answer");
  button("5 photos came back").click();
  panel.route = { prefix: "/immich-syncthing", path: "/review" };
  await until(() => button("All questions"));
  button("All questions").click();
  await sees("2 questions wait for your answer");
});

test("an answer is taken back, and what became of it is told", async () => {
  const given = { answer_id: "a1", hold_id: "h0", kind: "many_files", answer: "approve", folders: ["Phone"], count: 9, answered_at: MINUTES_AGO };
  let answers = [given];
  home
    .on("answers", () => ({ answers }))
    .on("reconsider", ({ answer_id }) => {
      if (answers.length === 0) throw { code: "unknown_answer", message: "There is no such answer any more." };
      answers = answers.filter((one) => one.answer_id !== answer_id);
      const hindered = ["no_bytes", "moved_on", "moved_on"].map((reason, at) => ({ item: String(at), reason }));
      return { asked_again: 1, brought_back: 5, hindered };
    });
  await open("/review");
  await sees("9 photos · Phone · 3 minutes ago");
  expect(await barriers(panel)).toEqual([]);
  answers = [given, { ...given, answer_id: "a2", answered_at: new Date().toISOString() }];
  tell({ holds: [hold(), hold({ hold_id: "h2" })] });
  await until(() => findAll(find(panel, "isp-answers")!, "li").length === 2);
  expect(text(findAll(find(panel, "isp-answers")!, "li")[0]!)).toContain("now");
  button("Take it back").click();
  await sees("You are asked about 1 photo again.");
  await sees("5 photos are being brought back.");
  await sees("1 photo is kept nowhere any more.");
  await sees("2 photos were settled otherwise meanwhile.");
  expect(home.of("reconsider")[0]).toMatchObject({ entry_id: ENTRY, answer_id: "a2" });
  answers = [];
  button("Take it back").click();
  await sees("There is no such answer any more.");
  await until(() => findAll(find(panel, "isp-answers")!, "li").length === 0);
});

test("no answer of an account that is gone can be taken back, nor is it told for long why one cannot be read", async () => {
  const given = { answer_id: "a1", hold_id: "h0", kind: "many_files", answer: "approve", folders: ["Phone"], count: 9, answered_at: MINUTES_AGO };
  const [account] = now.accounts;
  const other = { ...account!, entry_id: "other", title: "Ben" };
  let answers: (typeof given)[] | undefined;
  home.on("answers", ({ entry_id }) => {
    if (entry_id === ENTRY) return { answers: [given] };
    if (answers === undefined) throw { code: "account_not_loaded", message: "Ben is being loaded." };
    return { answers };
  });
  now = overview({ accounts: [account!, other] });
  await open("/review");
  await sees("Ben is being loaded.");
  answers = [{ ...given, answer_id: "a2" }];
  tell({ accounts: [account!, { ...other, loaded: false }] });
  await until(() => findAll(find(panel, "isp-answers")!, "li").length === 1);
  tell({ accounts: [account!, other] });
  await until(() => findAll(find(panel, "isp-answers")!, "li").length === 2);
  expect(text(panel)).not.toContain("Ben is being loaded.");
  tell({ accounts: [account!] });
  await until(() => findAll(find(panel, "isp-answers")!, "li").length === 1);
});

test("the tabs are links, and go without loading the page anew", async () => {
  await open("/overview");
  const link = findAll<HTMLAnchorElement>(panel, "nav a").find((one) => text(one) === "To decide")!;
  expect(link.getAttribute("href")).toBe("/immich-syncthing/review");
  link.click();
  expect(window.location.pathname).toBe("/immich-syncthing/review");
  panel.route = { prefix: "/immich-syncthing", path: "/review" };
  await sees("Nothing waits for your decision");
});

test("what changes elsewhere in Home Assistant draws nothing again, and each subscription is asked for once", async () => {
  await open("/overview");
  await until(() => home.subscriptions("history/subscribe") === 1);
  const view = find(panel, "isp-overview") as HTMLElement & { requestUpdate(): void; updateComplete: Promise<boolean> };
  let drawn = 0;
  view.requestUpdate = () => drawn++;
  for (let states = 0; states < 5; states++) {
    panel.hass = { ...panel.hass };
    await panel.updateComplete;
  }
  expect(drawn).toBe(0);
  expect(home.of("overview/subscribe").length).toBe(1);
});

test("another language is spoken at once", async () => {
  await open("/overview");
  panel.hass = { ...panel.hass, language: "fr" };
  await until(() => home.of("overview/subscribe").at(-1)?.["language"] === "fr");
  await until(() => home.subscriptions("overview/subscribe") === 1);
  await sees("1 230");
});

test("going back shows the question before", async () => {
  now = overview({ holds: [hold(), hold({ hold_id: "h2", question: "5 photos came back" })] });
  await open("/review?question=h2");
  await sees("All questions");
  window.history.replaceState(null, "", window.location.pathname);
  window.dispatchEvent(new PopStateEvent("popstate"));
  await sees("2 questions wait for your answer");
});

test("administrators go to the settings from here", async () => {
  await open("/overview");
  const link = find<HTMLAnchorElement>(panel, "header a")!;
  expect([link.ariaLabel, link.getAttribute("href")]).toEqual(["Settings", "/config/integrations/integration/immich_syncthing"]);
  expect(find(panel, "header a svg")?.getBoundingClientRect().width).toBeGreaterThan(20);
  link.click();
  expect(window.location.pathname).toBe("/config/integrations/integration/immich_syncthing");
  tell({ may_decide: false });
  await until(() => !find(panel, "header a"));
});

test("an address that nobody knows shows the overview", async () => {
  await open("/constructor");
  await sees("98% in agreement");
});

test("on a phone, from right to left and in the dark, nothing overflows and everybody can use it", async () => {
  document.documentElement.dir = "rtl";
  const dark = {
    "--primary-background-color": "#111",
    "--card-background-color": "#1c1c1c",
    "--secondary-background-color": "#202020",
    "--primary-text-color": "#e1e1e1",
    "--secondary-text-color": "#9b9b9b",
    "--divider-color": "#444",
  };
  for (const [name, value] of Object.entries(dark)) document.documentElement.style.setProperty(name, value);
  const upload = { path: "DCIM/Camera/a-name-that-is-quite-long-for-a-photo-of-a-phone.jpg", checksum: null, sent: 1, size: 3 };
  now = overview({ holds: [hold()], folders: [folder({ uploads: [upload] })] });
  for (const path of ["/overview", "/review"]) {
    await open(path, { narrow: true });
    panel.style.inlineSize = "320px";
    await until(() => panel.clientWidth === 320);
    const main = find(panel, "main") as HTMLElement;
    await until(() => main.scrollWidth <= main.clientWidth, `a narrow ${path}`);
    expect(await barriers(panel)).toEqual([]);
    expect(find(panel, "header button")?.checkVisibility()).toBe(true);
    if (path === "/review") {
      button("Decide for all 300 photos").click();
      await until(() => button("Restore them in Immich"));
      expect(await barriers(panel)).toEqual([]);
      button("Not now").click();
      await until(() => !button("Restore them in Immich"));
    }
    panel.remove();
  }
});

test("the menu opens Home Assistant's sidebar", async () => {
  await open("/overview", { narrow: true });
  let asked = 0;
  document.body.addEventListener("hass-toggle-menu", () => asked++, { once: true });
  find(panel, "header button")?.click();
  expect(asked).toBe(1);
});

test("whoever hid the sidebar has a button for it, and what the browser draws is as dark as the rest", async () => {
  await open("/overview");
  expect(find(panel, "header button")?.checkVisibility()).toBe(false);
  expect(getComputedStyle(panel).colorScheme).toBe("light");
  panel.hass = { ...panel.hass, dockedSidebar: "always_hidden" };
  await panel.updateComplete;
  expect(find(panel, "header button")?.checkVisibility()).toBe(true);
  panel.hass = { ...panel.hass, themes: { darkMode: true } };
  await panel.updateComplete;
  expect(getComputedStyle(panel).colorScheme).toBe("dark");
});

test("a stopped house says so, and one whose answer is refused why", async () => {
  now = overview({ stopped: true });
  await open("/overview");
  await sees("Everything is stopped");
  panel.remove();
  home.on("overview/subscribe", () => {
    throw { code: "unauthorized", message: "You may not see this." };
  });
  panel = document.createElement("immich-syncthing-panel") as Panel;
  panel.hass = { connection: home, language: "en", fetchWithAuth: picture };
  document.body.append(panel);
  await sees("You may not see this.");
});

test("a page that is left asks for nothing any more", async () => {
  await open("/overview");
  await until(() => home.subscriptions("history/subscribe") === 1);
  panel.remove();
  await until(() => home.subscriptions("overview/subscribe") + home.subscriptions("history/subscribe") === 0);
});

test("on a phone the tab of what is shown is in sight", async () => {
  home.on("preview", () => ({ groups: [], waiting: 0, problem: null, upload_bytes: 0 }));
  await open("/preview", { narrow: true });
  panel.style.inlineSize = "320px";
  const shown = (): boolean => {
    const tab = find(panel, "nav [aria-current]")?.getBoundingClientRect();
    return tab !== undefined && tab.left >= 0 && tab.right <= 320;
  };
  for (const part of ["overview", "preview"]) {
    panel.route = { prefix: "/immich-syncthing", path: `/${part}` };
    await until(() => find(panel, `isp-${part}`) && shown(), `the tab of ${part}`);
  }
});

test("what is the matter with single photos is read beside what happens next", async () => {
  const problem = { code: "items_failed", message: "3 files do not go to Immich." };
  const next = { kind: "upload" as const, count: 2, text: "Next to go to Immich: 2 files." };
  now = overview({ folders: [folder({ problem, next })] });
  await open("/overview");
  await sees("3 files do not go to Immich.");
  tell({ folders: [folder({ problem, next: { kind: "repair", count: 0, text: problem.message } })] });
  await until(() => !text(panel).includes("2 files."));
  expect(text(panel).split(problem.message)).toHaveLength(2);
});

test("words that could not be fetched are asked for again", async () => {
  const { sendMessagePromise } = home;
  home.sendMessagePromise = async (message) => {
    if ((message as { type: string }).type === "frontend/get_translations") throw { code: "3", message: "Connection lost" };
    return sendMessagePromise.call(home, message) as never;
  };
  await open("/overview");
  await sees("in_agreement");
  home.sendMessagePromise = sendMessagePromise;
  home.leave();
  home.back();
  await sees("In agreement");
});

test("numbers are written anew when the profile says so", async () => {
  await open("/overview");
  await sees("1,230 files");
  panel.hass = { ...panel.hass, locale: { language: "en", number_format: "decimal_comma" } };
  await sees("1.230 files");
});

test.each([
  ["recovery", "--isp-warn"],
  ["waiting_for_syncthing", "--isp-soft"],
  ["paused", "--isp-soft"],
  ["error", "--isp-bad"],
  ["in_agreement", "--isp-good"],
  ["scanning", "--isp-accent"],
] as const)("a folder in %s has the colour that the card gives it", async (state, colour) => {
  now = overview({ folders: [folder({ state })] });
  await open("/overview");
  const probe = document.createElement("i");
  probe.style.color = `var(${colour})`;
  find(panel, ".state")?.append(probe);
  expect(getComputedStyle(find(panel, ".state .dot") as HTMLElement).backgroundColor).toBe(getComputedStyle(probe).color);
});
