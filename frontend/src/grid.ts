import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";

import { define } from "./element";
import { CHECK, icon } from "./icons";
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

/** Where the visible rows of a grid are. */
export interface Span {
  readonly first: number;
  readonly end: number;
}

const SMALLEST = 112;
const LARGE = 148;
const GAP = 8;
/** Two lines below each picture. */
const CAPTION = 44;
/** Rows that are drawn beyond each edge of the screen. */
const BEYOND = 2;
/** How long a touch is a long one, in milliseconds. */
const LONG_PRESS = 450;

/** Return which rows are drawn, of `rows` that are `height` pixels high and start at `top` of a screen of `screen`. */
export function visible(rows: number, height: number, top: number, screen: number): Span {
  const first = Math.max(0, Math.min(rows, Math.floor(-top / height) - BEYOND));
  const end = Math.max(first, Math.min(rows, Math.ceil((screen - top) / height) + BEYOND));
  return { first, end };
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
  @property({ type: Boolean }) readonly = false;
  @state() private columns = 1;
  @state() private rowHeight = SMALLEST + CAPTION + GAP;
  @state() private span: Span = { first: 0, end: 0 };
  @state() private current = 0;
  /** The photo from which a range is chosen. */
  private anchor: string | undefined;
  private pressed: number | undefined;
  private longPressed = false;
  private asked = -1;
  private roots: readonly Node[] = [];
  // In the next frame: what changes its own size while sizes are told, the browser reports as an error.
  private readonly resized = new ResizeObserver(() => requestAnimationFrame(() => this.measure()));

  static override styles = css`
    :host {
      display: block;
    }
    * {
      box-sizing: border-box;
    }
    [role="listbox"] {
      position: relative;
      outline: none;
    }
    .row {
      position: absolute;
      inset-inline: 0;
      display: grid;
      gap: 8px;
    }
    .item {
      position: relative;
      min-inline-size: 0;
      border-radius: 8px;
      cursor: pointer;
      user-select: none;
      -webkit-user-select: none;
      -webkit-touch-callout: none;
      touch-action: manipulation;
    }
    .item[aria-selected="true"] isp-picture {
      outline: 3px solid var(--isp-accent, var(--primary-color, #009ac7));
      outline-offset: -3px;
    }
    [role="listbox"]:focus-visible .item.current {
      outline: 3px solid var(--primary-text-color, #141414);
      outline-offset: 1px;
    }
    .mark {
      position: absolute;
      inset-block-start: 6px;
      inset-inline-end: 6px;
      display: grid;
      place-items: center;
      inline-size: 24px;
      block-size: 24px;
      padding: 3px;
      border: 2px solid #fff;
      border-radius: 50%;
      background: rgb(0 0 0 / 40%);
      color: transparent;
    }
    [aria-selected="true"] .mark {
      background: #fff;
      border-color: #141414;
      color: #141414;
    }
    .title,
    .note {
      display: block;
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
      font-size: 12px;
      line-height: 18px;
    }
    .title {
      direction: ltr;
      text-align: start;
    }
    .note {
      color: var(--secondary-text-color, #5e5e5e);
    }
  `;

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
    window.clearTimeout(this.pressed);
  }

  /** Draw what can be seen now. */
  readonly scrolled = (): void => {
    const box = this.getBoundingClientRect();
    const { first, end } = visible(this.rows, this.rowHeight, box.top, window.innerHeight);
    if (first !== this.span.first || end !== this.span.end) this.span = { first, end };
    this.wantMore();
  };

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has("items")) return;
    // Photos that leave move the others: whoever went to one stays there.
    const now = this.indexOf((changed.get("items") as readonly GridItem[] | undefined)?.[this.current]?.key);
    this.current = now >= 0 ? now : Math.max(0, Math.min(this.current, this.items.length - 1));
    // Another list, which may come to be as long as the one before.
    if (this.items.length < this.asked) this.asked = -1;
  }

  protected override updated(changed: PropertyValues): void {
    if (["items", "columns", "rowHeight"].some((one) => changed.has(one))) requestAnimationFrame(this.scrolled);
  }

  protected override render(): TemplateResult {
    const shown: number[] = [];
    for (let row = this.span.first; row < Math.min(this.span.end, this.rows); row++) shown.push(row);
    return html`<div
      role="listbox"
      tabindex="0"
      aria-label=${this.label}
      aria-multiselectable="true"
      aria-readonly=${this.readonly ? "true" : nothing}
      aria-activedescendant=${this.items.length ? `item-${this.current}` : nothing}
      style="block-size:${this.rows * this.rowHeight}px"
      @keydown=${this.key}
      @click=${this.clicked}
      @pointerdown=${this.pointerDown}
      @pointerup=${this.pointerEnd}
      @pointercancel=${this.pointerEnd}
      @pointermove=${this.pointerMoved}
      @contextmenu=${this.contextMenu}
    >
      ${repeat(
        shown,
        (row) => row,
        (row) => this.row(row),
      )}
    </div>`;
  }

  private row(row: number): TemplateResult {
    const from = row * this.columns;
    const columns = `grid-template-columns:repeat(${this.columns},minmax(0,1fr))`;
    return html`<div class="row" role="presentation" style="inset-block-start:${row * this.rowHeight}px;${columns}">
      ${this.items.slice(from, from + this.columns).map((item, at) => this.item(item, from + at))}
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
      ${this.readonly ? nothing : html`<span class="mark" aria-hidden="true">${icon(CHECK)}</span>`}
      <span class="title" aria-hidden="true">${last(item.title)}</span>
      <span class="note" aria-hidden="true">${item.note ?? nothing}</span>
    </div>`;
  }

  private get rows(): number {
    return Math.ceil(this.items.length / this.columns);
  }

  private measure(): void {
    const width = this.clientWidth;
    if (width === 0) return;
    const wanted = width < 600 ? SMALLEST : LARGE;
    this.columns = Math.max(1, Math.floor((width + GAP) / (wanted + GAP)));
    this.rowHeight = Math.floor((width - GAP * (this.columns - 1)) / this.columns) + CAPTION + GAP;
    this.scrolled();
  }

  private wantMore(): void {
    const near = this.span.end >= this.rows - BEYOND - 1;
    if (!this.more || !near || this.asked === this.items.length) return;
    this.asked = this.items.length;
    this.dispatchEvent(new CustomEvent("more"));
  }

  private key = (event: KeyboardEvent): void => {
    const forward = getComputedStyle(this).direction === "rtl" ? -1 : 1;
    const page = Math.max(1, Math.floor(window.innerHeight / this.rowHeight) - 1) * this.columns;
    const end = this.items.length - 1;
    const steps: Record<string, number> = {
      ArrowRight: this.current + forward,
      ArrowLeft: this.current - forward,
      ArrowDown: this.current + this.columns,
      ArrowUp: this.current - this.columns,
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
    const row = Math.floor(to / this.columns);
    const top = this.getBoundingClientRect().top + row * this.rowHeight;
    const scroller = scrollerOf(this);
    const screen = scroller.getBoundingClientRect();
    const [above, below] = this.covered();
    const over =
      Math.min(0, top - above - Math.max(0, screen.top)) ||
      Math.max(0, top + this.rowHeight - (Math.min(window.innerHeight, screen.bottom) - below));
    if (over !== 0) scroller.scrollBy({ top: over });
    this.scrolled();
  }

  /** How much of the screen is covered by what sticks to its edges beside the grid: above and below, in pixels. */
  private covered(): [above: number, below: number] {
    const sides: [number, number] = [0, 0];
    for (const other of this.parentElement?.children ?? []) {
      if (getComputedStyle(other).position !== "sticky") continue;
      const after = this.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING;
      sides[after ? 1 : 0] += other.getBoundingClientRect().height;
    }
    return sides;
  }

  private clicked = (event: MouseEvent): void => {
    const at = place(event);
    if (at === undefined) return;
    if (this.longPressed) {
      this.longPressed = false;
      return;
    }
    this.current = at;
    this.choose(at, event.shiftKey);
  };

  /** A long touch chooses everything from the one that was touched before, or this one if there is none. */
  private pointerDown = (event: PointerEvent): void => {
    this.longPressed = false;
    window.clearTimeout(this.pressed);
    const at = place(event);
    const key = at === undefined ? undefined : this.items[at]?.key;
    if (event.pointerType !== "touch" || key === undefined) return;
    this.pressed = window.setTimeout(() => {
      this.longPressed = true;
      const now = this.indexOf(key);
      if (now >= 0) this.choose((this.current = now), true);
    }, LONG_PRESS);
  };

  private pointerEnd = (): void => window.clearTimeout(this.pressed);

  private pointerMoved = (event: PointerEvent): void => {
    if (Math.abs(event.movementX) + Math.abs(event.movementY) > 6) window.clearTimeout(this.pressed);
  };

  private contextMenu = (event: Event): void => {
    if (this.longPressed) event.preventDefault();
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
    if (!this.readonly) this.dispatchEvent(new CustomEvent("selected", { detail: chosen }));
  }
}

function place(event: Event): number | undefined {
  const item = event.composedPath().find((one) => one instanceof HTMLElement && one.dataset["at"] !== undefined);
  return item === undefined ? undefined : Number((item as HTMLElement).dataset["at"]);
}

/** The trees that an element is in: its own, and those around it. */
function rootsOf(element: Element): Node[] {
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? [root, ...rootsOf(root.host)] : [root];
}

function scrollerOf(element: Element): Element {
  for (let one: Element | null = element; one !== null; one = parent(one)) {
    if (/auto|scroll/.test(getComputedStyle(one).overflowY)) return one;
  }
  return document.scrollingElement ?? document.documentElement;
}

function parent(element: Element): Element | null {
  const root = element.getRootNode();
  return element.assignedSlot ?? element.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
}

function last(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
