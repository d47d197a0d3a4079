import { afterEach, expect, test, vi } from "vitest";

import { PictureElement } from "../src/picture";
import { Pictures, type Load } from "../src/pictures";
import { picture, until } from "./home";

afterEach(() => {
  vi.restoreAllMocks();
  document.body.replaceChildren();
});

function shown(load: Load, path: string | null = "/a", where: Element = document.body): ParentNode {
  const element = Object.assign(new PictureElement(), { pictures: new Pictures(load), path, label: "IMG_1.jpg" });
  where.append(element);
  return element.shadowRoot ?? element.attachShadow({ mode: "open" });
}

const missing = (root: ParentNode): Element | null => root.querySelector(".none svg");

function counted() {
  const live = new Set<string>();
  const [create, revoke] = [URL.createObjectURL.bind(URL), URL.revokeObjectURL.bind(URL)];
  vi.spyOn(URL, "createObjectURL").mockImplementation((blob) => {
    const url = create(blob);
    live.add(url);
    return url;
  });
  vi.spyOn(URL, "revokeObjectURL").mockImplementation((url) => {
    live.delete(url);
    revoke(url);
  });
  return live;
}

test("a picture is fetched once for all who show it", async () => {
  const asked: string[] = [];
  const pictures = new Pictures((path) => (asked.push(path), picture(path)));
  const [one, two] = [pictures.take("/a"), pictures.take("/a")];
  const url = await one.url;
  expect(url).toMatch(/^blob:/);
  expect(await two.url).toBe(url);
  one.release();
  two.release();
  expect(await pictures.take("/a").url).toBe(url);
  expect(asked).toEqual(["/a"]);
});

test("only so many are kept, and none that is shown is lost", async () => {
  const live = counted();
  const pictures = new Pictures(picture, 3);
  const shown = pictures.take("/shown");
  const url = await shown.url;
  for (let at = 0; at < 10; at++) {
    const taken = pictures.take(`/${at}`);
    await taken.url;
    taken.release();
  }
  expect(pictures.size).toBe(3);
  expect(live.size).toBe(3);
  expect(live.has(url as string)).toBe(true);
  pictures.clear();
  expect([pictures.size, live.size]).toEqual([0, 0]);
});

test("what is no longer wanted is not fetched", async () => {
  const asked: string[] = [];
  const aborted: string[] = [];
  const pictures = new Pictures((path, init) => {
    asked.push(path);
    return new Promise((_, reject) => {
      init?.signal?.addEventListener("abort", () => {
        aborted.push(path);
        reject(new DOMException("no", "AbortError"));
      });
    });
  });
  const taken = Array.from({ length: 20 }, (_, at) => pictures.take(`/${at}`));
  expect(asked.length).toBe(6);
  for (const one of taken.slice(1)) one.release();
  expect(await taken[19]?.url).toBeNull();
  await until(() => aborted.length === 5);
  expect(asked.length).toBe(6);
  taken[0]?.release();
  expect(pictures.size).toBe(0);
});

test.each([404, 503])("a picture that is not there is asked for again when it is next shown (%d)", async (status) => {
  const answers = [new Response(null, { status }), await picture("/a")];
  const pictures = new Pictures(async () => answers.shift() as Response);
  const first = pictures.take("/a");
  expect(await first.url).toBeNull();
  // While it is shown as missing, nobody asks again and again.
  expect(answers).toHaveLength(1);
  first.release();
  expect(await pictures.take("/a").url).toMatch(/^blob:/);
});

test("who shows a failed picture does not take away another's", async () => {
  let status = 503;
  const pictures = new Pictures(async (path) => (status === 200 ? picture(path) : new Response(null, { status })));
  const failed = pictures.take("/a");
  expect(await failed.url).toBeNull();
  status = 200;
  const next = pictures.take("/a");
  failed.release();
  expect(await next.url).toMatch(/^blob:/);
});

test("that there is no picture is said only once it is known", async () => {
  let answer: (response: Response) => void = () => undefined;
  const asked = vi.fn(() => new Promise<Response>((resolve) => (answer = resolve)));
  const root = shown(asked);
  await until(() => asked.mock.calls.length > 0);
  const named = await until(() => root.querySelector("[aria-label='IMG_1.jpg']"));
  expect([missing(root), named.className]).toEqual([null, ""]);
  answer(new Response(null, { status: 404 }));
  await until(() => missing(root));
  const none = shown(picture, null);
  await until(() => missing(none));
});

test("what comes and is no picture is shown as none", async () => {
  const root = shown(async () => new Response("<html>", { headers: { "Content-Type": "image/jpeg" } }));
  await until(() => missing(root));
  expect(root.querySelector("img")).toBeNull();
});

test("a picture is fetched before one has scrolled to it, and not long before", async () => {
  const scroller = document.createElement("div");
  scroller.style.cssText = "block-size:200px;inline-size:100px;overflow-y:auto";
  const space = (pixels: number): void => {
    const between = document.createElement("div");
    between.style.blockSize = `${pixels}px`;
    scroller.append(between);
  };
  document.body.append(scroller);
  const asked: string[] = [];
  const load: Load = (path) => (asked.push(path), picture(path));
  space(300);
  shown(load, "/near", scroller);
  space(5_000);
  shown(load, "/far", scroller);
  await until(() => asked.length > 0);
  expect(asked).toEqual(["/near"]);
});
