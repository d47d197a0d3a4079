/** What the card uses of Home Assistant's `hass` object: documented for cards, and there since 2026.10 at the latest. */

export interface EntityState {
  entity_id: string;
  state: string;
  attributes: Readonly<Record<string, unknown>>;
}

/** A row of `hass.entities`, the registry as pages see it. */
export interface RegisteredEntity {
  entity_id: string;
  device_id?: string | null;
  platform?: string;
  translation_key?: string | null;
}

/** A row of `hass.devices`. */
export interface RegisteredDevice {
  id: string;
  name?: string | null;
  name_by_user?: string | null;
}

export interface CardHass {
  states: Readonly<Record<string, EntityState | undefined>>;
  entities: Readonly<Record<string, RegisteredEntity | undefined>>;
  devices: Readonly<Record<string, RegisteredDevice | undefined>>;
  panels?: Readonly<Record<string, unknown>>;
  language: string;
  locale?: { number_format?: string };
  localize(key: string, values?: Record<string, unknown>): string;
  formatEntityState(state: EntityState): string;
  formatEntityAttributeValue(state: EntityState, attribute: string): string;
  hassUrl?(path: string): string;
  callService(
    domain: string,
    service: string,
    data: Record<string, unknown>,
    target: { entity_id: string },
  ): Promise<unknown>;
}
