/** How long a touch is a long one, in milliseconds. */
const LONG_PRESS = 450;
/** How far a finger that rests may slip, in pixels. */
const SLIP = 6;

/** Tells a long touch from a short one, and from a finger that scrolls. */
export class LongTouch {
  private timer: number | undefined;
  private was = false;

  /** A pointer went down on something: call `long` if it rests there. */
  begin(event: PointerEvent, long: (() => void) | undefined): void {
    this.was = false;
    this.end();
    if (event.pointerType !== "touch" || long === undefined) return;
    this.timer = window.setTimeout(() => {
      this.was = true;
      long();
    }, LONG_PRESS);
  }

  readonly end = (): void => window.clearTimeout(this.timer);

  readonly moved = (event: PointerEvent): void => {
    if (Math.abs(event.movementX) + Math.abs(event.movementY) > SLIP) this.end();
  };

  /** No menu for what was a long touch. */
  readonly menu = (event: Event): void => {
    if (this.was) event.preventDefault();
  };

  /** Return whether the click that comes now ends a long touch, which was answered already. */
  taken(): boolean {
    const { was } = this;
    this.was = false;
    return was;
  }
}
