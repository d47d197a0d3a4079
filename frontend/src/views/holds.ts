import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";

import { refusal, type Answer, type Hold, type Overview } from "../api";
import { define, navigate } from "../element";
import "../grid";
import { CHEVRON, icon } from "../icons";
import { shared } from "../styles";
import { View } from "../view";
import "./answers";
import "./decision";
import { HeldPhotos } from "./held";

/** What waits for an answer: the photos of each question, to answer all of them or some. */
@define("isp-holds")
export class HoldsView extends View {
  /** The question as its photos were first shown: an answer touches nothing that joined since. */
  @state() private shown: Hold | undefined;
  @state() private selection: ReadonlySet<string> = new Set();
  /** Whether all of it is to be answered: whoever looks just opened it, or said so. An emptied selection never means all. */
  @state() private whole = false;
  @state() private told: string | undefined;
  @state() private answering: Answer | undefined;
  /** Whether something was there to click on since the address changed. */
  private offered = false;
  /** The question of which the last photo was answered here. */
  private finished: string | undefined;
  private readonly photos = new HeldPhotos(this);
  /** Whether something here had the focus before it is drawn anew. */
  private focused = false;

  static override styles = [
    shared,
    css`
      .all {
        /* No grid: what sticks would stick to its own row. */
        display: flex;
        flex-direction: column;
        gap: 12px;
      }
      h2:focus {
        outline: none;
      }
      .choice {
        justify-content: flex-start;
        border-radius: 12px;
        padding: 12px 16px;
        text-align: start;
      }
      .choices {
        display: grid;
        gap: 8px;
      }
      .chevron:dir(rtl) {
        transform: scaleX(-1);
      }
      .tools {
        position: sticky;
        z-index: 1;
        inset-block-start: 0;
        margin-inline: -4px;
        padding: 6px 4px;
        background: var(--primary-background-color, #fafafa);
      }
      .answers {
        position: sticky;
        z-index: 1;
        inset-block-end: 0;
        display: grid;
        gap: 8px;
        padding-block: 10px;
        background: var(--primary-background-color, #fafafa);
        border-block-start: 1px solid var(--isp-line);
      }
    `,
  ];

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    this.focused = (this.shadowRoot?.activeElement ?? null) !== null;
    if (changed.has("query") || changed.has("api")) {
      const wanted = this.wanted();
      if (changed.has("api") || wanted?.hold_id !== this.shown?.hold_id) this.show(wanted);
      this.offered = false;
    } else if (changed.has("overview")) {
      const shownIn = (told: Overview): Hold | undefined => told.holds.find((one) => one.hold_id === this.shown?.hold_id);
      const newer = shownIn(this.overview);
      const before = shownIn(changed.get("overview") as Overview)?.count ?? 0;
      const account = this.overview.accounts.find((one) => one.entry_id === this.shown?.entry_id);
      // An account that is loaded anew tells of none of its questions meanwhile.
      if (this.shown && newer === undefined && account?.loaded !== false) this.gone(this.shown);
      else if (this.shown && newer && newer.count < Math.max(before, this.shown.count)) this.fewer(newer);
      else if (this.shown && newer && this.photos.failed && !this.photos.loading) void this.again();
      // Never another question below a finger that is about to answer: the first one only.
      else if (!this.shown && !this.offered) this.show(this.wanted());
    }
    this.offered ||= this.overview.holds.length > 0;
  }

  protected override updated(): void {
    // What had the focus may be gone with its question: the keyboard goes on from the top of what is shown instead.
    if (!this.focused || this.shadowRoot?.activeElement) return;
    const heading = this.shadowRoot?.querySelector("h2");
    heading?.setAttribute("tabindex", "-1");
    heading?.focus();
  }

  /** Return the question that the address names, or the only one if it names none. */
  private wanted(): Hold | undefined {
    const { holds } = this.overview;
    const named = this.query["question"];
    return named === undefined && holds.length === 1 ? holds[0] : holds.find((hold) => hold.hold_id === named);
  }

  protected override render(): TemplateResult {
    const { words } = this;
    const told = html`<div role="status">
      ${this.told ? html`<p class="notice done">${this.told}</p>` : nothing}
    </div>`;
    if (this.shown === undefined) {
      const { holds } = this.overview;
      return html`<div class="all">
        ${told}${holds.length === 0
          ? html`<div class="card"><h2>${words.t("nothing_to_decide")}</h2><p>${words.t("nothing_to_decide_why")}</p></div>`
          : html`<h2>${words.t("questions", { count: holds.length })}</h2>
              <div class="choices">${repeat(holds, (hold) => hold.hold_id, (hold) => this.choice(hold))}</div>`}
        <isp-answers .api=${this.api} .overview=${this.overview} .words=${words}></isp-answers>
      </div>`;
    }
    return html`<div class="all">${told} ${this.question(this.shown)}</div>`;
  }

  private choice(hold: Hold): TemplateResult {
    const go = (): void => {
      navigate(this, "review", { entry: hold.entry_id, question: hold.hold_id });
      this.show(hold);
    };
    return html`<button type="button" class="choice" @click=${go}>
      <span class="grow">${hold.question}<br /><span class="soft">${this.words.ago(hold.asked_at)}</span></span>
      <span class="icon chevron">${icon(CHEVRON)}</span>
    </button>`;
  }

  private question(hold: Hold): TemplateResult {
    const { words, selection } = this;
    const { t } = words;
    const newer = this.overview.holds.find((one) => one.hold_id === hold.hold_id);
    const joined = newer !== undefined && (newer.joined_revision ?? newer.revision) > hold.revision;
    const about = words.about(hold.kind, { count: hold.count, folders: hold.folders.join(", ") });
    const others = this.overview.holds.length > 1;
    const failed = this.failed ?? this.photos.failed;
    const all = (): void => {
      navigate(this, "review");
      this.show(undefined);
    };
    return html`
      ${others ? html`<div><button type="button" @click=${all}>${t("all_questions")}</button></div>` : nothing}
      <h2>${hold.question}</h2>
      ${about.map((paragraph) => html`<p>${paragraph}</p>`)}
      <p class="soft">${t("asked", { ago: words.ago(hold.asked_at) })}</p>
      ${joined
        ? html`<p class="notice" role="status">
            <span class="grow">${t("joined")}</span>
            <button type="button" @click=${() => this.show(newer, false)}>${t("show_all")}</button>
          </p>`
        : nothing}
      <div class="row tools">
        <span class="grow" aria-live="polite"
          >${selection.size === 0 && this.whole
            ? t("none_selected", { count: hold.count })
            : t("selected", { count: selection.size, total: hold.count })}</span
        >
        <button type="button" ?disabled=${this.photos.loading} @click=${this.selectAll}>${t("select_all")}</button>
        <button type="button" ?disabled=${selection.size === 0 && !this.whole} @click=${this.selectNone}>${t("select_none")}</button>
      </div>
      <isp-grid
        .items=${this.photos.grid}
        .selection=${selection}
        .pictures=${this.pictures}
        .label=${t("photos_of_question")}
        .more=${this.photos.more && !this.photos.failed}
        @selected=${(event: CustomEvent<ReadonlySet<string>>) => this.choose(event.detail)}
        @all=${this.selectAll}
        @more=${() => void this.photos.page(hold)}
      ></isp-grid>
      ${this.photos.loading ? html`<p class="soft" role="status">${t("loading")}</p>` : nothing}
      <div class="answers">
        ${failed ? html`<p class="bad" role="alert">${failed}</p>` : nothing}
        ${this.overview.may_decide
          ? html`<isp-decision
              .hold=${hold}
              .words=${words}
              .selected=${selection.size}
              .whole=${this.whole && !this.photos.unseen}
              .busy=${this.answering !== undefined}
              .narrow=${this.narrow}
              @answer=${(event: CustomEvent<Answer>) => void this.answer(hold, event.detail)}
            ></isp-decision>`
          : html`<p class="soft">${t("admins_decide")}</p>`}
      </div>
    `;
  }

  private choose(selection: ReadonlySet<string>, whole = false): void {
    this.selection = selection;
    this.whole = whole;
  }

  /** Show a question from its beginning; `whole`: all of it is to be answered as long as nothing is selected. */
  private show(hold: Hold | undefined, whole = true): void {
    this.shown = hold;
    this.failed = undefined;
    this.told = undefined;
    this.choose(new Set(), whole);
    this.photos.begin(hold);
  }

  /** The question that was shown needs no answer any more. */
  private gone(hold: Hold): void {
    const told = this.finished === hold.hold_id ? this.told : this.words.t("question_gone");
    this.show(undefined);
    if (this.answering === undefined) this.told = told;
  }

  /** Some photos need no answer any more: show what is left of the ones that were shown. */
  private fewer(newer: Hold): void {
    const hold = this.shown as Hold;
    this.shown = { ...hold, count: Math.min(hold.count, newer.count), question: newer.question };
    void this.again();
  }

  /** Fetch what was shown anew, and go on with what of it is left. */
  private async again(): Promise<void> {
    const hold = this.shown as Hold;
    if (!(await this.photos.again(hold))) return;
    const { items, more } = this.photos;
    const newer = this.overview.holds.find((one) => one.hold_id === hold.hold_id);
    if (items.size === 0 && newer !== undefined && newer.revision > hold.revision) {
      // Only what joined is left: whoever looks has not seen it yet.
      const { told } = this;
      this.show(newer, false);
      this.told = told;
      return;
    }
    if (!more) this.shown = { ...hold, count: Math.min(hold.count, items.size) };
    this.choose(new Set([...this.selection].filter((item) => items.has(item))), this.whole);
  }

  private readonly selectAll = async (): Promise<void> => {
    if (this.shown !== undefined && (await this.photos.all(this.shown))) this.choose(new Set(this.photos.items), true);
  };

  private readonly selectNone = (): void => this.choose(new Set());

  private async answer(hold: Hold, answer: Answer): Promise<void> {
    this.answering = answer;
    this.failed = this.told = undefined;
    try {
      // All of it is never named one by one: so many names would be too much for one message.
      const { answered, left } = await this.api.answer(hold, answer, this.whole ? undefined : [...this.selection]);
      const { t } = this.words;
      this.told = `${hold.answers[answer] ?? ""}: ${t("answered", { count: answered })} ${left > 0 ? t("left", { count: left }) : ""}`;
      if (left === 0) this.finished = hold.hold_id;
      if (this.shown?.hold_id === hold.hold_id) {
        this.choose(new Set());
        if (left > 0) {
          this.shown = { ...this.shown, count: Math.min(left, this.shown.count) };
          await this.again();
        }
      }
    } catch (error) {
      // Another question may be shown by now, of which this is not true.
      if (this.shown?.hold_id === hold.hold_id) this.failed = refusal(error, this.words);
      else this.told = `${hold.question}: ${refusal(error, this.words)}`;
    } finally {
      this.answering = undefined;
    }
  }
}
