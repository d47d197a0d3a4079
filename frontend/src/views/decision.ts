import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";

import type { Answer, Hold } from "../api";
import { define } from "../element";
import { CHECK, DELETE, icon, UNDO } from "../icons";
import { shared } from "../styles";
import type { Words } from "../words";

const ANSWERS: readonly Answer[] = ["approve", "leave", "undo"];

/**
 * The answers to a question, for all of its photos or the selected ones; below the photos, at the edge of the screen.
 *
 * Fires `answer` with the one that was chosen.
 */
@define("isp-decision")
export class Decision extends LitElement {
  @property({ attribute: false }) hold!: Hold;
  @property({ attribute: false }) words!: Words;
  /** How many photos are selected. */
  @property({ type: Number }) selected = 0;
  /** Whether all of it is to be answered. */
  @property({ type: Boolean }) whole = false;
  @property({ type: Boolean }) busy = false;
  @property({ type: Boolean }) narrow = false;
  /** Whether the answers are unfolded, where there is little room. */
  @state() private unfolded = false;

  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        gap: 8px;
      }
      .toggle.main {
        flex: 1;
      }
      .three {
        display: grid;
        gap: 8px;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 240px), 1fr));
      }
      .answer {
        align-items: start;
        justify-content: flex-start;
        padding: 10px 14px;
        border-color: var(--isp-soft);
        border-radius: 12px;
        background: var(--card-background-color, #fff);
        text-align: start;
        font-weight: 400;
      }
      .answer b {
        display: block;
        font-weight: 500;
      }
      .answer small {
        display: block;
        font-size: 12px;
        color: var(--isp-soft);
      }
      .answer[aria-disabled="true"] {
        opacity: 0.5;
        cursor: default;
      }
      .deletes .icon {
        color: var(--isp-bad);
      }
    `,
  ];

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get("hold") as Hold | undefined;
    if (before !== undefined && before.hold_id !== this.hold.hold_id) this.unfolded = false;
  }

  protected override render(): TemplateResult {
    const { t } = this.words;
    const some = this.selected === 0 ? t("answer_none") : t("answer_some", { count: this.selected });
    const whom = this.whole ? t("answer_all", { count: this.hold.count }) : some;
    const folded = this.narrow && !this.unfolded;
    // One button folds and unfolds: two in turn would take the focus with them.
    return html`<div class="row">
        ${folded ? nothing : html`<p class="grow">${whom}</p>`}
        <button
          type="button"
          class="toggle ${folded ? "main" : "plain"}"
          aria-expanded=${folded ? "false" : "true"}
          ?hidden=${!this.narrow}
          @click=${() => (this.unfolded = !this.unfolded)}
        >
          ${folded ? whom : t("not_now")}
        </button>
      </div>
      ${folded ? nothing : html`<div class="three">${ANSWERS.map((answer) => this.button(answer))}</div>`}`;
  }

  private button(answer: Answer): TemplateResult | typeof nothing {
    const { answers, kind } = this.hold;
    if (!answers[answer]) return nothing;
    const deletes = answer === deleting(kind);
    return html`<button
      type="button"
      class="answer ${deletes ? "deletes" : ""}"
      data-answer=${answer}
      aria-disabled=${this.ready ? "false" : "true"}
      @click=${() => this.answer(answer)}
    >
      <span class="icon">${icon(deletes ? DELETE : answer === "leave" ? CHECK : UNDO)}</span>
      <span><b>${answers[answer]}</b><small>${this.words.meaning(kind, answer)}</small></span>
    </button>`;
  }

  /** Disabled buttons would lose the focus: these only do nothing. */
  private get ready(): boolean {
    return !this.busy && (this.whole || this.selected > 0);
  }

  private answer(answer: Answer): void {
    if (!this.ready) return;
    this.unfolded = false;
    // Where the answers fold away, the focus stays with what unfolds them.
    if (this.narrow) this.shadowRoot?.querySelector<HTMLElement>(".toggle")?.focus();
    this.dispatchEvent(new CustomEvent("answer", { detail: answer }));
  }
}

/** The answer with which photos go: to what came back by itself, that is undoing it. */
function deleting(kind: string): Answer {
  return kind === "restored_in_bulk" ? "undo" : "approve";
}
