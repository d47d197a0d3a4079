import axe from "axe-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { CARD, type CardConfig, FolderCard } from "../src/card";
import { type House, house, PHONE } from "./house";

/** Home Assistant's own element, as far as its looks matter. */
if (!customElements.get("ha-card")) customElements.define("ha-card", class extends HTMLElement {});

let one: House;
let card: FolderCard;

async function show(config: Partial<CardConfig>): Promise<void> {
  card = document.createElement(CARD) as FolderCard;
  card.setConfig({ type: `custom:${CARD}`, ...config });
  card.hass = one.hass;
  document.body.append(card);
  await card.updateComplete;
}

async function change(...changed: Parameters<House["change"]>): Promise<void> {
  card.hass = one.change(...changed);
  await card.updateComplete;
}

const text = (): string => (card.shadowRoot?.textContent ?? "").replace(/\s+/g, " ").trim();
const buttons = (): HTMLButtonElement[] => [...(card.shadowRoot?.querySelectorAll("button") ?? [])];
const labels = (): string[] => buttons().map((button) => (button.textContent ?? "").replace(/\s+/g, " ").trim());
const press = (label: string): void => buttons()[labels().indexOf(label)]?.click();

beforeEach(() => {
  one = house();
});
afterEach(() => card.remove());

describe("a folder's card", () => {
  it("tells status, numbers and the last change in Home Assistant's words", async () => {
    await show({ device: PHONE });
    expect(text()).toContain("Anna's phone In agreement");
    expect(text()).toContain("Last change: 3 hours ago");
    expect(labels()).toContain("12,345 In agreement");
    expect(labels()).toContain("0 To upload");
    expect(labels()).toContain("42 Only in Immich");
  });

  it("writes numbers as the profile says", async () => {
    one.hass = { ...one.hass, locale: { number_format: "decimal_comma" } };
    await show({ device: PHONE });
    expect(labels()).toContain("12.345 In agreement");
  });

  it("is silent about noughts that tell nothing", async () => {
    await show({ device: PHONE });
    expect(text()).not.toContain("Waiting for decision");
    expect(text()).not.toContain("Failed");
    await change("sensor.phone_failed", "3");
    expect(labels()).toContain("3 Failed");
  });

  it("is found by any of the folder's entities as well", async () => {
    await show({ entity: "sensor.tablet_status", name: "Grandma" });
    expect(text()).toContain("Grandma In agreement");
  });

  it("follows the folder", async () => {
    await show({ device: PHONE });
    await change("sensor.phone_status", "scanning", { step: "reading", done: 1500, total: 3000 });
    expect(text()).toContain("Looking Reading new files: 1,500 / 3,000");
    await change("sensor.phone_status", "uploading", { step: null });
    await change("sensor.phone_progress", "37");
    const bar = card.shadowRoot?.querySelector("[role=progressbar]");
    expect(bar?.getAttribute("aria-valuenow")).toBe("37");
    await change("sensor.phone_status", "in_agreement", { wait_reason: "settling" });
    expect(text()).toContain("In agreement Waiting for a quiet moment");
    expect(card.shadowRoot?.querySelector("[role=progressbar]")).toBeNull();
  });

  it("draws nothing anew for what happens elsewhere in the house", async () => {
    await show({ device: PHONE });
    const before = card.shown;
    await change("light.lamp", "on");
    expect(card.shown).toBe(before);
    await change("sensor.phone_to_upload", "1");
    expect(card.shown).toBe(before + 1);
  });

  it("has a folder looked at, paused and resumed", async () => {
    await show({ device: PHONE });
    press("Sync now");
    press("Pause");
    await change("switch.phone_sync", "off");
    expect(labels()).not.toContain("Sync now");
    press("Resume");
    expect(one.calls).toEqual([
      { domain: "button", service: "press", entity_id: "button.phone_sync_now" },
      { domain: "switch", service: "turn_off", entity_id: "switch.phone_sync" },
      { domain: "switch", service: "turn_on", entity_id: "switch.phone_sync" },
    ]);
  });

  it("leads to the photos that wait for a decision", async () => {
    const here = location.href;
    await show({ device: PHONE });
    expect(labels()).not.toContain("Decide");
    await change("sensor.phone_waiting", "300");
    let told = 0;
    window.addEventListener("location-changed", () => told++, { once: true });
    press("Decide");
    expect(location.pathname).toBe("/immich-syncthing/review");
    expect(told).toBe(1);
    history.replaceState(null, "", here);
  });

  it("shows what Home Assistant knows of an entity that was pressed", async () => {
    await show({ device: PHONE });
    const asked: unknown[] = [];
    document.body.addEventListener("hass-more-info", (event) => asked.push((event as CustomEvent).detail), {
      once: true,
    });
    press("0 To upload");
    expect(asked).toEqual([{ entityId: "sensor.phone_to_upload" }]);
  });

  it("shows the last photo, and none where there is none or it cannot be fetched", async () => {
    await show({ device: PHONE });
    const picture = (): HTMLImageElement | null | undefined => card.shadowRoot?.querySelector("img");
    expect(picture()?.src).toContain("/api/image_proxy/x?token=1&state=2026-11-20T10");
    picture()?.dispatchEvent(new Event("error"));
    await card.updateComplete;
    expect(picture()).toBeNull();
    await change("image.phone_last_photo", "2026-11-21T10:00:00+00:00", { entity_picture: "/api/image_proxy/x?token=2" });
    expect(picture()?.src).toContain("token=2");
    await change("image.phone_last_photo", "unknown");
    expect(picture()).toBeNull();
  });

  it("leaves out what its owner does not want", async () => {
    await show({ device: PHONE, hide_photo: true, hide_counts: true, hide_buttons: true });
    expect(card.shadowRoot?.querySelector(".photo")).toBeNull();
    expect(labels()).toHaveLength(1);
  });

  it("says what to do where there is no folder", async () => {
    await show({});
    expect(text()).toBe("Choose a folder in the settings of this card.");
    card.remove();
    await show({ device: "removed" });
    expect(text()).toContain("Choose another one");
  });

  it("finds its folder as soon as Home Assistant knows it", async () => {
    const { entities } = one.hass;
    one.hass = { ...one.hass, entities: {} };
    await show({ device: PHONE });
    expect(text()).toContain("Choose another one");
    card.hass = { ...one.hass, entities };
    await card.updateComplete;
    expect(text()).toContain("Anna's phone");
  });

  it("refuses settings that are none", () => {
    expect(() => new FolderCard().setConfig({ type: CARD, device: 5 } as unknown as CardConfig)).toThrow("device");
  });
});

describe("Home Assistant's catalogue of cards", () => {
  const entry = window.customCards?.find((known) => known.type === CARD);

  it("knows the card once, in the page's language", () => {
    document.documentElement.lang = "de";
    expect(entry?.name).toBe("Fotoordner");
    document.documentElement.lang = "en";
    expect(entry?.name).toBe("Photo folder");
    expect(window.customCards?.filter((known) => known.type === CARD)).toHaveLength(1);
  });

  it("is offered the card for what belongs to a folder, and for nothing else", () => {
    const offered = (entityId: string) => entry?.getEntitySuggestion(one.hass, entityId);
    expect(offered("sensor.phone_to_upload")).toEqual({ config: { type: `custom:${CARD}`, device: PHONE } });
    expect(offered("light.lamp")).toBeNull();
    expect(offered("sensor.album_status")).toBeNull();
    expect(offered("sensor.nowhere")).toBeNull();
  });

  it("previews the card with the first folder", () => {
    expect(FolderCard.getStubConfig(one.hass)).toEqual({ device: PHONE });
    expect(FolderCard.getStubConfig({ ...one.hass, entities: {} })).toEqual({});
  });

  it("has a form in words for each setting", () => {
    const { schema, computeLabel } = FolderCard.getConfigForm();
    expect(schema.map(computeLabel)).toEqual([
      "Folder",
      "Name",
      "Hide the last photo",
      "Hide the numbers",
      "Hide the buttons",
    ]);
    expect(schema[0]?.selector).toEqual({ device: { filter: { integration: "immich_syncthing", model: "Folder" } } });
  });
});

describe.each(["ltr", "rtl"])("a card written %s", (direction) => {
  it("can be used by everybody", async () => {
    document.documentElement.dir = direction;
    await show({ device: PHONE });
    await change("sensor.phone_status", "uploading");
    await change("sensor.phone_progress", "37");
    await change("sensor.phone_waiting", "5");
    const found = await axe.run(card);
    expect(found.violations.filter(({ impact }) => impact === "serious" || impact === "critical")).toEqual([]);
    const [photo, summary] = [".photo", ".summary"].map((part) =>
      card.shadowRoot?.querySelector(part)?.getBoundingClientRect(),
    );
    expect((photo?.left ?? 0) < (summary?.left ?? 0)).toBe(direction === "ltr");
    document.documentElement.dir = "ltr";
  });
});
