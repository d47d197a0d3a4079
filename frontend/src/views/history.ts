import { css, html, nothing, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";

import { refusal, thumbnail, type Account, type Change, type HistoryFilter, type Unsubscribe } from "../api";
import { define } from "../element";
import { Later } from "../later";
import "../picture";
import { shared } from "../styles";
import { AccountView } from "./account_view";
import { choice, folderChoice, typing } from "./choices";
import { fields } from "./fields";

/** What is asked for at once. */
const PAGE = 100;
/** How far the list grows by what happens; only who asks for more gets more. */
const MOST = 500;
/** How long nothing more is typed before it is looked for, in milliseconds. */
const TYPED_MS = 300;

/** What was done, newest first, as it happens; all of it, or what is looked for. */
@define("isp-history")
export class HistoryView extends AccountView {
  @state() private folder = "";
  @state() private action = "";
  @state() private text = "";
  @state() private since = "";
  @state() private until = "";
  @state() private changes: readonly Change[] | undefined;
  @state() private older: number | string | null = null;
  @state() private loading = false;
  /** How many were asked for. */
  private paged = 0;
  private asked = 0;
  /** What was told since the list was begun. */
  private fresh: readonly Change[] = [];
  private unsubscribe: Unsubscribe | undefined;
  private readonly typed = new Later(TYPED_MS);

  static override styles = [
    shared,
    fields,
    css`
      .all {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 12px;
      }
      ol {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 2px;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        display: grid;
        grid-template-columns: 64px minmax(0, 1fr);
        gap: 12px;
        align-items: center;
        padding-block: 4px;
        content-visibility: auto;
        contain-intrinsic-size: auto 72px;
      }
      .what {
        font-weight: 500;
      }
      .more {
        justify-self: center;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.follow();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.typed.stop();
    this.unsubscribe?.();
    this.unsubscribe = undefined;
  }

  protected override begins(): void {
    this.folder = "";
    this.follow();
  }

  protected override about(account: Account): TemplateResult {
    const { words } = this;
    const { t } = words;
    const folders = this.overview.folders.filter((folder) => folder.entry_id === account.entry_id);
    const actions = words.actions().map((kind): [string, string] => [kind, words.action(kind)]);
    return html`<div class="all">
      <div class="fields">
        ${this.accounts()}
        ${folderChoice(words, folders, this.folder, (folder) => this.filter(() => (this.folder = folder)))}
        ${choice(t("history_action"), [["", t("history_any")], ...actions], this.action, (action) =>
          this.filter(() => (this.action = action)),
        )}
        ${typing(t("history_text"), "search", this.text, (text) => {
          this.text = text;
          this.typed.run(() => this.begin());
        })}
        ${typing(t("history_since"), "date", this.since, (day) => this.filter(() => (this.since = day)))}
        ${typing(t("history_until"), "date", this.until, (day) => this.filter(() => (this.until = day)))}
      </div>
      ${this.failed ? html`<p class="bad" role="alert">${this.failed}</p>` : nothing} ${this.list()}
      ${this.loading || (this.changes === undefined && !this.failed) ? html`<p class="soft" role="status">${t("loading")}</p>` : nothing}
      ${this.older !== null && !this.loading
        ? html`<button type="button" class="more" @click=${() => void this.page()}>${t("history_more")}</button>`
        : nothing}
    </div>`;
  }

  private list(): TemplateResult | typeof nothing {
    const { changes, words } = this;
    if (changes === undefined) return nothing;
    if (changes.length === 0) {
      const filtered = Object.keys(this.wanted()).length > 0;
      return html`<p class="soft">${words.t(filtered ? "history_nothing_found" : "no_changes")}</p>`;
    }
    return html`<ol class="card">
      ${repeat(
        changes,
        (change) => change.id,
        (change) => this.line(change),
      )}
    </ol>`;
  }

  private line(change: Change): TemplateResult {
    const { words } = this;
    const why = change.why === null ? "" : words.reason(change.why);
    const path = change.checksum === null ? null : thumbnail(this.shown ?? "", "linked", change.checksum);
    const many = change.items !== null && change.items > 1 ? words.t("history_items", { count: change.items }) : "";
    return html`<li>
      <isp-picture .pictures=${this.pictures} .path=${path} ?video=${change.is_video}></isp-picture>
      <div>
        <span class="what">${words.action(change.action)}</span>${why ? html` · ${why}` : nothing}${many
          ? html` · ${many}`
          : nothing}<br />
        ${change.path ? html`<bdi class="path">${change.path}</bdi><br />` : nothing}
        <span class="soft"
          >${change.folder === null ? nothing : html`<bdi>${change.folder}</bdi> · `}<time datetime=${change.at}
            >${words.moment(change.at)}</time
          ></span
        >
      </div>
    </li>`;
  }

  private filter(set: () => void): void {
    set();
    this.begin();
  }

  private follow(): void {
    this.unsubscribe?.();
    this.unsubscribe = undefined;
    this.changes = undefined;
    const account = this.shown;
    if (account === undefined || !this.isConnected) return;
    this.unsubscribe = this.api.newChanges(
      account,
      (change) => this.happened(change),
      () => this.begin(),
    );
  }

  private happened(change: Change): void {
    if (!this.isWanted(change)) return;
    this.fresh = joined([change], this.fresh).slice(0, MOST);
    if (this.changes === undefined) return;
    const changes = joined([change], this.changes);
    const most = Math.max(MOST, this.paged);
    this.changes = changes.slice(0, most);
    const oldest = this.changes.at(-1);
    if (changes.length > most && oldest) {
      this.older = oldest.id;
      // A page that is under way begins behind what just left the list.
      if (this.loading) this.asked++;
      this.loading = false;
    }
  }

  private begin(): void {
    this.asked++;
    this.older = null;
    this.fresh = [];
    this.loading = false;
    this.failed = undefined;
    void this.page(true);
  }

  private async page(first = false): Promise<void> {
    const account = this.shown;
    if (account === undefined || this.loading) return;
    const mine = this.asked;
    this.loading = true;
    try {
      const page = await this.api.history(account, {
        ...this.wanted(),
        limit: PAGE,
        ...(this.older === null ? {} : { before: this.older }),
      });
      if (mine !== this.asked) return;
      // What happened while Home Assistant looked may be missing in its answer.
      this.changes = joined(first ? this.fresh : (this.changes ?? []), page.entries);
      this.paged = this.changes.length;
      this.older = page.next_before;
    } catch (error) {
      if (mine === this.asked) this.failed = refusal(error, this.words);
    } finally {
      if (mine === this.asked) this.loading = false;
    }
  }

  private wanted(): HistoryFilter {
    return {
      ...(this.folder ? { folder_id: this.folder } : {}),
      ...(this.action ? { action: this.action } : {}),
      ...(this.text.trim() ? { text: this.text.trim() } : {}),
      ...(this.since ? { since: this.words.midnight(this.since) } : {}),
      // The last day counts as a whole.
      ...(this.until ? { until: this.words.midnight(this.until, 1) } : {}),
    };
  }

  /** Whether what just happened is among what is looked for. */
  private isWanted(change: Change): boolean {
    const { folder_id, action, text, since, until } = this.wanted();
    return (
      (folder_id === undefined || change.folder_id === folder_id) &&
      (action === undefined || change.action === action) &&
      (text === undefined || (change.path ?? "").toLowerCase().includes(text.toLowerCase())) &&
      (since === undefined || Date.parse(change.at) >= Date.parse(since)) &&
      (until === undefined || Date.parse(change.at) < Date.parse(until))
    );
  }
}

/** Return the newer changes and those behind them, each once. */
function joined(newer: readonly Change[], older: readonly Change[]): Change[] {
  const known = new Set(newer.map((change) => change.id));
  return [...newer, ...older.filter((change) => !known.has(change.id))];
}
