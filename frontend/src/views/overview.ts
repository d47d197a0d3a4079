import { css, html, nothing, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";

import { refusal, thumbnail, type Folder, type Hold, type Next } from "../api";
import { define, navigate } from "../element";
import { ALERT, CHECK, CHEVRON, CLOCK, DELETE, icon, PAUSE, PHONE, PLAY, QUESTION, SYNC, UPLOAD } from "../icons";
import "../picture";
import { shared } from "../styles";
import { toneOf } from "../tones";
import { View } from "../view";
import "./copies";
import "./timeline";

const NEXT_ICONS: Readonly<Record<Next["kind"], string>> = {
  nothing: CHECK,
  upload: UPLOAD,
  delete: DELETE,
  decide: QUESTION,
  wait: CLOCK,
  repair: ALERT,
};
/** Uploads that are shown one by one; the others are counted. */
const UPLOADS = 6;

/** Everything at a glance: what waits for an answer, each folder, and what was done last. */
@define("isp-overview")
export class OverviewView extends View {
  @state() private busy: string | undefined;

  static override styles = [
    shared,
    css`
      .all {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 16px;
      }
      .folders {
        display: grid;
        gap: 16px;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 420px), 1fr));
        align-items: start;
      }
      .folder {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 12px;
      }
      .state {
        display: inline-flex;
        align-items: center;
        gap: 6px;
        padding: 3px 10px;
        border: 1px solid var(--isp-line);
        border-radius: 14px;
        font-size: 13px;
      }
      .dot {
        inline-size: 10px;
        block-size: 10px;
        border-radius: 50%;
        background: var(--isp-accent);
      }
      .dot.good {
        background: var(--isp-good);
      }
      .dot.asks {
        background: var(--isp-warn);
      }
      .dot.rests {
        background: var(--isp-soft);
      }
      .dot.bad {
        background: var(--isp-bad);
      }
      .next {
        display: flex;
        gap: 10px;
        font-size: 16px;
      }
      .next .icon {
        inline-size: 24px;
        block-size: 24px;
      }
      .next.nothing .icon {
        color: var(--isp-good);
      }
      .next.decide .icon,
      .next.wait .icon {
        color: var(--isp-warn);
      }
      .next.repair .icon {
        color: var(--isp-bad);
      }
      .agreement {
        display: flex;
        gap: 2px;
        block-size: 12px;
        overflow: hidden;
        border-radius: 6px;
        background: var(--isp-line);
      }
      .agreement span {
        min-inline-size: 3px;
      }
      .linked {
        background: var(--isp-good);
      }
      .to_upload {
        background: var(--isp-accent);
      }
      .held {
        background: var(--isp-warn);
      }
      .failed {
        background: var(--isp-bad);
      }
      .kept {
        background: var(--isp-soft);
      }
      .unresolved {
        background: repeating-linear-gradient(45deg, var(--isp-soft) 0 4px, transparent 4px 8px);
      }
      .legend {
        gap: 4px 14px;
        margin-block-start: 8px;
        font-size: 13px;
      }
      .legend .row {
        gap: 6px;
      }
      .key {
        inline-size: 10px;
        block-size: 10px;
        border-radius: 3px;
      }
      ul {
        display: grid;
        gap: 8px;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      .sending {
        display: grid;
        grid-template-columns: 48px minmax(0, 1fr);
        gap: 10px;
        align-items: center;
      }
      .name {
        display: flex;
        justify-content: space-between;
        gap: 8px;
        margin-block-end: 4px;
        font-size: 13px;
      }
      .name bdi {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .ask {
        inline-size: 100%;
        border-color: var(--isp-warn);
        border-radius: 12px;
        background: var(--card-background-color, #fff);
        justify-content: flex-start;
        padding: 14px 16px;
        font-size: 16px;
        text-align: start;
      }
      .ask .icon {
        color: var(--isp-warn);
      }
      .ask .chevron:dir(rtl) {
        transform: scaleX(-1);
      }
    `,
  ];

  protected override render(): TemplateResult {
    const { overview, words } = this;
    const { t } = words;
    return html`<div class="all">
      ${this.failed ? html`<p class="notice error" role="alert">${this.failed}</p>` : nothing}
      ${overview.holds.map((hold) => this.question(hold))}
      ${overview.accounts
        .filter((account) => account.problem !== null)
        .map((account) => html`<p class="notice error"><span><b><bdi>${account.title}</bdi></b>: ${account.problem}</span></p>`)}
      ${overview.folders.length === 0 && overview.accounts.some((account) => account.loaded)
        ? html`<div class="card"><h2>${t("no_folders")}</h2><p>${t("no_folders_do")}</p></div>`
        : nothing}
      <div class="folders">
        ${repeat(
          overview.folders,
          (folder) => folder.folder_id,
          (folder) => this.folder(folder),
        )}
      </div>
      <isp-copies .overview=${overview} .words=${words}></isp-copies>
      ${this.lastChanges()}
    </div>`;
  }

  private lastChanges(): TemplateResult | typeof nothing {
    const entries = this.overview.accounts.filter((account) => account.loaded).map((account) => account.entry_id);
    if (entries.length === 0) return nothing;
    return html`<section class="card" aria-labelledby="changes">
      <h2 id="changes">${this.words.t("last_changes")}</h2>
      <isp-timeline .api=${this.api} .words=${this.words} .pictures=${this.pictures} .entries=${entries}></isp-timeline>
    </section>`;
  }

  private question(hold: Hold): TemplateResult {
    const go = (): void => navigate(this, "review", { question: hold.hold_id });
    return html`<button type="button" class="ask" @click=${go}>
      <span class="icon">${icon(QUESTION)}</span>
      <span class="grow"
        >${hold.question}<br /><span class="soft">${this.words.t("look_and_decide")}</span></span
      >
      <span class="icon chevron">${icon(CHEVRON)}</span>
    </button>`;
  }

  private folder(folder: Folder): TemplateResult {
    const { words } = this;
    const { t } = words;
    const several = this.overview.accounts.length > 1;
    return html`<section class="card folder" aria-label=${folder.label}>
      <div class="row">
        <h2 class="grow"><bdi>${folder.label}</bdi></h2>
        <span class="state"><span class="dot ${toneOf(folder.state ?? "")}"></span>${words.state(folder.state)}</span>
      </div>
      ${several ? html`<p class="soft">${folder.account}</p>` : nothing}
      <p class="next ${folder.next.kind}">
        <span class="icon">${icon(NEXT_ICONS[folder.next.kind])}</span><span>${folder.next.text}</span>
      </p>
      ${folder.problem && folder.problem.message !== folder.next.text
        ? html`<p class="bad">${folder.problem.message}</p>`
        : nothing}
      ${this.agreement(folder)} ${this.step(folder)} ${this.uploads(folder)}
      ${folder.device === null || (folder.completion === null && isConnected(folder, folder.device))
        ? nothing
        : html`<p class="soft">
            <span class="icon">${icon(PHONE)}</span>
            ${folder.completion === null
              ? t("device_unknown", { device: folder.device })
              : folder.completion >= 100
                ? t("device_complete", { device: folder.device })
                : t("device_part", { device: folder.device, percent: words.percent(Math.floor(folder.completion)) })}
          </p>`}
      <p class="soft">
        ${folder.last_success === null ? t("never_looked") : t("looked", { ago: words.ago(folder.last_success) })}
        · ${words.preset(folder.preset)}
      </p>
      ${this.overview.may_decide ? this.buttons(folder) : nothing}
    </section>`;
  }

  private agreement(folder: Folder): TemplateResult | typeof nothing {
    const { counts } = folder;
    if (counts === null) return nothing;
    const { words } = this;
    const { t } = words;
    const { files } = counts;
    // What waits for an answer is on one side only, although it was on both when it was last looked at.
    const shown = { ...counts, linked: Math.max(0, counts.linked - counts.held) };
    const parts = (["linked", "kept", "to_upload", "held", "failed", "unresolved"] as const).filter(
      (part) => shown[part] > 0,
    );
    const whole = Math.max(files, shown.linked + shown.kept + shown.held);
    const agreed = Math.min(whole, shown.linked + shown.kept);
    const share = agreed === whole ? 100 : Math.min(99, Math.floor((100 * agreed) / whole));
    const agree = t("agree", { percent: words.percent(share) });
    return html`<div>
      <p class="row">
        <b class="grow">${agree}</b><span class="soft">${t("files", { count: files })}, ${words.bytes(counts.bytes)}</span>
      </p>
      <div class="agreement" role="img" aria-label=${agree}>
        ${parts.map((part) => html`<span class=${part} style="flex:${shown[part]} 1 0"></span>`)}
      </div>
      <ul class="row legend">
        ${parts.map(
          (part) =>
            html`<li class="row">
              <span class="key ${part}"></span>${words.number(shown[part])} ${t(`count_${part}`)}
            </li>`,
        )}
        ${counts.released > 0 ? html`<li>${words.number(counts.released)} ${t("count_released")}</li>` : nothing}
      </ul>
    </div>`;
  }

  private step(folder: Folder): TemplateResult | typeof nothing {
    if (folder.step === null) return nothing;
    const { words } = this;
    const known = folder.done !== null && folder.total !== null && folder.total > 0;
    const values = { done: folder.done ?? 0, total: folder.total ?? 0 };
    return html`<p class="soft">${words.step(folder.step)}${known ? ` – ${words.t("done_of", values)}` : nothing}</p>`;
  }

  private uploads(folder: Folder): TemplateResult | typeof nothing {
    const { uploads } = folder;
    if (uploads.length === 0) return nothing;
    const { words } = this;
    return html`<div>
      <div class="row">
        <h3 class="grow">${words.t("uploading")}</h3>
        <span class="soft"
          >${folder.percent === null ? nothing : words.percent(folder.percent)}
          ${folder.rate ? html`· ${words.t("rate", { bytes: words.bytes(folder.rate) })}` : nothing}</span
        >
      </div>
      <ul>
        ${repeat(
          uploads.slice(0, UPLOADS),
          (upload) => upload.path,
          (upload) => {
            const share = upload.size === 0 ? 100 : Math.min(100, (100 * upload.sent) / upload.size);
            const path = upload.checksum === null ? null : thumbnail(folder.entry_id, "linked", upload.checksum);
            return html`<li class="sending">
              <isp-picture .pictures=${this.pictures} .path=${path}></isp-picture>
              <div>
                <div class="name">
                  <bdi>${upload.path}</bdi><span>${words.bytes(upload.sent)} / ${words.bytes(upload.size)}</span>
                </div>
                <span
                  class="bar"
                  role="progressbar"
                  aria-label=${upload.path}
                  aria-valuemin="0"
                  aria-valuemax="100"
                  aria-valuenow=${Math.floor(share)}
                  ><span style="inline-size:${share}%"></span
                ></span>
              </div>
            </li>`;
          },
        )}
      </ul>
      ${uploads.length > UPLOADS
        ? html`<p class="soft">${words.t("more_uploads", { count: uploads.length - UPLOADS })}</p>`
        : nothing}
    </div>`;
  }

  private buttons(folder: Folder): TemplateResult {
    const { t } = this.words;
    const busy = this.busy === folder.folder_id;
    const [what, label, drawn] = folder.paused
      ? (["resume", t("resume"), PLAY] as const)
      : (["pause", t("pause"), PAUSE] as const);
    return html`<div class="row">
      <button type="button" ?disabled=${busy || folder.paused} @click=${() => this.control(folder, "sync_now")}>
        <span class="icon">${icon(SYNC)}</span>${t("sync_now")}
      </button>
      <button type="button" ?disabled=${busy} @click=${() => this.control(folder, what)}>
        <span class="icon">${icon(drawn)}</span>${label}
      </button>
    </div>`;
  }

  private async control(folder: Folder, what: "sync_now" | "pause" | "resume"): Promise<void> {
    this.busy = folder.folder_id;
    this.failed = undefined;
    try {
      await this.api.control(folder, what);
    } catch (error) {
      this.failed = refusal(error, this.words);
    } finally {
      this.busy = undefined;
    }
  }
}

function isConnected(folder: Folder, device: string): boolean {
  return folder.devices.some((one) => one.name === device && one.connected);
}
