/** The fields by which views let people choose, and look for something. */

import { html, type TemplateResult } from "lit";

import type { Folder } from "../api";
import type { Words } from "../words";

/** A field to choose a folder of an account in, or all of them. */
export function folderChoice(
  words: Words,
  folders: readonly Folder[],
  folderId: string,
  choose: (folderId: string) => void,
): TemplateResult {
  const named = folders.map((folder) => [folder.folder_id, folder.label] as const);
  return choice(words.t("folder"), [["", words.t("all_folders")], ...named], folderId, choose);
}

/** A field with a label above it. */
export function choice(
  label: string,
  options: readonly (readonly [value: string, shown: string])[],
  chosen: string,
  choose: (value: string) => void,
): TemplateResult {
  const changed = (event: Event): void => choose((event.target as HTMLSelectElement).value);
  return html`<label class="field">
    <span>${label}</span>
    <select @change=${changed}>
      ${options.map(([value, shown]) => html`<option value=${value} ?selected=${value === chosen}>${shown}</option>`)}
    </select>
  </label>`;
}

/** A field to type in, with a label above it; tells what was typed once nothing more comes. */
export function typing(
  label: string,
  type: "search" | "date",
  value: string,
  typed: (value: string) => void,
): TemplateResult {
  const changed = (event: Event): void => typed((event.target as HTMLInputElement).value);
  return html`<label class="field">
    <span>${label}</span>
    <input type=${type} .value=${value} @input=${changed} />
  </label>`;
}
