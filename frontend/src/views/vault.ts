import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";

import { refusal, thumbnail, type Restored, type VaultEntry, type VaultPage } from "../api";
import { define } from "../element";
import "../grid";
import type { GridItem } from "../grid";
import { icon, UNDO } from "../icons";
import { Later } from "../later";
import { shared } from "../styles";
import { AccountView } from "./account_view";
import { choice, typing } from "./choices";
import { fields } from "./fields";
import { restoredText } from "./restored";

/** What is asked for at once. */
const PAGE = 200;
/** What one call brings back. */
const MOST = 10_000;
/** How long nothing more is typed before it is looked for, in milliseconds. */
const TYPED_MS = 300;
/** How long what was shown stays before it is looked whether there is more, in milliseconds. */
const AGAIN_MS = 2_000;

/** What was deleted and can be brought back: to look through, to search, and to bring back. */
@define("isp-vault")
export class VaultView extends AccountView {
  @state() private text = "";
  @state() private month = "";
  @state() private months: NonNullable<VaultPage["months"]> = [];
  @state() private total: number | undefined;
  @state() private entries: readonly VaultEntry[] = [];
  @state() private next: string | null = null;
  @state() private loading = false;
  /** Whether Home Assistant is still looking through the vault. */
  @state() private looking = false;
  @state() private selection: ReadonlySet<string> = new Set();
  /** Why the list, or what follows in it, cannot be read; that may be otherwise the next time. */
  @state() private unread: string | undefined;
  @state() private restoring = false;
  @state() private told: readonly string[] = [];
  private grid: readonly GridItem[] = [];
  private asked = 0;
  /** Whether the list is being fetched anew. */
  private renewing = false;
  /** How many files the vault was last said to have. */
  private many: number | null | undefined;
  private readonly typed = new Later(TYPED_MS);
  private readonly soon = new Later(AGAIN_MS);

  static override styles = [
    shared,
    fields,
    css`
      .all {
        /* No grid: what sticks would stick to its own row. */
        display: flex;
        flex-direction: column;
        gap: 12px;
      }
      .tools,
      .answers {
        position: sticky;
        z-index: 1;
        padding-block: 8px;
        background: var(--primary-background-color, #fafafa);
      }
      .tools {
        inset-block-start: 0;
      }
      .answers {
        inset-block-end: 0;
        border-block-start: 1px solid var(--isp-line);
      }
      .told {
        display: grid;
        gap: 4px;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.looking) this.soon.run(() => void this.again());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.typed.stop();
    this.soon.stop();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    this.follow();
    if (changed.has("overview") && this.unread !== undefined && !this.loading && !this.renewing) void this.again();
  }

  protected override begins(): void {
    this.month = "";
    this.told = [];
    this.begin();
  }

  protected override about(): TemplateResult {
    const { words, selection, total } = this;
    const { t } = words;
    const isEmpty = !this.loading && !this.looking && !this.unread && this.entries.length === 0;
    return html`<div class="all">
      <div class="fields">
        ${this.accounts()}
        ${typing(t("vault_search"), "search", this.text, (text) => this.search(text))}
        ${choice(t("vault_month"), this.monthOptions(), this.month, (month) => this.look(month))}
      </div>
      <div role="status">
        ${this.told.length ? html`<div class="notice done told">${this.told.map((one) => html`<p>${one}</p>`)}</div>` : nothing}
      </div>
      <div class="row tools">
        <span class="grow" aria-live="polite"
          >${selection.size > 0
            ? t("vault_selected", { count: selection.size })
            : total !== undefined
              ? t("vault_total", { count: total })
              : this.unread
                ? nothing
                : t("loading")}</span
        >
        <button type="button" ?disabled=${this.loading || isEmpty} @click=${this.selectAll}>${t("select_all")}</button>
        <button type="button" ?disabled=${selection.size === 0} @click=${this.selectNone}>${t("select_none")}</button>
      </div>
      ${isEmpty
        ? html`<div class="card">
            <p>${t(this.text || this.month ? "vault_nothing_found" : "vault_empty")}</p>
          </div>`
        : html`<isp-grid
            .items=${this.grid}
            .selection=${selection}
            .pictures=${this.pictures}
            .label=${t("vault_photos")}
            .more=${this.next !== null && !this.unread}
            @selected=${(event: CustomEvent<ReadonlySet<string>>) => (this.selection = event.detail)}
            @all=${this.selectAll}
            @more=${() => void this.page()}
          ></isp-grid>`}
      ${this.loading || this.looking ? html`<p class="soft" role="status">${t("loading")}</p>` : nothing} ${this.answers()}
    </div>`;
  }

  private answers(): TemplateResult {
    const { t } = this.words;
    const many = this.wanted().length;
    const failed = this.failed ?? this.unread;
    return html`<div class="answers">
      ${failed ? html`<p class="bad" role="alert">${failed}</p>` : nothing}
      ${!this.overview.may_decide
        ? html`<p class="soft">${t("vault_admins")}</p>`
        : html`<div class="row">
            <button
              type="button"
              class="main"
              ?disabled=${many === 0 || many > MOST || this.restoring}
              @click=${() => void this.restore()}
            >
              <span class="icon">${icon(UNDO)}</span>
              ${this.restoring ? t("vault_restoring") : many === 0 ? t("vault_restore_none") : t("vault_restore", { count: many })}
            </button>
            ${many > MOST ? html`<span class="soft">${t("vault_at_most", { count: MOST })}</span>` : nothing}
          </div>`}
    </div>`;
  }

  private monthOptions(): [string, string][] {
    const { words } = this;
    const months = this.months.map(({ month, count }): [string, string] => [
      month,
      `${words.month(`${month}-15T12:00:00Z`)} (${words.number(count)})`,
    ]);
    return [["", words.t("vault_any_month")], ...months];
  }

  private search(text: string): void {
    this.text = text;
    this.typed.run(() => this.begin());
  }

  private look(month: string): void {
    this.month = month;
    this.begin();
  }

  /** Look from the beginning: what was found and selected before is another question's. */
  private begin(): void {
    this.asked++;
    this.keep([]);
    this.next = null;
    this.total = undefined;
    this.failed = this.unread = undefined;
    this.loading = false;
    this.looking = false;
    this.soon.stop();
    this.many = undefined;
    this.selection = new Set();
    if (this.shown !== undefined) void this.page();
  }

  /** Fetch some more; returns whether that worked. */
  private async page(): Promise<boolean> {
    const account = this.shown;
    if (account === undefined || this.loading) return false;
    const mine = this.asked;
    this.loading = true;
    try {
      const page = await this.fetch(account, this.next);
      if (mine !== this.asked) return false;
      this.keep(page.entries, this.grid);
      this.next = page.next;
      this.unread = undefined;
      this.heard(page);
      return true;
    } catch (error) {
      if (mine === this.asked) this.unread = refusal(error, this.words);
      return false;
    } finally {
      if (mine === this.asked) this.loading = false;
    }
  }

  private fetch(account: string, after: string | null): Promise<VaultPage> {
    return this.api.vault(account, {
      limit: PAGE,
      ...(this.text.trim() ? { text: this.text.trim() } : {}),
      ...(this.month ? { month: this.month } : {}),
      ...(after === null ? {} : { after }),
    });
  }

  /** Take up what is said of all photos; only a first page says that. */
  private heard({ total, months, complete }: VaultPage): void {
    this.total = total ?? this.total ?? this.entries.length;
    // The months are those of all that is searched, or choosing one would leave no other to choose.
    if (months && !this.month) this.months = months;
    if (complete !== undefined) this.looking = !complete;
    if (complete === false) this.soon.run(() => void this.again());
  }

  /** Look again once the vault has another number of files. */
  private follow(): void {
    const { files } = this.overview.copies.find((one) => one.kind === "vault" && one.entry_id === this.shown) ?? {};
    if (files === this.many) return;
    if (this.many !== undefined && this.shown !== undefined) this.soon.run(() => void this.again());
    this.many = files;
  }

  private async again(): Promise<void> {
    const account = this.shown;
    if (account === undefined || !this.isConnected) return;
    this.renewing = true;
    await this.renew(account);
    this.renewing = false;
  }

  /** Show what is there by now: as many photos as before, and all that are selected. */
  private async renew(account: string): Promise<void> {
    const [mine, before] = [this.asked, this.entries];
    const awaited = new Set(this.selection);
    const entries: VaultEntry[] = [];
    let first: VaultPage | undefined;
    let next: string | null = null;
    try {
      do {
        const page = await this.fetch(account, next);
        if (mine !== this.asked) return;
        first ??= page;
        entries.push(...page.entries);
        page.entries.forEach((one) => awaited.delete(keyOf(one)));
        next = page.next;
        // While Home Assistant looks through the vault, no more is asked for than how far it is.
      } while (first.complete !== false && next !== null && (entries.length < before.length || awaited.size > 0));
    } catch (error) {
      if (mine !== this.asked) return;
      this.looking = false;
      this.unread = refusal(error, this.words);
      return;
    }
    if (this.loading || before !== this.entries) {
      this.soon.run(() => void this.again());
      return;
    }
    this.unread = undefined;
    this.heard(first);
    if (this.looking && before.length > PAGE) return;
    this.keep(entries);
    this.next = next;
    if (!this.looking && awaited.size > 0) this.selection = new Set([...this.selection].filter((one) => !awaited.has(one)));
  }

  /** Keep these photos, behind those that are there. */
  private keep(entries: readonly VaultEntry[], there: readonly GridItem[] = []): void {
    const { words } = this;
    const added = entries.map((entry) => ({
      key: keyOf(entry),
      picture: thumbnail(this.shown ?? "", "vault", entry.checksum),
      title: entry.path,
      note: `${words.date(entry.at)} · ${words.vaultReason(entry.reason)}`,
      video: entry.is_video,
    }));
    this.grid = [...there, ...added];
    this.entries = there.length ? [...this.entries, ...entries] : entries;
  }

  private readonly selectAll = async (): Promise<void> => {
    while (this.next !== null) if (!(await this.page())) return;
    this.selection = new Set(this.entries.map(keyOf));
  };

  private readonly selectNone = (): void => {
    this.selection = new Set();
  };

  /** The photos that are selected, each once, be it that it was deleted at several places. */
  private wanted(): string[] {
    return [...new Set([...this.selection].map((key) => key.slice(0, key.indexOf("/"))))];
  }

  private async restore(): Promise<void> {
    const account = this.shown;
    if (account === undefined) return;
    const mine = this.asked;
    this.restoring = true;
    this.failed = undefined;
    this.told = [];
    try {
      const restored: Restored = await this.api.restore(account, this.wanted());
      // Also to who looks for something else by now.
      if (account === this.shown) this.told = restoredText(this.words, restored);
      if (mine === this.asked) this.selection = new Set();
    } catch (error) {
      if (account === this.shown) this.failed = refusal(error, this.words);
    } finally {
      this.restoring = false;
    }
  }
}

/** What names a photo of the list: the same one may have been deleted at several places. */
function keyOf({ checksum, folder, path }: VaultEntry): string {
  return `${checksum}/${folder ?? ""}/${path}`;
}
