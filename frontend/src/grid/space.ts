/** Which rows of a grid are drawn, and where they are on the screen. */

/** Rows: from `first` up to `end`, without it. */
export interface Span {
  readonly first: number;
  readonly end: number;
}

/** How a grid of some width is divided. */
export interface Division {
  readonly columns: number;
  /** With the gap below it, in pixels. */
  readonly rowHeight: number;
}

const SMALLEST = 112;
const LARGE = 148;
const GAP = 8;
/** Two lines below each picture. */
const CAPTION = 44;
/** Rows that are drawn beyond each edge of the screen. */
export const BEYOND = 2;
/** Photos that are drawn anew in one frame: more would hold up who scrolls on. */
const AT_ONCE = 24;

export const UNMEASURED: Division = { columns: 1, rowHeight: SMALLEST + CAPTION + GAP };

export function divided(width: number): Division {
  const wanted = width < 600 ? SMALLEST : LARGE;
  const columns = Math.max(1, Math.floor((width + GAP) / (wanted + GAP)));
  return { columns, rowHeight: Math.floor((width - GAP * (columns - 1)) / columns) + CAPTION + GAP };
}

/** Return which rows are seen, of `rows` that are `height` pixels high and start at `top` of a screen of `screen`. */
export function visible(rows: number, height: number, top: number, screen: number, beyond = 0): Span {
  const first = Math.max(0, Math.min(rows, Math.floor(-top / height) - beyond));
  const end = Math.max(first, Math.min(rows, Math.ceil((screen - top) / height) + beyond));
  return { first, end };
}

/** Return what is drawn next on the way from `drawn` to `wanted`: what is `seen` comes before what lies beyond it. */
export function nearer(drawn: Span, wanted: Span, seen: Span, columns: number): Span {
  let first = Math.max(drawn.first, wanted.first);
  let end = Math.min(drawn.end, wanted.end);
  if (first >= end) first = end = seen.first;
  for (let left = Math.max(1, Math.floor(AT_ONCE / columns)); left > 0; left--) {
    if (end < seen.end) end++;
    else if (first > seen.first) first--;
    else if (end < wanted.end) end++;
    else if (first > wanted.first) first--;
  }
  return { first, end };
}

export function same(one: Span, other: Span): boolean {
  return one.first === other.first && one.end === other.end;
}

/** The trees that an element is in: its own, and those around it. */
export function rootsOf(element: Element): Node[] {
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? [root, ...rootsOf(root.host)] : [root];
}

/** Scroll until the row of `element` that begins `from` pixels below its top is seen whole. */
export function reveal(element: Element, from: number, height: number): void {
  const top = element.getBoundingClientRect().top + from;
  const scroller = scrollerOf(element);
  const screen = scroller.getBoundingClientRect();
  const [above, below] = covered(element);
  const over =
    Math.min(0, top - above - Math.max(0, screen.top)) ||
    Math.max(0, top + height - (Math.min(window.innerHeight, screen.bottom) - below));
  if (over !== 0) scroller.scrollBy({ top: over });
}

/** How much of the screen is covered by what sticks to its edges beside `element`: above and below, in pixels. */
function covered(element: Element): [above: number, below: number] {
  const sides: [number, number] = [0, 0];
  for (const other of element.parentElement?.children ?? []) {
    if (getComputedStyle(other).position !== "sticky") continue;
    const after = element.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING;
    sides[after ? 1 : 0] += other.getBoundingClientRect().height;
  }
  return sides;
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
