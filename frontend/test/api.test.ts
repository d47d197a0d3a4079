import { expect, test, vi } from "vitest";

import { Api, refusal, thumbnail, type Overview } from "../src/api";
import { Words } from "../src/words";
import { ENTRY, Home, hold, LOST, overview, until } from "./home";

test("each command is asked for in the language of the page", async () => {
  const home = new Home().on("hold/answer", () => ({ answered: 1, left: 2 }));
  const api = new Api(home, "de");
  expect(await api.answer(hold(), "undo", ["ab"])).toEqual({ answered: 1, left: 2 });
  await api.answer(hold(), "approve");
  const asked = { type: "immich_syncthing/hold/answer", language: "de", entry_id: ENTRY, hold_id: "h1", revision: 1 };
  expect(home.asked).toEqual([
    { ...asked, answer: "undo", items: ["ab"] },
    { ...asked, answer: "approve" },
  ]);
});

test("all other commands name what they are about", async () => {
  const home = new Home();
  const api = new Api(home, "en");
  const where = { entry_id: ENTRY, folder_id: "phone" };
  const calls: [Promise<unknown>, object][] = [
    [api.history(ENTRY, { limit: 5, text: "x" }), { type: "history", entry_id: ENTRY, limit: 5, text: "x" }],
    [api.heldItems(hold(), { limit: 9 }), { type: "hold/items", entry_id: ENTRY, hold_id: "h1", limit: 9 }],
    [api.answers(ENTRY, { limit: 2 }), { type: "answers", entry_id: ENTRY, limit: 2 }],
    [api.reconsider(ENTRY, "a"), { type: "reconsider", entry_id: ENTRY, answer_id: "a" }],
    [api.vault(ENTRY, { limit: 3 }), { type: "vault/list", entry_id: ENTRY, limit: 3 }],
    [api.restore(ENTRY, ["c"]), { type: "vault/restore", entry_id: ENTRY, checksums: ["c"] }],
    [api.preview(ENTRY, "phone"), { type: "preview", ...where }],
    [api.control(where, "sync_now"), { type: "folder/control", ...where, do: "sync_now" }],
  ];
  const refused = await Promise.allSettled(calls.map(([call]) => call));
  expect(refused.every((one) => one.status === "rejected" && one.reason.code === "unknown_command")).toBe(true);
  expect(home.asked).toEqual(
    calls.map(([, asked]) => ({ ...asked, type: `immich_syncthing/${(asked as { type: string }).type}`, language: "en" })),
  );
});

test("a subscription goes on after a restart, even if Home Assistant knows the command only later", async () => {
  let known = true;
  const home = new Home().on("overview/subscribe", () => {
    if (!known) throw { code: "unknown_command", message: "Unknown command." };
    return overview();
  });
  const told: Overview[] = [];
  const lost: string[] = [];
  const leave = new Api(home, "en").overview(
    (one) => told.push(one),
    (refused) => lost.push(refused.code),
  );
  await until(() => told.length === 1);
  known = false;
  home.leave();
  home.back();
  await until(() => lost.length === 2);
  known = true;
  await until(() => told.length === 2);
  expect(home.subscriptions("overview/subscribe")).toBe(1);
  home.tell("overview/subscribe", overview({ stopped: true }));
  expect(told.at(-1)?.stopped).toBe(true);
  leave();
  await until(() => home.subscriptions("overview/subscribe") === 0);
  home.back();
  expect(home.of("overview/subscribe").length).toBe(1 + lost.length + 1);
});

test("who leaves before Home Assistant answered is told nothing", async () => {
  const home = new Home().on("overview/subscribe", () => undefined);
  const told: Overview[] = [];
  const leave = new Api(home, "en").overview((one) => told.push(one));
  leave();
  await until(() => home.of("overview/subscribe").length === 1);
  home.tell("overview/subscribe", overview());
  await until(() => home.subscriptions("overview/subscribe") === 0);
  expect(told).toEqual([]);
});

test("people read what Home Assistant says of an error", () => {
  const words = new Words("en");
  expect(refusal({ code: "stopped", message: "Everything is stopped." }, words)).toBe("Everything is stopped.");
  expect(refusal(new TypeError("no"), words)).toBe("no");
  expect(refusal("why", words)).toBe("why");
});

test("who asks while Home Assistant is away, or when it leaves, is told that it does not answer", async () => {
  const home = new Home().on("hold/items", () => new Promise(() => undefined));
  const api = new Api(home, "en");
  const words = new Words("en");
  const failed = (): Promise<unknown> => api.heldItems(hold(), { limit: 9 }).catch((error: unknown) => error);
  const underWay = failed();
  home.leave();
  for (const error of [await underWay, await failed()]) {
    expect(error).toMatchObject({ code: "disconnected" });
    expect(refusal(error, words)).toBe(words.t("reconnecting"));
  }
});

test("a subscription that Home Assistant's connection gives up is tried again", async () => {
  const home = new Home().on("overview/subscribe", () => overview());
  const subscribe = vi.spyOn(home, "subscribeMessage").mockRejectedValueOnce(LOST);
  const told: Overview[] = [];
  const lost: string[] = [];
  const leave = new Api(home, "en").overview(
    (one) => told.push(one),
    (one) => lost.push(refusal(one, new Words("en"))),
  );
  await until(() => told.length === 1);
  expect(lost).toEqual([new Words("en").t("reconnecting")]);
  expect(subscribe).toHaveBeenCalledTimes(2);
  leave();
});

test("pictures have an address for each place that they are looked for in", () => {
  expect(thumbnail("e", "held", "ab")).toBe("/api/immich_syncthing/media/e/held/ab/thumbnail");
});
