/** The fields by which views let people choose: of which account, which folder. */

import { html, nothing, type TemplateResult } from "lit";

import type { Account, Folder, Overview } from "../api";
import type { Words } from "../words";

/** The account that a view is about: the one that was chosen, be it that it does not work now; else the first that works. */
export function accountOf(overview: Overview, chosen: string | undefined): Account | undefined {
  const { accounts } = overview;
  return accounts.find((account) => account.entry_id === chosen) ?? accounts.find((account) => account.loaded);
}

/** What a view says in the place of an account that does not work now. */
export function awayAccount(words: Words, account: Account | undefined): TemplateResult {
  if (!account?.problem) return html`<p class="soft" role="status">${words.t("no_account")}</p>`;
  return html`<p class="notice" role="status"><span><bdi>${account.title}</bdi>: ${account.problem}</span></p>`;
}

/** A field to choose the account in; nothing where there is no choice. */
export function accountChoice(
  words: Words,
  overview: Overview,
  account: Account | undefined,
  choose: (entryId: string) => void,
): TemplateResult | typeof nothing {
  const working = overview.accounts.filter((one) => one.loaded || one.entry_id === account?.entry_id);
  if (working.length < 2) return nothing;
  return choice(
    words.t("account"),
    working.map((one) => [one.entry_id, one.title] as const),
    account?.entry_id ?? "",
    choose,
  );
}

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
