import { afterEach, beforeEach, expect, test } from "vitest";

import type { Change, Hass, HeldItem, Overview } from "../src/api";
import "../src/panel";
import type { Panel } from "../src/panel";
import { barriers } from "./axe";
import { ENTRY, Home, findAll, folder, heldItem, hold, overview, paged, picture, text, until } from "./home";

/** Names that somebody may give to a photo, a folder or a device: to run a program, to say something else, to make no sense. */
const NAMES = [
  `<img src=x onerror="window.seized=true"><script>window.seized=true</script>`,
  "holiday \u202egpj.exe",
  "\u2066\u2067never closed",
  `${"x".repeat(500)}.jpg`,
  "two\nlines\r\n\tand a tab.jpg",
  "{count} ${count} $& {{ states }} [link](http://evil.example) **all**.jpg",
  "שלום/תמונה.jpg",
] as const;
const CHECKSUM = "ab".repeat(20);

let panel: Panel;
let home: Home;

function named(name: string): { now: Overview; items: HeldItem[]; changes: Change[] } {
  const upload = { path: name, checksum: null, sent: 1, size: 3 };
  const device = { name, connected: true, completion: 40 };
  const phone = folder({ label: name, account: name, device: name, devices: [device], completion: 40, uploads: [upload] });
  const { accounts } = overview();
  const copy = { entry_id: ENTRY, id: "r", kind: "replica" as const, title: name, state: "ok", state_text: "In order" };
  const now = overview({
    accounts: [...accounts.map((one) => ({ ...one, title: name })), { ...accounts[0]!, entry_id: "other", title: name }],
    folders: [phone],
    holds: [hold({ folders: [name], count: 3 })],
    copies: [{ ...copy, text: "", at: null, files: 1, complete: 99 }],
  });
  const items = [0, 1, 2].map((at) => ({ ...heldItem(at), path: name, folder: name, places: [{ folder: name, path: name }] }));
  const change = { id: 1, at: new Date().toISOString(), action: "upload", folder_id: "phone", why: "new_file", result: "ok" };
  const rest = { asset_id: null, origin: null, items: null, is_video: false, checksum: CHECKSUM };
  return { now, items, changes: [{ ...change, ...rest, path: name, folder: name }] };
}

async function open(part: string, name: string): Promise<void> {
  const { now, items, changes } = named(name);
  const entry = { checksum: CHECKSUM, path: name, folder: name, size: 1, reason: "asset_deleted", is_video: false };
  const preview = { uploads: 1, deletes: 1, actions: [], kinds: [], groups: [] };
  home = new Home()
    .on("overview/subscribe", () => now)
    .on("history/subscribe", () => undefined)
    .on("history", () => ({ entries: changes, next_before: null }))
    .on("hold/items", paged(() => items))
    .on("answers", () => ({ answers: [] }))
    .on("vault/list", () => ({ entries: [{ ...entry, at: changes[0]!.at }], next: null, months: [], total: 1 }))
    .on("preview", () => preview);
  panel = document.createElement("immich-syncthing-panel") as Panel;
  const hass: Hass = { connection: home, language: "en", fetchWithAuth: picture };
  Object.assign(panel, { hass, route: { prefix: "/immich-syncthing", path: `/${part}` }, narrow: true });
  panel.style.cssText = "position:fixed;inset:0;inline-size:320px";
  document.body.append(panel);
  await until(() => text(panel).includes("Photos"));
  await until(() => !text(panel).includes("Loading…"), "the end of loading");
}

/** The texts of which a name turns what is beside it around. */
function turned(): string[] {
  const found: string[] = [];
  for (const one of findAll(panel, "*")) {
    for (const node of one.childNodes) {
      if (node.nodeType !== Node.TEXT_NODE || !/[\u202e\u2066\u2067]/.test(node.textContent ?? "")) continue;
      let around = one;
      while (isInline(around) && around.parentElement) around = around.parentElement;
      const said = (around.textContent ?? "").trim();
      if (!NAMES.some((name) => name === said)) found.push(said);
    }
  }
  return found;
}

function isInline(one: Element): boolean {
  const { display, unicodeBidi } = getComputedStyle(one);
  return display === "inline" && unicodeBidi === "normal";
}

beforeEach(() => {
  document.documentElement.lang = "en";
});
afterEach(() => panel.remove());

test.each(["overview", "review", "vault", "history"])("no name makes the %s say or do anything else", async (part) => {
  for (const name of NAMES) {
    await open(part, name);
    await until(() => findAll(panel, "isp-picture").length > 0, `${part} of ${name}`);
    const main = findAll(panel, "main")[0] as HTMLElement;
    await until(() => main.scrollWidth <= main.clientWidth, `a narrow ${part} of ${name}`);
    expect([name, turned()]).toEqual([name, []]);
    expect(findAll(panel, "script, img[src=x], img[onerror]")).toEqual([]);
    panel.remove();
  }
  expect("seized" in window).toBe(false);
});

test.each(["overview", "review", "vault", "history"])("everybody can use the %s with whatever names", async (part) => {
  for (const name of NAMES) {
    await open(part, name);
    expect([name, await barriers(panel)]).toEqual([name, []]);
    panel.remove();
  }
});
