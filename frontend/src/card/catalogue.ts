/** Where Home Assistant looks for cards that are not its own. */

import type { CardHass } from "./hass";

export interface CardSuggestion {
  config: Record<string, unknown>;
}

/** What `window.customCards` holds; `getEntitySuggestion` is asked since 2026.6. */
export interface CardEntry {
  readonly type: string;
  readonly name: string;
  readonly description: string;
  readonly preview: boolean;
  getEntitySuggestion(hass: CardHass, entityId: string): CardSuggestion | null;
}

declare global {
  interface Window {
    customCards?: CardEntry[];
  }
}

/** List a card once, however often the script is loaded. */
export function registerCard(entry: CardEntry): void {
  window.customCards ??= [];
  if (!window.customCards.some((known) => known.type === entry.type)) window.customCards.push(entry);
}
