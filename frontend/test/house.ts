/** A house for the card: what Home Assistant would give it of a folder, an album folder and a lamp. */

import english from "../../custom_components/immich_syncthing/translations/en.json";
import type { CardHass, EntityState } from "../src/card/hass";

export const PHONE = "device-of-the-phone";
export const TABLET = "device-of-the-tablet";

/** What the card asked Home Assistant to do. */
export interface Call {
  domain: string;
  service: string;
  entity_id: string;
}

export interface House {
  hass: CardHass;
  calls: Call[];
  /** Change the state of an entity, as Home Assistant does: with a new `hass`. */
  change(entityId: string, state: string, attributes?: Record<string, unknown>): CardHass;
}

const FOLDER: Readonly<Record<string, readonly [key: string, state: string, attributes?: Record<string, unknown>]>> = {
  "sensor.{}_status": ["status", "in_agreement", { wait_reason: null, step: null, done: null, total: null }],
  "sensor.{}_in_agreement": ["linked", "12345"],
  "sensor.{}_to_upload": ["to_upload", "0"],
  "sensor.{}_to_be_read": ["to_read", "0"],
  "sensor.{}_waiting": ["held", "0"],
  "sensor.{}_failed": ["failed", "0"],
  "sensor.{}_only_in_immich": ["released", "42"],
  "sensor.{}_progress": ["progress", "100"],
  "sensor.{}_last_change": ["last_change", new Date(Date.now() - 3.5 * 3_600_000).toISOString()],
  "image.{}_last_photo": ["last_photo", "2026-11-20T10:00:00+00:00", { entity_picture: "/api/image_proxy/x?token=1" }],
  "switch.{}_sync": ["sync", "on"],
  "button.{}_sync_now": ["sync_now", "unknown"],
};

export function house(): House {
  const states: Record<string, EntityState> = {};
  const entities: Record<string, { entity_id: string; device_id: string; platform: string; translation_key: string }> = {};
  const add = (entity_id: string, device_id: string, platform: string, translation_key: string): void => {
    entities[entity_id] = { entity_id, device_id, platform, translation_key };
  };
  for (const [device, name] of [
    [PHONE, "phone"],
    [TABLET, "tablet"],
  ] as const) {
    for (const [pattern, [key, state, attributes]] of Object.entries(FOLDER)) {
      const entity_id = pattern.replace("{}", name);
      states[entity_id] = { entity_id, state, attributes: attributes ?? {} };
      add(entity_id, device, "immich_syncthing", key);
    }
  }
  states["sensor.album_status"] = { entity_id: "sensor.album_status", state: "up_to_date", attributes: {} };
  add("sensor.album_status", "device-of-an-album", "immich_syncthing", "album_status");
  states["light.lamp"] = { entity_id: "light.lamp", state: "off", attributes: {} };
  add("light.lamp", "device-of-a-lamp", "hue", "lamp");

  const calls: Call[] = [];
  const one: House = {
    calls,
    hass: {
      states,
      entities,
      devices: { [PHONE]: { id: PHONE, name: "Anna's phone" }, [TABLET]: { id: TABLET, name: "Tablet" } },
      panels: { "immich-syncthing": {} },
      language: "en",
      localize: (key) => said(key),
      formatEntityState: (state) => said(`component.immich_syncthing.entity.sensor.status.state.${state.state}`),
      formatEntityAttributeValue: (state, name) =>
        said(
          `component.immich_syncthing.entity.sensor.status.state_attributes.${name}.state.${String(state.attributes[name])}`,
        ),
      hassUrl: (path) => path,
      callService: async (domain, service, _, target) => {
        calls.push({ domain, service, entity_id: target.entity_id });
      },
    },
    change(entityId, state, attributes) {
      const before = one.hass.states[entityId];
      const now = { entity_id: entityId, state, attributes: { ...before?.attributes, ...attributes } };
      one.hass = { ...one.hass, states: { ...one.hass.states, [entityId]: now } };
      return one.hass;
    },
  };
  return one;
}

/** Home Assistant's words are the integration's translations. */
function said(key: string): string {
  let found: unknown = { component: { immich_syncthing: english } };
  for (const part of key.split(".")) found = (found as Record<string, unknown> | undefined)?.[part];
  return typeof found === "string" ? found : "";
}
