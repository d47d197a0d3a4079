import { LitElement, type CSSResultGroup, type PropertyValues } from "lit";
import { property, state } from "lit/decorators.js";

import type { Api, Overview } from "./api";
import type { Pictures } from "./pictures";
import { shared } from "./styles";
import { Ticking } from "./ticking";
import type { Words } from "./words";

/** What a part of the panel is given. It fires `navigate` (see `element.ts`) to go to another part. */
export class View extends LitElement {
  @property({ attribute: false }) api!: Api;
  /** The newest state of everything. */
  @property({ attribute: false }) overview!: Overview;
  @property({ attribute: false }) words!: Words;
  @property({ attribute: false }) pictures!: Pictures;
  /** Whether the page is as narrow as a phone's. */
  @property({ type: Boolean }) narrow = false;
  /** What the address says behind its `?`, e.g. which question. */
  @property({ attribute: false }) query: Record<string, string> = {};

  /** What went wrong last. */
  @state() protected failed: string | undefined;

  static override styles: CSSResultGroup = shared;

  constructor() {
    super();
    new Ticking(this);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    // Who tells something answers again.
    if (changed.has("overview") && this.failed === this.words.t("reconnecting")) this.failed = undefined;
  }
}
