/** Which entities a folder has: found by what they are, since their owners rename them. */

import type { CardHass, EntityState } from "./hass";

export const DOMAIN = "immich_syncthing";

/** Entities by what they are, e.g. `sensor.linked` or `image.last_photo`. */
export type FolderEntities = Readonly<Record<string, string>>;

/** What only folders have: album folders and replicas have other keys. */
const ONLY_FOLDERS = "sensor.status";

/** The entities of each folder, by the id of its device, in the order in which Home Assistant names them. */
export function folders(hass: CardHass): Map<string, FolderEntities> {
  const found = new Map<string, Record<string, string>>();
  for (const entity of Object.values(hass.entities)) {
    if (entity?.platform !== DOMAIN || !entity.device_id || !entity.translation_key) continue;
    const kind = `${entity.entity_id.split(".", 1)[0]}.${entity.translation_key}`;
    const known = found.get(entity.device_id) ?? {};
    known[kind] = entity.entity_id;
    found.set(entity.device_id, known);
  }
  return new Map([...found].filter(([, entities]) => ONLY_FOLDERS in entities));
}

/** The device that a card's settings mean: named itself, or by any of its entities. */
export function deviceMeant(hass: CardHass, meant: { device?: string; entity?: string }): string | undefined {
  return meant.device || (meant.entity && hass.entities[meant.entity]?.device_id) || undefined;
}

/** The folder that an entity belongs to, if it is of one. */
export function folderOf(hass: CardHass, entityId: string): string | undefined {
  const entity = hass.entities[entityId];
  if (entity?.platform !== DOMAIN || !entity.device_id) return undefined;
  return folders(hass).has(entity.device_id) ? entity.device_id : undefined;
}

/** A number that is known; states are text, and `unknown` and `unavailable` are none. */
export function numberOf(state: EntityState | undefined): number | undefined {
  const value = state?.state.trim() ? Number(state.state) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

/** A moment that is known, as Home Assistant wrote it. */
export function momentOf(state: EntityState | undefined): string | undefined {
  return state && !Number.isNaN(Date.parse(state.state)) ? state.state : undefined;
}
