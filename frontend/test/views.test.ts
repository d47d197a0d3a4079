import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { Api, type Change, type Copy, type Overview, type Preview, type VaultEntry } from "../src/api";
import type { Grid } from "../src/grid";
import { Pictures } from "../src/pictures";
import type { View } from "../src/view";
import "../src/views/copies";
import "../src/views/history";
import "../src/views/preview";
import "../src/views/vault";
import { Words } from "../src/words";
import { barriers } from "./axe";
import { ENTRY, find, findAll, folder, Home, overview, picture, restored, text, TRANSLATIONS, until } from "./home";

const OTHER = "another-account";
const WORDS = new Words("en", undefined, {
  ...TRANSLATIONS,
  "component.immich_syncthing.selector.vault_reason.options.asset_deleted": "Deleted in Immich",
  "component.immich_syncthing.entity.sensor.status.state_attributes.wait_reason.state.settling": "Waiting for a quiet moment",
  "component.immich_syncthing.selector.history_kind.options.trash": "Moved to Immich's trash",
  "component.immich_syncthing.entity.event.activity.state_attributes.reason.state.file_deleted": "Deleted in the folder",
});

let home: Home;
let view: View;

async function show(name: string, changes: Partial<Overview> = {}): Promise<void> {
  view = document.createElement(name) as View;
  Object.assign(view, {
    api: new Api(home, "en"),
    overview: overview(changes),
    words: WORDS,
    pictures: new Pictures(picture),
  });
  document.body.append(view);
  await view.updateComplete;
}

const sees = (what: string): Promise<boolean> => until(() => text(view).includes(what), `“${what}” in ${text(view)}`);
const misses = (what: string): Promise<boolean> => until(() => !text(view).includes(what), `the end of “${what}”`);
const button = (name: string): HTMLButtonElement =>
  findAll<HTMLButtonElement>(view, "button").find((one) => text(one).includes(name)) as HTMLButtonElement;

/** The field below a label. */
function field(label: string): HTMLInputElement & HTMLSelectElement {
  const found = findAll(view, "label").find((one) => text(one).startsWith(label));
  return found?.querySelector("input, select") as HTMLInputElement & HTMLSelectElement;
}

function choose(label: string, value: string): void {
  const chosen = field(label);
  chosen.value = value;
  chosen.dispatchEvent(new Event(chosen.localName === "select" ? "change" : "input", { bubbles: true }));
}

beforeEach(() => {
  home = new Home();
});
afterEach(() => {
  view.remove();
  // The next test begins at the top.
  window.scrollTo({ top: 0 });
});

describe("the vault", () => {
  let entries: VaultEntry[];

  /** Page through `entries` as Home Assistant does, filtered. */
  function answer({ text = "", month = "", after, limit }: Record<string, unknown>): unknown {
    const found = entries.filter(
      (one) => one.path.toLowerCase().includes(String(text).toLowerCase()) && one.at.startsWith(String(month)),
    );
    const start = after === undefined ? 0 : Number(after);
    const end = start + Number(limit);
    const months = [...new Set(entries.map((one) => one.at.slice(0, 7)))].map((one) => ({
      month: one,
      count: entries.filter((entry) => entry.at.startsWith(one)).length,
    }));
    return {
      entries: found.slice(start, end),
      next: end < found.length ? String(end) : null,
      ...(after === undefined ? { months, total: found.length } : {}),
    };
  }

  beforeEach(() => {
    entries = Array.from({ length: 450 }, (_, at) => ({
      checksum: at.toString(16).padStart(40, "0"),
      path: `DCIM/IMG_${String(at).padStart(4, "0")}.jpg`,
      folder: "Phone",
      size: 1000 + at,
      reason: "asset_deleted",
      at: `2026-${at < 400 ? "11" : "10"}-05T10:00:00+00:00`,
      is_video: false,
    }));
    home.on("vault/list", answer);
  });

  it("shows what can be brought back, newest first, and everybody can use it", async () => {
    await show("isp-vault");
    await sees("450 photos can be brought back");
    await sees("IMG_0000.jpg");
    await sees("Nov 5, 2026 · Deleted in Immich");
    expect(home.of("vault/list")).toHaveLength(1);
    await until(() => findAll(view, "img").length > 0);
    expect(await barriers(view)).toEqual([]);
  });

  it("finds by name what is meant once nothing more is typed", async () => {
    await show("isp-vault");
    await sees("450 photos");
    choose("Search by name", "img_04");
    choose("Search by name", "img_044");
    await sees("10 photos can be brought back");
    expect(home.of("vault/list").map((one) => one["text"])).toEqual([undefined, "img_044"]);
    choose("Search by name", "nothing of the kind");
    await sees("Nothing that was deleted matches this.");
  });

  it("shows what Home Assistant finds while it looks through a large vault, and what comes later", async () => {
    const all = entries;
    entries = all.slice(20, 30);
    let complete = false;
    home.on("vault/list", (asked) => ({ ...(answer(asked) as object), complete }));
    await show("isp-vault");
    await sees("10 photos can be brought back");
    await sees("Loading…");
    findAll(view, "[role=option]")[0]?.click();
    await sees("1 selected");
    entries = all.slice(18, 30);
    complete = true;
    await until(() => find(view, "[aria-setsize='12']"));
    await misses("Loading…");
    expect(findAll(view, "[aria-selected=true]").map((one) => one.title)).toEqual(["DCIM/IMG_0020.jpg"]);

    const vault = { entry_id: ENTRY, kind: "vault" } as Copy;
    const told = (files: number): void => void (view.overview = overview({ copies: [{ ...vault, files }] }));
    told(12);
    await view.updateComplete;
    entries = all.slice(15, 20);
    told(5);
    await sees("5 photos can be brought back");
    await sees("Select photos to bring them back");
  });

  it("shows one month, and the others stay to be chosen", async () => {
    await show("isp-vault");
    await sees("November 2026 (400)");
    choose("Deleted in", "2026-10");
    await sees("50 photos can be brought back");
    await sees("November 2026 (400)");
    expect(home.of("vault/list").at(-1)).toMatchObject({ month: "2026-10" });
  });

  it("brings back what was selected, and tells what became of it", async () => {
    const waiting = [{ folder: "Phone", reason: "settling" }];
    home.on("vault/restore", () =>
      restored({ count: 2, under_way: 1, hindered_count: 1, hindrances: { no_bytes: 1 }, waiting }),
    );
    await show("isp-vault");
    await sees("IMG_0002.jpg");
    expect(button("Select photos").disabled).toBe(true);
    for (const at of [0, 1, 2]) {
      find(view, `#item-${at}`)?.click();
      await sees(`${at + 1} selected`);
    }
    button("Bring 3 photos back").click();
    await sees("1 photo is back.");
    await sees("1 photo is on its way. That goes on by itself.");
    await sees("Phone waits: Waiting for a quiet moment.");
    await sees("1 photo is kept nowhere any more.");
    await sees("Select photos to bring them back");
    expect(home.of("vault/restore")).toMatchObject([
      { entry_id: ENTRY, checksums: entries.slice(0, 3).map((one) => one.checksum) },
    ]);
  });

  it("selects all that was found, although not all of it was looked at", async () => {
    home.on("vault/restore", () => {
      throw { code: "stopped", message: "Everything is stopped. Let it go on first." };
    });
    await show("isp-vault");
    await sees("450 photos");
    button("Select all").click();
    await sees("450 selected");
    button("Bring 450 photos back").click();
    await sees("Everything is stopped. Let it go on first.");
    await sees("450 selected");
    button("Select none").click();
    await sees("450 photos can be brought back");
  });

  it("keeps apart what was deleted at several places, and brings it back once", async () => {
    home.on("vault/restore", () => restored());
    const [one, two, three] = entries as [VaultEntry, VaultEntry, VaultEntry];
    entries = [one, two, { ...one, path: "WhatsApp/IMG_0000.jpg" }, { ...one, folder: "Tablet" }, three];
    await show("isp-vault");
    await until(() => find(view, "#item-4"));
    find(view, "#item-2")?.click();
    await sees("1 selected");
    find(view, "#item-3")?.dispatchEvent(new MouseEvent("click", { bubbles: true, composed: true, shiftKey: true }));
    await sees("2 selected");
    expect(findAll(view, "[aria-selected=true]").map((tile) => tile.id)).toEqual(["item-2", "item-3"]);
    button("Bring 1 photo back").click();
    await sees("1 photo is back.");
    expect(home.of("vault/restore")).toMatchObject([{ checksums: [one.checksum] }]);
  });

  it("tells what became of what was asked back to who searches on meanwhile, and keeps what is selected now", async () => {
    let back: (() => void) | undefined;
    home.on("vault/restore", () => new Promise((done) => (back = () => done(restored()))));
    await show("isp-vault");
    await until(() => find(view, "#item-0"));
    find(view, "#item-0")?.click();
    await sees("1 selected");
    button("Bring 1 photo back").click();
    await until(() => back);
    choose("Search by name", "0007");
    await sees("1 photo can be brought back");
    find(view, "#item-0")?.click();
    await sees("1 selected");
    back?.();
    await sees("1 photo is back.");
    await sees("1 selected");
  });

  it("goes on once Home Assistant is back, where nothing of the list or a part of it was lost", async () => {
    home.leave();
    await show("isp-vault");
    await sees("Home Assistant does not answer.");
    expect(text(view)).not.toContain("Loading…");
    home.back();
    view.overview = overview();
    await sees("450 photos can be brought back");
    await misses("Home Assistant does not answer.");
    const grid = find(view, "isp-grid") as Grid;
    await until(() => grid.items.length === 200 && find(view, "#item-0"));
    home.leave();
    const scroller = document.scrollingElement as Element;
    scroller.scrollTo({ top: scroller.scrollHeight });
    await sees("Home Assistant does not answer.");
    home.back();
    view.overview = overview();
    await until(() => grid.items.length > 200, "more photos");
    await misses("Home Assistant does not answer.");
  });

  it("asks only how far Home Assistant is while it looks through the vault, however much is shown", async () => {
    let looking = true;
    home.on("vault/list", (asked) => ({
      ...(answer(asked) as object),
      ...(asked["after"] === undefined ? { complete: !looking } : {}),
    }));
    await show("isp-vault");
    await sees("450 photos");
    await until(() => !button("Select all").disabled);
    button("Select all").click();
    await sees("450 selected");
    const asked = (): unknown[] => home.of("vault/list").map((one) => one["after"]);
    expect(asked()).toEqual([undefined, "200", "400"]);
    await until(() => asked().length === 4, "another look");
    expect(asked().slice(3)).toEqual([undefined]);
    await sees("450 selected");
    expect((find(view, "isp-grid") as Grid).items).toHaveLength(450);
    entries = entries.slice(1);
    looking = false;
    await sees("449 selected");
    expect(asked().slice(4)).toEqual([undefined, "200", "400"]);
  });

  it("is only looked at by who is no administrator", async () => {
    await show("isp-vault", { may_decide: false });
    await sees("Only administrators of Home Assistant can bring photos back.");
    expect(findAll(view, "button.main")).toEqual([]);
  });

  it("says that nothing was deleted, or why it cannot be read", async () => {
    entries = [];
    await show("isp-vault");
    await sees("Nothing is kept here now.");
    view.remove();
    home.on("vault/list", () => {
      throw { code: "store_unreachable", message: "The store does not answer." };
    });
    await show("isp-vault");
    await sees("The store does not answer.");
  });

  it("keeps accounts apart, and forgets what was selected in the other", async () => {
    const [account] = overview().accounts;
    const accounts = [account!, { ...account!, entry_id: OTHER, title: "Ben" }];
    await show("isp-vault", { accounts });
    await sees("IMG_0000.jpg");
    find(view, "#item-0")?.click();
    await sees("1 selected");
    entries = entries.slice(10, 11);
    choose("Account", OTHER);
    await sees("1 photo can be brought back");
    await sees("IMG_0010.jpg");
    expect(home.of("vault/list").at(-1)).toMatchObject({ entry_id: OTHER });
  });

  it("shows nothing of a search that another one has overtaken", async () => {
    let release: (() => void) | undefined;
    home.on("vault/list", (asked) =>
      asked["text"] ? answer(asked) : new Promise((done) => (release = () => done(answer(asked)))),
    );
    await show("isp-vault");
    await until(() => release);
    choose("Search by name", "0007");
    await sees("1 photo can be brought back");
    release?.();
    await new Promise((done) => setTimeout(done, 20));
    await sees("1 photo can be brought back");
  });

  it("stays with its account while that is loaded anew, and goes on where it was", async () => {
    const [account] = overview().accounts;
    const other = { ...account!, entry_id: OTHER, title: "Ben" };
    await show("isp-vault", { accounts: [account!, other] });
    await until(() => find(view, "#item-2"));
    find(view, "#item-2")?.click();
    await sees("1 selected");
    view.overview = overview({ accounts: [{ ...account!, loaded: false, problem: "It is being set up." }, other] });
    await sees("Anna @ immich : It is being set up.");
    expect(field("Account").value).toBe(ENTRY);
    view.overview = overview({ accounts: [account!, other] });
    await sees("1 selected");
    expect(home.of("vault/list").map((one) => one["entry_id"])).toEqual([ENTRY]);
    view.overview = overview({ accounts: [other] });
    await until(() => home.of("vault/list").at(-1)?.["entry_id"] === OTHER);
    await misses("1 selected");
  });

  it("is about the account from whose settings one came", async () => {
    const [account] = overview().accounts;
    view = document.createElement("isp-vault") as View;
    const accounts = [account!, { ...account!, entry_id: OTHER, title: "Ben" }];
    const given = { overview: overview({ accounts }), query: { config_entry: OTHER } };
    Object.assign(view, { api: new Api(home, "en"), words: WORDS, pictures: new Pictures(picture), ...given });
    document.body.append(view);
    await sees("450 photos");
    expect(home.of("vault/list").map((one) => one["entry_id"])).toEqual([OTHER]);
  });

  it("says so where no account works", async () => {
    await show("isp-vault", { accounts: [] });
    await sees("No account works just now.");
    expect(home.of("vault/list")).toEqual([]);
  });
});

describe("the history", () => {
  const asked = (): Record<string, unknown> => home.of("history").at(-1) ?? {};

  function change(id: number, changes: Partial<Change> = {}): Change {
    return {
      id,
      at: "2026-11-20T10:00:00+00:00",
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

  beforeEach(() => {
    home
      .on("history/subscribe", () => undefined)
      .on("history", ({ before }) =>
        before === undefined
          ? { entries: [change(3, { action: "trash", why: "file_deleted", items: 2 }), change(2)], next_before: 2 }
          : { entries: [change(1)], next_before: null },
      );
  });

  it("tells what was done, why and when, and everybody can use it", async () => {
    await show("isp-history");
    await sees("Moved to Immich's trash · Deleted in the folder · 2 photos");
    await sees("Uploaded · New in the folder");
    await until(() => find(view, "time")?.getAttribute("datetime") === "2026-11-20T10:00:00+00:00");
    await until(() => findAll(view, "img").length === 2);
    expect(await barriers(view)).toEqual([]);
  });

  it("tells what has no path, also while a name is looked for", async () => {
    await show("isp-history");
    await sees("IMG_2.jpg");
    choose("Search by name", "img");
    await until(() => asked()["text"] === "img");
    await sees("IMG_2.jpg");
    home.tell("history/subscribe", change(8, { path: null }));
    home.tell("history/subscribe", change(9));
    await sees("IMG_9.jpg");
    expect(findAll(view, "li")).toHaveLength(3);
  });

  it("grows no further than a screen can hold, and goes on from there", async () => {
    await show("isp-history");
    await sees("IMG_2.jpg");
    for (let id = 10; id < 620; id++) home.tell("history/subscribe", change(id));
    await sees("IMG_619.jpg");
    expect(findAll(view, "li")).toHaveLength(500);
    button("Show more").click();
    await until(() => asked()["before"] === 120);
  });

  it("goes on to what was done before", async () => {
    await show("isp-history");
    await sees("IMG_2.jpg");
    button("Show more").click();
    await sees("IMG_1.jpg");
    expect(asked()["before"]).toBe(2);
    expect(button("Show more")).toBeUndefined();
  });

  it("shows what happens as it happens, if it is among what is looked for", async () => {
    await show("isp-history");
    await sees("IMG_2.jpg");
    home.tell("history/subscribe", change(4));
    home.tell("history/subscribe", change(4));
    await sees("IMG_4.jpg");
    expect(findAll(view, "li")).toHaveLength(3);
    // Home Assistant told twice, and what it answers then may be older than what it told.
    choose("What was done", "trash");
    await until(() => asked()["action"] === "trash");
    await misses("IMG_4.jpg");
    home.tell("history/subscribe", change(5));
    home.tell("history/subscribe", change(6, { action: "trash" }));
    await sees("IMG_6.jpg");
    expect(text(view)).not.toContain("IMG_5.jpg");
  });

  it.each([
    ["Folder", "phone", { folder_id: "phone" }, { folder_id: "tablet" }],
    ["Search by name", "img", { text: "img" }, { path: "film.mp4" }],
    ["From", "2026-11-20", { since: new Date(2026, 10, 20).toISOString() }, { at: "2026-11-18T23:00:00+00:00" }],
    ["To", "2026-11-20", { until: new Date(2026, 10, 21).toISOString() }, { at: "2026-11-22T01:00:00+00:00" }],
  ])("is filtered by %s", async (label, value, filter, otherwise) => {
    await show("isp-history");
    await sees("IMG_2.jpg");
    choose(label, value);
    await until(() => Object.entries(filter).every(([key, wanted]) => asked()[key] === wanted), label);
    home.tell("history/subscribe", change(7, { ...otherwise, checksum: "not-wanted" }));
    home.tell("history/subscribe", change(8));
    await sees("IMG_8.jpg");
    expect(findAll(view, "li")).toHaveLength(3);
  });

  it("is filtered by the days of the zone in which its times are shown", async () => {
    const theirs = new Words("en", undefined, TRANSLATIONS, { zone: "Pacific/Kiritimati" });
    await show("isp-history");
    view.words = theirs;
    await sees("IMG_2.jpg");
    choose("From", "2026-11-20");
    await until(() => asked()["since"] === "2026-11-19T10:00:00.000Z");
  });

  it("offers the kinds by their names", async () => {
    await show("isp-history");
    expect([...field("What was done").options].map((one) => one.text)).toEqual([
      "Everything",
      "Moved to Immich's trash",
      "Uploaded",
    ]);
  });

  it("says that nothing was done, or nothing of the kind, or why it cannot be read", async () => {
    home.on("history", () => ({ entries: [], next_before: null }));
    await show("isp-history");
    await sees("Nothing was done yet.");
    choose("What was done", "trash");
    await sees("Nothing that was done matches this.");
    home.on("history", () => {
      throw { code: "ledger_error", message: "The ledger cannot be read." };
    });
    choose("What was done", "upload");
    await sees("The ledger cannot be read.");
  });

  it("follows no longer once it is left, and again when it is back", async () => {
    await show("isp-history");
    await until(() => home.subscriptions("history/subscribe") === 1);
    view.remove();
    await until(() => home.subscriptions("history/subscribe") === 0);
    document.body.append(view);
    await until(() => home.subscriptions("history/subscribe") === 1);
  });
});

describe("the preview", () => {
  let told: Preview;
  const photos = (many: number, video = false) =>
    Array.from({ length: many }, (_, at) => ({
      checksum: at.toString(16).padStart(40, "0"),
      path: `DCIM/IMG_${at}.jpg`,
      is_video: video,
    }));

  beforeEach(() => {
    told = {
      folder: "Phone",
      folder_id: "phone",
      upload_bytes: 4_500_000_000,
      waiting: 0,
      problem: null,
      groups: [
        { action: "upload", reason: "new_file", count: 1500, items: photos(200) },
        { action: "delete_file", reason: "asset_deleted", count: 2, items: photos(2) },
        { action: "ask_many_files", reason: "many_files", count: 300, items: photos(3) },
      ],
    };
    home.on("preview", () => told);
  });

  it("tells first what asks and what takes photos away, with pictures and numbers", async () => {
    await show("isp-preview");
    await sees("1,500 Go up to Immich");
    await sees("4.5 GB");
    expect(findAll(view, "h2").map(text).slice(1)).toEqual([
      "Wait for your answer",
      "Leave the folder, and so the phone",
      "Go up to Immich",
    ]);
    await until(() => findAll(view, "img").length > 4);
    expect(await barriers(view)).toEqual([]);
    expect(home.of("preview")).toMatchObject([{ entry_id: ENTRY, folder_id: "phone" }]);
  });

  it("stays with its folder while the account of it is loaded anew", async () => {
    const [account] = overview().accounts;
    const other = { ...account!, entry_id: OTHER, title: "Ben" };
    const his = folder({ entry_id: OTHER, folder_id: "tablet", label: "Tablet" });
    await show("isp-preview", { accounts: [account!, other], folders: [folder(), his] });
    await sees("Go up to Immich");
    view.overview = overview({ accounts: [{ ...account!, loaded: false }, other], folders: [his] });
    await view.updateComplete;
    view.overview = overview({ accounts: [account!, other], folders: [folder(), his] });
    await view.updateComplete;
    expect(home.of("preview").map((one) => one["folder_id"])).toEqual(["phone"]);
  });

  it("looks once Home Assistant is back, if it was away", async () => {
    home.leave();
    await show("isp-preview");
    await sees("Home Assistant does not answer.");
    home.back();
    view.overview = overview();
    await sees("Go up to Immich");
    expect(text(view)).not.toContain("Home Assistant does not answer.");
  });

  it("shows all pictures that there are on request", async () => {
    await show("isp-preview");
    await sees("Go up to Immich");
    expect(findAll(view, "li")).toHaveLength(3 + 2 + 12);
    button("Show 200 photos").click();
    await sees("These are the first 200.");
    expect(findAll(view, "li")).toHaveLength(3 + 2 + 200);
  });

  it("claims no number that nobody counted", async () => {
    told = { ...told, groups: [{ action: "upload", reason: "new_file", count: null, items: photos(200) }] };
    await show("isp-preview");
    await sees("200 + Go up to Immich");
    told = { ...told, groups: [{ action: "upload", reason: "new_file", count: null, items: photos(7) }] };
    button("Look again").click();
    await sees("7 Go up to Immich");
  });

  it("looks again when asked to, and says that nothing would happen", async () => {
    await show("isp-preview");
    await sees("Go up to Immich");
    told = { ...told, groups: [] };
    button("Look again").click();
    await sees("Nothing would happen: both sides agree.");
  });

  it("says what keeps it from happening", async () => {
    told = { ...told, groups: [], waiting: 3, problem: "Immich does not answer." };
    await show("isp-preview", { folders: [folder({ paused: true })] });
    await sees("Immich does not answer.");
    await sees("3 changes wait until Syncthing is at rest.");
    await sees("The folder is paused");
    expect(text(view)).not.toContain("Nothing would happen");
  });

  it("says of no sides that they agree while changes wait", async () => {
    told = { ...told, groups: [], waiting: 3 };
    await show("isp-preview");
    await sees("3 changes wait until Syncthing is at rest.");
    expect(text(view)).not.toContain("Nothing would happen");
  });

  it("says that everything is stopped, and not that the folder is paused", async () => {
    await show("isp-preview", { stopped: true });
    await sees("Everything is stopped");
    expect(text(view)).not.toContain("The folder is paused");
  });

  it("is of the folder that is chosen", async () => {
    await show("isp-preview", { folders: [folder(), folder({ folder_id: "tablet", label: "Tablet" })] });
    await sees("Go up to Immich");
    choose("Folder", "tablet");
    await until(() => home.of("preview").at(-1)?.["folder_id"] === "tablet");
  });

  it("says what was the matter, or that there is no folder", async () => {
    home.on("preview", () => {
      throw { code: "root_missing", message: "The directory is not there." };
    });
    await show("isp-preview");
    await sees("The directory is not there.");
    view.remove();
    await show("isp-preview", { folders: [] });
    await sees("No folder yet");
  });
});

describe("the copies", () => {
  const copy = (changes: Partial<Copy>): Copy => ({
    entry_id: ENTRY,
    id: "vault",
    kind: "vault",
    title: "Vault",
    state: "ok",
    state_text: "In order",
    text: "Files that can be brought back: 12.",
    at: null,
    files: 12,
    complete: null,
    ...changes,
  });

  it("tell how each place is", async () => {
    const replica = copy({ id: "r", kind: "replica", title: "Off-site", state: "problem", state_text: "Does not go on" });
    await show("isp-copies", { copies: [copy({}), { ...replica, complete: 99.9, at: new Date().toISOString() }] });
    await sees("Vault In order Files that can be brought back: 12.");
    await sees("Off-site Does not go on");
    await sees("99% complete");
    expect(find(view, "[role=progressbar]")?.getAttribute("aria-valuenow")).toBe("99");
    expect(findAll(view, ".dot").map((dot) => dot.className)).toEqual(["dot good", "dot bad"]);
    expect(await barriers(view)).toEqual([]);
  });

  it("name their account where there are several, and nothing where there is no copy", async () => {
    const [account] = overview().accounts;
    await show("isp-copies", { copies: [copy({})], accounts: [account!, { ...account!, entry_id: OTHER, title: "Ben" }] });
    await sees("Vault Anna @ immich");
    view.remove();
    await show("isp-copies");
    expect(text(view)).toBe("");
  });
});
