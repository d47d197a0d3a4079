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
  const failures = Object.entries(restored.failures);
  const goesOn = restored.under_way - failures.reduce((sum, [, count]) => sum + count, 0);
  if (goesOn > 0) said.push(t("restored_under_way", { count: goesOn }));
  for (const [code, count] of failures) said.push(t("restored_failed", { count, reason: words.problem(code) }));
  for (const { folder, reason } of restored.waiting) {
    // Of a folder that rests, no gate says why it waits.
    const why = reason === "paused" ? words.state(reason) : words.waitReason(reason);
    said.push(t("restored_waits", { folder: folder ?? "", reason: why }));
  }
  if (restored.moved_on > 0) said.push(t("restored_moved_on", { count: restored.moved_on }));
  for (const [reason, count] of Object.entries(restored.hindrances)) {
    // What was found nowhere may be in the vault that cannot be read.
    if (reason === "no_bytes" && restored.problem !== null) {
      said.push(t("stays_problem", { count, reason: words.problem(restored.problem) }));
    } else said.push(HINDRANCES.has(reason) ? t(`stays_${reason}`, { count }) : t("stays", { count }));
  }
  if (!restored.complete) said.push(t("restored_goes_on"));
  return said.length ? said : [t("restored_nothing")];
}
