import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";

import type { Account } from "../api";
import { View } from "../view";
import { choice } from "./choices";

/** A part about one account at a time: the one that was chosen, be it that it does not work now; else the first that works. */
export abstract class AccountView extends View {
  @state() private chosen: string | undefined;
  /** The account of which something is shown. */
  protected shown: string | undefined;

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    if (changed.has("query")) this.chosen = this.query["config_entry"] ?? this.chosen;
    if (changed.has("api")) this.shown = undefined;
    const { account } = this;
    this.chosen = account?.entry_id ?? this.chosen;
    // While an account is loaded anew, what was shown of it stays.
    if (account?.loaded !== false && (changed.has("api") || account?.entry_id !== this.shown)) {
      this.shown = account?.entry_id;
      this.begins();
    }
  }

  protected override render(): TemplateResult {
    const { account } = this;
    if (account?.loaded) return this.about(account);
    return html`<div class="all">
      <div class="fields">${this.accounts()}</div>
      ${account?.problem
        ? html`<p class="notice" role="status"><span><bdi>${account.title}</bdi>: ${account.problem}</span></p>`
        : html`<p class="soft" role="status">${this.words.t("no_account")}</p>`}
    </div>`;
  }

  /** Another account is shown from now on, or the same one by another connection. */
  protected abstract begins(): void;

  /** Show an account that works. */
  protected abstract about(account: Account): TemplateResult;

  /** A field to choose the account in; nothing where there is no choice. */
  protected accounts(): TemplateResult | typeof nothing {
    const { account } = this;
    const working = this.overview.accounts.filter((one) => one.loaded || one.entry_id === account?.entry_id);
    if (working.length < 2) return nothing;
    return choice(
      this.words.t("account"),
      working.map((one) => [one.entry_id, one.title] as const),
      account?.entry_id ?? "",
      (entry) => (this.chosen = entry),
    );
  }

  private get account(): Account | undefined {
    const { accounts } = this.overview;
    return accounts.find((account) => account.entry_id === this.chosen) ?? accounts.find((account) => account.loaded);
  }
}
