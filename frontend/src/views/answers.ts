import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";

import { refusal, type Api, type GivenAnswer, type Overview, type Reconsidered } from "../api";
import { define } from "../element";
import { icon, UNDO } from "../icons";
import { shared } from "../styles";
import { Ticking } from "../ticking";
import type { Words } from "../words";

/** How many of the last answers are shown, of each account. */
const SHOWN = 5;
const HINDRANCES = new Set(["under_way", "no_bytes", "no_place"]);

interface Given {
  readonly entry: string;
  readonly answer: GivenAnswer;
}

/** The last answers that can still be taken back. */
@define("isp-answers")
export class Answers extends LitElement {
  @property({ attribute: false }) api!: Api;
  @property({ attribute: false }) overview!: Overview;
  @property({ attribute: false }) words!: Words;
  @state() private given: readonly Given[] = [];
  @state() private told: readonly string[] = [];
  @state() private failed: string | undefined;
  /** Why the answers cannot be read; that may be otherwise the next time. */
  @state() private unread: string | undefined;
  @state() private busy = false;
  private looked = 0;

  static override styles = [
    shared,
    css`
      ul {
        display: grid;
        gap: 8px;
        margin: 8px 0 0;
        padding: 0;
        list-style: none;
      }
      li {
        border-block-start: 1px solid var(--isp-line);
        padding-block-start: 8px;
      }
    `,
  ];

  constructor() {
    super();
    new Ticking(this);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("overview") && this.failed === this.words.t("reconnecting")) this.failed = undefined;
    const before = changed.get("overview") as Overview | undefined;
    const otherwise = changed.has("overview") && (this.unread !== undefined || questions(before) !== questions(this.overview));
    if (changed.has("api") || otherwise) void this.look();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { words } = this;
    const failed = this.failed ?? this.unread;
    if (this.given.length === 0 && this.told.length === 0 && !failed) return nothing;
    return html`<section class="card" aria-labelledby="given">
      <h2 id="given">${words.t("given_answers")}</h2>
      <div role="status">${this.told.map((one) => html`<p>${one}</p>`)}</div>
      ${failed ? html`<p class="bad" role="alert">${failed}</p>` : nothing}
      <ul>
        ${repeat(
          this.given,
          ({ answer }) => answer.answer_id,
          (one) => this.row(one),
        )}
      </ul>
    </section>`;
  }

  private row({ entry, answer }: Given): TemplateResult {
    const { words } = this;
    const what = words.answer(answer.kind, answer.answer);
    return html`<li class="row">
      <span class="grow">
        ${what}<br />
        <span class="soft"
          >${words.t("history_items", { count: answer.count })} · <bdi>${answer.folders.join(", ")}</bdi> ·
          ${words.ago(answer.answered_at)}</span
        >
      </span>
      ${this.overview.may_decide
        ? html`<button type="button" ?disabled=${this.busy} @click=${() => this.takeBack(entry, answer)}>
            <span class="icon">${icon(UNDO)}</span>${words.t("take_back")}<span class="sr">: ${what}</span>
          </button>`
        : nothing}
    </li>`;
  }

  private async look(): Promise<void> {
    const mine = ++this.looked;
    const entries = this.overview.accounts.filter((account) => account.loaded).map((account) => account.entry_id);
    try {
      const pages = await Promise.all(entries.map((entry) => this.api.answers(entry, { limit: SHOWN })));
      if (mine !== this.looked) return;
      this.given = pages
        .flatMap(({ answers }, at) => answers.map((answer) => ({ entry: entries[at] as string, answer })))
        .sort((one, two) => two.answer.answered_at.localeCompare(one.answer.answered_at));
      this.unread = undefined;
    } catch (error) {
      if (mine === this.looked) this.unread = refusal(error, this.words);
    }
  }

  private async takeBack(entry: string, answer: GivenAnswer): Promise<void> {
    this.busy = true;
    this.failed = undefined;
    try {
      this.told = this.outcome(await this.api.reconsider(entry, answer.answer_id));
    } catch (error) {
      this.failed = refusal(error, this.words);
    }
    // What was refused may be no longer there.
    await this.look();
    this.busy = false;
  }

  private outcome({ asked_again, brought_back, hindered }: Reconsidered): string[] {
    const { t } = this.words;
    const said: string[] = [];
    if (asked_again > 0) said.push(t("asked_again", { count: asked_again }));
    if (brought_back > 0) said.push(t("brought_back", { count: brought_back }));
    for (const reason of new Set(hindered.map((one) => one.reason))) {
      const count = hindered.filter((one) => one.reason === reason).length;
      const key = reason === "moved_on" ? "restored_moved_on" : HINDRANCES.has(reason) ? `stays_${reason}` : "stays";
      said.push(t(key, { count }));
    }
    return said;
  }
}

/** Which accounts work, and how much of which question waits: who answers changes that. */
function questions(overview: Overview | undefined): string {
  const accounts = overview?.accounts.filter((account) => account.loaded).map((account) => account.entry_id);
  return JSON.stringify([accounts, overview?.holds.map((hold) => [hold.hold_id, hold.revision, hold.count])]);
}
