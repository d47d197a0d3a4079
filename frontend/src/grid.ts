import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";

import { define } from "./element";
import { BEYOND, divided, nearer, reveal, rootsOf, same, type Division, type Span, UNMEASURED, visible } from "./grid/space";
import { styles } from "./grid/styles";
import { LongTouch } from "./grid/touch";
import { CHECK, icon } from "./icons";
import { fileName } from "./paths";
import "./picture";
import type { Pictures } from "./pictures";

export interface GridItem {
  /** Names it in the selection. */
  readonly key: string;
  /** The address of its picture. */
  readonly picture: string | null;
  readonly title: string;
  readonly note?: string;
  readonly video?: boolean;
}

/**
 * Photos to look through and to choose from. Draws only the rows that can be seen, however many there are.
 *
 * Fires `selected` with the new selection, and `more` when the end of what was loaded comes near.
 */
@define("isp-grid")
export class Grid extends LitElement {
  @property({ attribute: false }) items: readonly GridItem[] = [];
  @property({ attribute: false }) selection: ReadonlySet<string> = new Set();
  @property({ attribute: false }) pictures!: Pictures;
  @property() label = "";
  /** Whether there is more than `items`. */
  @property({ type: Boolean }) more = false;
  @state() private division: Division = UNMEASURED;
  @state() private span: Span = { first: 0, end: 0 };
  @state() private current = 0;
  /** The photo from which a range is chosen. */
  private anchor: string | undefined;
  private readonly touch = new LongTouch();
  private drawing: number | undefined;
  /** The photos behind which more was asked for. */
  private asked: readonly GridItem[] | undefined;
  private roots: readonly Node[] = [];
  // In the next frame: what changes its own size while sizes are told, the browser reports as an error.
  private readonly resized = new ResizeObserver(() => requestAnimationFrame(() => this.measure()));

  static override styles = styles;

  override connectedCallback(): void {
    super.connectedCallback();
    this.resized.observe(this);
    // Scrolling does not bubble and leaves no shadow tree, and whose it is is not this element's business.
    this.roots = rootsOf(this);
    for (const root of this.roots) root.addEventListener("scroll", this.scrolled, { capture: true, passive: true });
    window.addEventListener("resize", this.scrolled, { passive: true });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resized.disconnect();
    for (const root of this.roots) root.removeEventListener("scroll", this.scrolled, { capture: true });
    window.removeEventListener("resize", this.scrolled);
    if (this.drawing !== undefined) window.cancelAnimationFrame(this.drawing);
    this.drawing = undefined;
    this.touch.end();
  }

  /** Draw what can be seen, in the next frame. */
  readonly scrolled = (): void => {
    this.drawing ??= requestAnimationFrame(this.draw);
  };

  /** Draw as much as one frame bears, and the rest in the next ones. */
  private readonly draw = (): void => {
    this.drawing = undefined;
    const { columns, rowHeight } = this.division;
    const { top } = this.getBoundingClientRect();
    const seen = visible(this.rows, rowHeight, top, window.innerHeight);
    const wanted = visible(this.rows, rowHeight, top, window.innerHeight, BEYOND);
    const drawn = nearer(this.span, wanted, seen, columns);
    if (!same(drawn, this.span)) this.span = drawn;
    if (!same(drawn, wanted)) this.scrolled();
    this.wantMore(wanted);
  };

  protected override willUpdate(changed: PropertyValues): void {
    // What was asked for in vain is asked for anew.
    if (changed.has("more")) this.asked = undefined;
    if (!changed.has("items")) return;
    // Photos that leave move the others: whoever went to one stays there.
    const now = this.indexOf((changed.get("items") as readonly GridItem[] | undefined)?.[this.current]?.key);
    this.current = now >= 0 ? now : Math.max(0, Math.min(this.current, this.items.length - 1));
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has("items") || changed.has("more") || changed.has("division")) this.scrolled();
  }

  protected override render(): TemplateResult {
    const shown: number[] = [];
    for (let row = this.span.first; row < Math.min(this.span.end, this.rows); row++) shown.push(row);
    return html`<div
      role="listbox"
      tabindex="0"
      aria-label=${this.label}
      aria-multiselectable="true"
      aria-activedescendant=${this.isDrawn(this.current) ? `item-${this.current}` : nothing}
      style="block-size:${this.rows * this.division.rowHeight}px"
      @keydown=${this.key}
      @click=${this.clicked}
      @pointerdown=${this.pointerDown}
      @pointerup=${this.touch.end}
      @pointercancel=${this.touch.end}
      @pointermove=${this.touch.moved}
      @contextmenu=${this.touch.menu}
    >
      ${repeat(
        shown,
        (row) => row,
        (row) => this.row(row),
      )}
    </div>`;
  }

  private row(row: number): TemplateResult {
    const { columns, rowHeight } = this.division;
    const from = row * columns;
    const place = `inset-block-start:${row * rowHeight}px;grid-template-columns:repeat(${columns},minmax(0,1fr))`;
    return html`<div class="row" role="presentation" style=${place}>
      ${this.items.slice(from, from + columns).map((item, at) => this.item(item, from + at))}
    </div>`;
  }

  private item(item: GridItem, at: number): TemplateResult {
    return html`<div
      class="item ${at === this.current ? "current" : ""}"
      id="item-${at}"
      role="option"
      aria-selected=${this.selection.has(item.key)}
      aria-setsize=${this.more ? -1 : this.items.length}
      aria-posinset=${at + 1}
      aria-label=${item.note ? `${item.title}, ${item.note}` : item.title}
      title=${item.title}
      data-at=${at}
    >
      <isp-picture .pictures=${this.pictures} .path=${item.picture} ?video=${item.video ?? false}></isp-picture>
      <span class="mark" aria-hidden="true">${icon(CHECK)}</span>
      <span class="title" aria-hidden="true">${fileName(item.title)}</span>
      <span class="note" aria-hidden="true">${item.note ?? nothing}</span>
    </div>`;
  }

  private isDrawn(at: number): boolean {
    const row = Math.floor(at / this.division.columns);
    return at < this.items.length && row >= this.span.first && row < this.span.end;
  }

  private get rows(): number {
    return Math.ceil(this.items.length / this.division.columns);
  }

  private measure(): void {
    const width = this.clientWidth;
    if (width === 0) return;
    const division = divided(width);
    const { columns, rowHeight } = this.division;
    if (division.columns !== columns || division.rowHeight !== rowHeight) this.division = division;
    this.scrolled();
  }

  private wantMore(wanted: Span): void {
    const near = wanted.end >= this.rows - BEYOND - 1;
    if (!this.more || !near || this.asked === this.items) return;
    this.asked = this.items;
    this.dispatchEvent(new CustomEvent("more"));
  }

  private key = (event: KeyboardEvent): void => {
    const forward = getComputedStyle(this).direction === "rtl" ? -1 : 1;
    const { columns, rowHeight } = this.division;
    const page = Math.max(1, Math.floor(window.innerHeight / rowHeight) - 1) * columns;
    const end = this.items.length - 1;
    const steps: Record<string, number> = {
      ArrowRight: this.current + forward,
      ArrowLeft: this.current - forward,
      ArrowDown: this.current + columns,
      ArrowUp: this.current - columns,
      PageDown: this.current + page,
      PageUp: this.current - page,
      Home: 0,
      End: end,
    };
    const to = steps[event.key];
    if (to !== undefined) {
      const steppedOut = to < 0 || to > end;
      this.anchor ??= this.items[this.current]?.key;
      this.go(steppedOut && event.key.startsWith("Arrow") ? this.current : Math.max(0, Math.min(end, to)));
      if (event.shiftKey) this.range(this.current);
      else this.anchor = this.items[this.current]?.key;
    } else if (event.key === " " || event.key === "Enter") this.choose(this.current, event.shiftKey);
    else if (event.key === "a" && (event.ctrlKey || event.metaKey)) this.dispatchEvent(new CustomEvent("all"));
    else if (event.key === "Escape" && this.selection.size > 0) this.select(new Set());
    else return;
    event.preventDefault();
  };

  private go(to: number): void {
    if (this.items.length === 0) return;
    this.current = to;
    const { columns, rowHeight } = this.division;
    reveal(this, Math.floor(to / columns) * rowHeight, rowHeight);
    this.scrolled();
  }

  private clicked = (event: MouseEvent): void => {
    const at = place(event);
    if (at === undefined || this.touch.taken()) return;
    this.current = at;
    this.choose(at, event.shiftKey);
  };

  /** A long touch chooses everything from the one that was touched before, or this one if there is none. */
  private pointerDown = (event: PointerEvent): void => {
    const at = place(event);
    const key = at === undefined ? undefined : this.items[at]?.key;
    const long = (): void => {
      const now = this.indexOf(key);
      if (now >= 0) this.choose((this.current = now), true);
    };
    this.touch.begin(event, key === undefined ? undefined : long);
  };

  private choose(at: number, range: boolean): void {
    if (range) {
      this.range(at);
      return;
    }
    const item = this.items[at];
    if (item === undefined) return;
    this.anchor = item.key;
    const chosen = new Set(this.selection);
    if (!chosen.delete(item.key)) chosen.add(item.key);
    this.select(chosen);
  }

  private range(to: number): void {
    if (this.indexOf(this.anchor) < 0) this.anchor = this.items[to]?.key;
    const start = this.indexOf(this.anchor);
    const [from, end] = start < to ? [start, to] : [to, start];
    const chosen = new Set(this.selection);
    for (const item of this.items.slice(from, end + 1)) chosen.add(item.key);
    this.select(chosen);
  }

  private indexOf(key: string | undefined): number {
    return this.items.findIndex((item) => item.key === key);
  }

  private select(chosen: ReadonlySet<string>): void {
    this.dispatchEvent(new CustomEvent("selected", { detail: chosen }));
  }
}

function place(event: Event): number | undefined {
  const item = event.composedPath().find((one) => one instanceof HTMLElement && one.dataset["at"] !== undefined);
  return item === undefined ? undefined : Number((item as HTMLElement).dataset["at"]);
}
