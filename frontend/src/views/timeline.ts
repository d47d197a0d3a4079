import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";

import { refusal, thumbnail, type Api, type Change, type Unsubscribe } from "../api";
import { define } from "../element";
import "../picture";
import type { Pictures } from "../pictures";
import { shared } from "../styles";
import { Ticking } from "../ticking";
import type { Words } from "../words";

/** How many changes are shown. */
const SHOWN = 15;

interface Line {
  readonly entry: string;
  readonly change: Change;
}

/** What was done last, newest first, as it happens. */
@define("isp-timeline")
export class Timeline extends LitElement {
  @property({ attribute: false }) api!: Api;
  @property({ attribute: false }) words!: Words;
  @property({ attribute: false }) pictures!: Pictures;
  /** The accounts whose changes are shown. */
  @property({ attribute: false }) entries: readonly string[] = [];
  @state() private lines: readonly Line[] | undefined;
  /** Why an account's changes cannot be read, by the account. */
  @state() private failed: ReadonlyMap<string, string> = new Map();
  private followed = "";
  private unsubscribe: Unsubscribe[] = [];

  static override styles = [
    shared,
    css`
      ol {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 2px;
        margin: 8px 0 0;
        padding: 0;
        list-style: none;
      }
      li {
        display: grid;
        grid-template-columns: 48px minmax(0, 1fr) auto;
        gap: 12px;
        align-items: center;
        padding-block: 4px;
      }
      .what {
        font-weight: 500;
      }
      time {
        font-size: 13px;
        text-align: end;
      }
    `,
  ];

  constructor() {
    super();
    new Ticking(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.follow();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.leave();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("api") || this.entries.join() !== this.followed) this.follow();
  }

  protected override render(): TemplateResult {
    const failed = [...new Set(this.failed.values())];
    return html`${failed.map((one) => html`<p class="bad" role="alert">${one}</p>`)}${this.list()}`;
  }

  private list(): TemplateResult | typeof nothing {
    const { t } = this.words;
    if (!this.lines?.length && this.failed.size > 0) return nothing;
    if (this.lines === undefined) return html`<p class="soft">${t("loading")}</p>`;
    if (this.lines.length === 0) return html`<p class="soft">${t("no_changes")}</p>`;
    return html`<ol>
      ${repeat(
        this.lines,
        (line) => `${line.entry}-${line.change.id}`,
        (line) => this.line(line),
      )}
    </ol>`;
  }

  private line({ entry, change }: Line): TemplateResult {
    const { words } = this;
    const why = change.why === null ? "" : words.reason(change.why);
    const path = change.checksum === null ? null : thumbnail(entry, "linked", change.checksum);
    return html`<li>
      <isp-picture .pictures=${this.pictures} .path=${path} ?video=${change.is_video}></isp-picture>
      <div>
        <span class="what">${words.action(change.action)}</span>${why ? html` · ${why}` : nothing}<br />
        <span class="soft path"
          ><bdi>${change.path}</bdi>${change.path && change.folder ? " · " : nothing}${change.folder
            ? html`<bdi>${change.folder}</bdi>`
            : nothing}</span
        >
      </div>
      <time class="soft" datetime=${change.at} title=${words.moment(change.at)}>${words.ago(change.at)}</time>
    </li>`;
  }

  private follow(): void {
    if (!this.isConnected || !this.api) return;
    this.leave();
    this.followed = this.entries.join();
    this.lines = this.lines?.filter((line) => this.entries.includes(line.entry));
    this.failed = new Map([...this.failed].filter(([entry]) => this.entries.includes(entry)));
    for (const entry of this.entries) {
      const told = (change: Change): void => this.add([{ entry, change }]);
      this.unsubscribe.push(this.api.newChanges(entry, told, () => void this.load(entry)));
    }
  }

  private leave(): void {
    for (const unsubscribe of this.unsubscribe.splice(0)) unsubscribe();
    this.followed = "";
  }

  private async load(entry: string): Promise<void> {
    try {
      const page = await this.api.history(entry, { limit: SHOWN });
      if (!this.entries.includes(entry)) return;
      this.failed = new Map([...this.failed].filter(([other]) => other !== entry));
      this.add(page.entries.map((change) => ({ entry, change })));
    } catch (error) {
      if (this.entries.includes(entry)) this.failed = new Map([...this.failed, [entry, refusal(error, this.words)]]);
    }
  }

  private add(lines: readonly Line[]): void {
    const known = new Map([...(this.lines ?? []), ...lines].map((line) => [`${line.entry}-${line.change.id}`, line]));
    const order = (one: Line, two: Line): number => two.change.at.localeCompare(one.change.at) || compare(two, one);
    this.lines = [...known.values()].sort(order).slice(0, SHOWN);
  }
}

function compare(one: Line, two: Line): number {
  return Number(one.change.id) - Number(two.change.id);
}
