import { css, html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";

import type { Copy } from "../api";
import { define } from "../element";
import { shared } from "../styles";
import { View } from "../view";

const GOOD = new Set(["ok", "empty", "resting", "outside_window"]);
const BAD = new Set(["problem", "failed"]);

/** What is kept besides: replicas, backups of Immich's database, the vault. */
@define("isp-copies")
export class CopiesView extends View {
  static override styles = [
    shared,
    css`
      .all {
        display: grid;
        gap: 16px;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 280px), 1fr));
        margin-block-start: 8px;
      }
      .copy {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 6px;
        align-content: start;
      }
      .dot {
        flex: none;
        inline-size: 10px;
        block-size: 10px;
        border-radius: 50%;
        background: var(--isp-accent);
      }
      .good {
        background: var(--isp-good);
      }
      .bad {
        background: var(--isp-bad);
      }
      .unknown {
        background: var(--isp-soft);
      }
    `,
  ];

  protected override render(): TemplateResult | typeof nothing {
    const { copies } = this.overview;
    if (copies.length === 0) return nothing;
    return html`<section aria-labelledby="copies">
      <h2 id="copies">${this.words.t("copies")}</h2>
      <div class="all">
        ${repeat(
          copies,
          (copy) => `${copy.entry_id}-${copy.id}`,
          (copy) => this.copy(copy),
        )}
      </div>
    </section>`;
  }

  private copy(copy: Copy): TemplateResult {
    const { words } = this;
    const { t } = words;
    const account = this.overview.accounts.find((one) => one.entry_id === copy.entry_id);
    const several = this.overview.accounts.length > 1;
    return html`<div class="card copy">
      <h3><bdi>${copy.title}</bdi></h3>
      ${several && account ? html`<p class="soft"><bdi>${account.title}</bdi></p>` : nothing}
      <p class="row"><span class="dot ${looks(copy.state)}"></span>${copy.state_text}</p>
      <p>${copy.text}</p>
      ${copy.complete === null ? nothing : this.complete(copy, copy.complete)}
      ${copy.at === null ? nothing : html`<p class="soft">${t("copies_last", { ago: words.ago(copy.at) })}</p>`}
    </div>`;
  }

  private complete(copy: Copy, percent: number): TemplateResult {
    const label = this.words.t("copies_complete", { percent: this.words.percent(Math.floor(percent)) });
    return html`<p class="soft">${label}</p>
      <span
        class="bar"
        role="progressbar"
        aria-label=${copy.title}
        aria-valuemin="0"
        aria-valuemax="100"
        aria-valuenow=${Math.floor(percent)}
        ><span style="inline-size:${percent}%"></span
      ></span>`;
  }
}

function looks(state: string): string {
  return GOOD.has(state) ? "good" : BAD.has(state) ? "bad" : state === "unknown" || state === "none" ? "unknown" : "";
}
