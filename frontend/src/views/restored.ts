/** What became of photos that were asked back, in sentences. */

import type { Restored } from "../api";
import type { Words } from "../words";

/** The reasons for which a photo stays away that have words of their own. */
const HINDRANCES = new Set([
  "already_there",
  "under_way",
  "no_bytes",
  "no_place",
  "excluded",
  "locked",
  "its_photo",
]);

export function restoredText(words: Words, restored: Restored): string[] {
  const { t } = words;
  const said: string[] = [];
  if (restored.back > 0) said.push(t("restored_back", { count: restored.back }));
  if (restored.under_way > 0) said.push(t("restored_under_way", { count: restored.under_way }));
  for (const { folder, reason } of restored.waiting ?? []) {
    said.push(t("restored_waits", { folder: folder ?? "", reason: words.state(reason) }));
  }
  if (restored.moved_on > 0) said.push(t("restored_moved_on", { count: restored.moved_on }));
  for (const [reason, count] of Object.entries(restored.hindrances)) {
    said.push(HINDRANCES.has(reason) ? t(`stays_${reason}`, { count }) : t("stays", { count }));
  }
  if (!restored.complete) said.push(t("restored_goes_on"));
  return said.length ? said : [t("restored_nothing")];
}
