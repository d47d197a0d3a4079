import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";

import { define } from "./element";
import { icon, IMAGE, PLAY } from "./icons";
import type { Pictures, Taken } from "./pictures";

const seen = new WeakMap<Element, (visible: boolean) => void>();
const NEAR = "300px";
let observer: IntersectionObserver | undefined;

function watch(element: Element, told: (visible: boolean) => void): void {
  observer ??= new IntersectionObserver(
    (entries) => entries.forEach((entry) => seen.get(entry.target)?.(entry.isIntersecting)),
    // The panel scrolls within the page, and what is beyond its edge is not beyond the page's. TypeScript does not know yet.
    { rootMargin: NEAR, scrollMargin: NEAR } as IntersectionObserverInit,
  );
  seen.set(element, told);
  observer.observe(element);
}

function unwatch(element: Element): void {
  seen.delete(element);
  observer?.unobserve(element);
}

/** A small picture that is fetched when it comes near the screen, and given back when it leaves. */
@define("isp-picture")
export class PictureElement extends LitElement {
  @property({ attribute: false }) pictures!: Pictures;
  /** The address of the picture; `null`: there is none. */
  @property() path: string | null = null;
  @property() label = "";
  @property({ type: Boolean }) video = false;
  /** The picture, `null` where there is none; not known yet while it is fetched, and away from the screen. */
  @state() private url: string | null | undefined;
  private near = false;
  private taken: Taken | undefined;

  static override styles = css`
    :host {
      display: block;
      position: relative;
      overflow: hidden;
      aspect-ratio: 1;
      border-radius: 6px;
      background: var(--secondary-background-color, #e5e5e5);
      color: var(--secondary-text-color, #616161);
    }
    img {
      display: block;
      inline-size: 100%;
      block-size: 100%;
      object-fit: cover;
    }
    .none {
      display: grid;
      place-items: center;
      block-size: 100%;
    }
    .none svg {
      inline-size: 40%;
      max-inline-size: 40px;
      opacity: 0.6;
    }
    .video {
      position: absolute;
      inset-block-end: 4px;
      inset-inline-start: 4px;
      inline-size: 20px;
      block-size: 20px;
      color: #fff;
      background: rgb(0 0 0 / 55%);
      border-radius: 50%;
    }
  `;

  override connectedCallback(): void {
    super.connectedCallback();
    watch(this, (near) => {
      this.near = near;
      if (near) this.take();
      else this.release();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    unwatch(this);
    this.near = false;
    this.release();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("path") && !changed.has("pictures")) return;
    this.release();
    if (this.near) this.take();
  }

  protected override render(): TemplateResult {
    const url = this.path ? this.url : null;
    const shown = url
      ? html`<img src=${url} alt=${this.label} decoding="async" @error=${this.broken} />`
      : html`<div class=${url === null ? "none" : nothing} role=${this.label ? "img" : nothing} aria-label=${this.label || nothing}>
          ${url === null ? icon(IMAGE) : nothing}
        </div>`;
    return html`${shown}${this.video ? html`<span class="video" aria-hidden="true">${icon(PLAY)}</span>` : nothing}`;
  }

  private take(): void {
    if (this.taken || !this.path || !this.pictures) return;
    const taken = (this.taken = this.pictures.take(this.path));
    void taken.url.then((url) => {
      if (this.taken === taken) this.url = url;
    });
  }

  /** What came is no picture that this browser knows. */
  private broken = (): void => {
    this.url = null;
  };

  private release(): void {
    this.taken?.release();
    this.taken = undefined;
    this.url = undefined;
  }
}
