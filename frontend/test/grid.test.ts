import { afterEach, beforeEach, expect, test } from "vitest";
import { userEvent } from "vitest/browser";

import "../src/grid";
import type { Grid, GridItem } from "../src/grid";
import { BEYOND, nearer, visible } from "../src/grid/space";
import { Pictures } from "../src/pictures";
import { findAll, picture, until } from "./home";

let scroller: HTMLElement;
let grid: Grid;
let pictures: Pictures;

function items(many: number): GridItem[] {
  return Array.from({ length: many }, (_, at) => ({ key: `k${at}`, picture: `/p/${at}`, title: `DCIM/IMG_${at}.jpg` }));
}

async function shown(many: number, changes: Partial<Grid> = {}): Promise<void> {
  grid = document.createElement("isp-grid") as Grid;
  Object.assign(grid, { items: items(many), pictures, label: "Photos", ...changes });
  grid.addEventListener("selected", (event) => {
    grid.selection = (event as CustomEvent<ReadonlySet<string>>).detail;
  });
  scroller.append(grid);
  // Before it was measured it has one column.
  await until(() => columns() > Math.min(1, many - 1), "a grid that was measured");
}

const drawn = (): HTMLElement[] => findAll(grid, "[role=option]");
const list = (): HTMLElement => findAll(grid, "[role=listbox]")[0] as HTMLElement;
const chosen = (): string[] => [...grid.selection];
const at = (index: number): HTMLElement => findAll(grid, `#item-${index}`)[0] as HTMLElement;
const columns = (): number => findAll(grid, ".row")[0]?.children.length ?? 0;
const current = (): string | null => list().getAttribute("aria-activedescendant");

async function press(key: string, init: KeyboardEventInit = {}): Promise<void> {
  list().dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, composed: true, cancelable: true, ...init }));
  await grid.updateComplete;
}

beforeEach(() => {
  scroller = document.createElement("div");
  scroller.style.cssText = "position:fixed;inset:0;overflow-y:auto";
  document.body.append(scroller);
  pictures = new Pictures(picture, 100);
});

afterEach(() => scroller.remove());

test("which rows are seen", () => {
  expect(visible(100, 100, 0, 500, BEYOND)).toEqual({ first: 0, end: 7 });
  expect(visible(100, 100, -1000, 500, BEYOND)).toEqual({ first: 8, end: 17 });
  expect(visible(100, 100, -9800, 500, BEYOND)).toEqual({ first: 96, end: 100 });
  expect(visible(100, 100, 2000, 500, BEYOND)).toEqual({ first: 0, end: 0 });
  expect(visible(0, 100, 0, 500, BEYOND)).toEqual({ first: 0, end: 0 });
  expect(visible(3, 100, -9000, 500, BEYOND)).toEqual({ first: 3, end: 3 });
});

test("what is seen is drawn first, and in one frame no more than it bears", () => {
  const [wanted, seen] = [
    { first: 10, end: 20 },
    { first: 12, end: 18 },
  ];
  const frames = (drawn: { first: number; end: number }, columns: number): string[] => {
    const told = [];
    for (let last = drawn, now = nearer(last, wanted, seen, columns); now.first !== last.first || now.end !== last.end; ) {
      told.push(`${now.first}-${now.end}`);
      [last, now] = [now, nearer(now, wanted, seen, columns)];
    }
    return told;
  };
  expect(frames({ first: 0, end: 5 }, 8)).toEqual(["12-15", "12-18", "11-20", "10-20"]);
  expect(frames({ first: 5, end: 15 }, 8)).toEqual(["10-18", "10-20"]);
  expect(frames({ first: 15, end: 30 }, 8)).toEqual(["12-20", "10-20"]);
  expect(frames({ first: 0, end: 0 }, 3)).toEqual(["12-20", "10-20"]);
  expect(frames({ first: 0, end: 0 }, 50)[0]).toBe("12-13");
});

test("of 5,000 photos only those on the screen are drawn, and no more pictures are kept than can be", async () => {
  await shown(5_000);
  const most = (): number => (Math.ceil(window.innerHeight / 150) + 6) * columns();
  for (let top = 0; top < scroller.scrollHeight; top += 9_000) {
    scroller.scrollTo({ top });
    await new Promise(requestAnimationFrame);
    expect(drawn().length).toBeLessThanOrEqual(most());
  }
  await until(() => findAll(grid, "#item-4999").length === 1);
  await until(() => pictures.size <= 100);
  const seen = await until(() => drawn().at(-1)?.querySelector("isp-picture")?.shadowRoot?.querySelector("img"));
  expect(seen.src).toMatch(/^blob:/);
});

test("a click chooses, and with shift all from the one before", async () => {
  await shown(200);
  at(2).click();
  expect(chosen()).toEqual(["k2"]);
  at(5).dispatchEvent(new MouseEvent("click", { bubbles: true, composed: true, shiftKey: true }));
  expect(chosen()).toEqual(["k2", "k3", "k4", "k5"]);
  at(3).click();
  expect(chosen()).toEqual(["k2", "k4", "k5"]);
  await grid.updateComplete;
  expect(at(3).getAttribute("aria-selected")).toBe("false");
  expect(at(4).getAttribute("aria-selected")).toBe("true");
});

test("the keyboard goes everywhere and chooses", async () => {
  await shown(500);
  await userEvent.tab();
  expect(grid.shadowRoot?.activeElement).toBe(list());
  await press("ArrowRight");
  expect(current()).toBe("item-1");
  await press(" ");
  expect(chosen()).toEqual(["k1"]);
  await press("ArrowDown", { shiftKey: true });
  expect(chosen().length).toBe(columns() + 1);
  await press("ArrowUp");
  await press("Home");
  await press("ArrowLeft");
  expect(current()).toBe("item-0");
  await press("End");
  await until(() => current() === "item-499");
  await until(() => {
    const box = findAll(grid, "#item-499")[0]?.getBoundingClientRect();
    return box && box.bottom <= window.innerHeight + 1;
  });
  await press("PageUp");
  expect(current()).not.toBe("item-499");
  await press("Escape");
  expect(chosen()).toEqual([]);
});

test("the photo that one is at is named only while it is drawn", async () => {
  await shown(2_000);
  await press("ArrowRight");
  expect(current()).toBe("item-1");
  scroller.scrollTo({ top: scroller.scrollHeight });
  await until(() => findAll(grid, "#item-1999").length === 1 && findAll(grid, "#item-1").length === 0);
  expect(current()).toBeNull();
  await press("ArrowRight");
  await until(() => current() === "item-2" && at(2).getBoundingClientRect().top >= 0);
});

test("from right to left, the arrows go where they point", async () => {
  scroller.dir = "rtl";
  await shown(50);
  await press("ArrowLeft");
  expect(current()).toBe("item-1");
  await press("ArrowRight");
  expect(current()).toBe("item-0");
  expect(at(0).getBoundingClientRect().left).toBeGreaterThan(at(1).getBoundingClientRect().left);
});

test("a long touch chooses all from the one that was touched before", async () => {
  await shown(50);
  at(1).click();
  const touch = { bubbles: true, composed: true, pointerType: "touch" };
  at(4).dispatchEvent(new PointerEvent("pointerdown", touch));
  await until(() => chosen().length === 4);
  at(4).dispatchEvent(new PointerEvent("pointerup", touch));
  at(4).click();
  expect(chosen()).toEqual(["k1", "k2", "k3", "k4"]);
  at(6).dispatchEvent(new PointerEvent("pointerdown", touch));
  at(6).dispatchEvent(new PointerEvent("pointermove", { ...touch, movementX: 0, movementY: 30 }));
  at(6).dispatchEvent(new PointerEvent("pointercancel", touch));
  at(7).click();
  expect(chosen()).toEqual(["k1", "k2", "k3", "k4", "k7"]);
});

test("the first long touch chooses one photo, also where the one touched before left", async () => {
  await shown(50);
  const touch = { bubbles: true, composed: true, pointerType: "touch" };
  at(4).dispatchEvent(new PointerEvent("pointerdown", touch));
  await until(() => chosen().length > 0);
  at(4).dispatchEvent(new PointerEvent("pointerup", touch));
  expect(chosen()).toEqual(["k4"]);
  grid.items = items(50).slice(10);
  grid.selection = new Set();
  await grid.updateComplete;
  at(6).dispatchEvent(new PointerEvent("pointerdown", touch));
  await until(() => chosen().length > 0);
  at(6).dispatchEvent(new PointerEvent("pointerup", touch));
  expect(chosen()).toEqual(["k16"]);
});

test("photos that leave move neither where one is nor from where one chooses", async () => {
  await shown(50);
  at(12).click();
  grid.items = items(50).slice(10);
  await grid.updateComplete;
  expect(current()).toBe("item-2");
  at(4).dispatchEvent(new MouseEvent("click", { bubbles: true, composed: true, shiftKey: true }));
  expect(chosen()).toEqual(["k12", "k13", "k14"]);
});

test("more is asked for once when the end comes near", async () => {
  await shown(10);
  let asked = 0;
  grid.addEventListener("more", () => asked++);
  Object.assign(grid, { more: true, items: items(60) });
  await grid.updateComplete;
  scroller.scrollTo({ top: scroller.scrollHeight });
  await until(() => asked === 1);
  grid.scrolled();
  expect(asked).toBe(1);
  grid.items = items(5_000);
  await grid.updateComplete;
  expect(asked).toBe(1);
  scroller.scrollTo({ top: scroller.scrollHeight });
  await until(() => asked === 2);
});

test("more is asked for anew of another list that is as long", async () => {
  await shown(60, { more: true });
  const asked: number[] = [];
  grid.addEventListener("more", () => asked.push(grid.items.length));
  scroller.scrollTo({ top: scroller.scrollHeight });
  await until(() => asked.length === 1);
  grid.items = [];
  await grid.updateComplete;
  grid.items = items(60);
  await until(() => drawn().length > 0);
  scroller.scrollTo({ top: scroller.scrollHeight });
  await until(() => asked.length === 2);
  expect(asked).toEqual([60, 60]);
});

test("the keyboard leads to no photo behind what sticks to the screen's edges", async () => {
  await shown(5_000);
  const edges = ["top", "bottom"].map((edge) => {
    const bar = document.createElement("div");
    bar.style.cssText = `position:sticky;z-index:1;inset-block-${edge === "top" ? "start" : "end"}:0;block-size:60px`;
    if (edge === "top") scroller.prepend(bar);
    else scroller.append(bar);
    return bar;
  });
  const seen = async (): Promise<void> => {
    const place = (await until(() => findAll(grid, ".item.current")[0] as HTMLElement)).getBoundingClientRect();
    expect(place.top).toBeGreaterThanOrEqual((edges[0] as HTMLElement).getBoundingClientRect().bottom);
    expect(place.bottom).toBeLessThanOrEqual((edges[1] as HTMLElement).getBoundingClientRect().top);
  };
  scroller.style.insetBlockStart = "90px";
  await press("End");
  await seen();
  await press("Home");
  await seen();
  for (let row = 0; row < 8; row++) await press("ArrowDown");
  await seen();
  for (let row = 0; row < 5; row++) await press("ArrowUp");
  await seen();
});
