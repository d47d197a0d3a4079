import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";

import { refusal, thumbnail, type Folder, type Preview, type PreviewGroup } from "../api";
import { define } from "../element";
import { icon, SYNC } from "../icons";
import { fileName } from "../paths";
import "../picture";
import { shared } from "../styles";
import { View } from "../view";
import { choice } from "./choices";
import { fields } from "./fields";

/** What is told first: what takes photos away, and what asks. The rest comes in the order in which it is told. */
const FIRST = ["ask", "delete_file", "trash_asset", "free_file", "replace_asset", "stack_asset", "upload"];
/** Pictures of a group that are shown before all of them are asked for. */
const SOME = 12;
/** Photos of a group that Home Assistant tells of. */
const LISTED = 200;

/** What would happen in a folder now: how much of what, and to which photos. Nothing happens by looking. */
@define("isp-preview")
export class PreviewView extends View {
  @state() private chosen: string | undefined;
  @state() private preview: Preview | undefined;
  @state() private loading = false;
  @state() private whole: ReadonlySet<string> = new Set();
  private shown: string | undefined;
  /** The folder as it was last told of. */
  private kept: Folder | undefined;
  private asked = 0;

  static override styles = [
    shared,
    fields,
    css`
      .all {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 16px;
      }
      .group {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 10px;
      }
      .count {
        font-size: 24px;
        font-weight: 500;
      }
      .away .count {
        color: var(--isp-bad);
      }
      .photos {
        display: grid;
        gap: 6px;
        grid-template-columns: repeat(auto-fill, minmax(88px, 1fr));
        margin: 0;
        padding: 0;
        list-style: none;
      }
      .photos li {
        min-inline-size: 0;
      }
      .photos bdi {
        display: block;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        font-size: 12px;
      }
    `,
  ];

  protected override willUpdate(changed: PropertyValues<this>): void {
    const { failed } = this;
    super.willUpdate(changed);
    const isBack = failed !== this.failed;
    const folder = (this.kept = this.folder);
    if (changed.has("api") || isBack || folder?.folder_id !== this.shown) {
      this.shown = folder?.folder_id;
      this.preview = undefined;
      if (folder) void this.look(folder);
    }
  }

  protected override render(): TemplateResult {
    const { words, folder } = this;
    const { t } = words;
    if (folder === undefined) return html`<p class="soft">${t("no_folders")}</p>`;
    const { folders } = this.overview;
    const named = folders.map((one): [string, string] => [one.folder_id, one.label]);
    return html`<div class="all">
      <p class="soft">${t("preview_intro")}</p>
      <div class="fields">
        ${folders.length > 1
          ? choice(t("folder"), named, folder.folder_id, (chosen) => (this.chosen = chosen))
          : html`<h2 class="grow"><bdi>${folder.label}</bdi></h2>`}
        <button type="button" ?disabled=${this.loading} @click=${() => void this.look(folder)}>
          <span class="icon">${icon(SYNC)}</span>${t("preview_again")}
        </button>
      </div>
      <div role="status">${this.loading ? html`<p class="soft">${t("preview_looking")}</p>` : nothing}</div>
      ${this.failed ? html`<p class="notice error" role="alert">${this.failed}</p>` : nothing}
      ${this.preview ? this.told(folder, this.preview) : nothing}
    </div>`;
  }

  private get folder(): Folder | undefined {
    const { accounts, folders } = this.overview;
    const { kept } = this;
    const found = folders.find((folder) => folder.folder_id === (this.chosen ?? kept?.folder_id));
    if (found) return found;
    // While its account is loaded anew, no other folder takes its place.
    if (kept && accounts.some((account) => account.entry_id === kept.entry_id && !account.loaded)) return kept;
    return folders.find((folder) => folder.entry_id === this.query["config_entry"]) ?? folders[0];
  }

  private told(folder: Folder, preview: Preview): TemplateResult {
    const { words } = this;
    const { t } = words;
    const groups = [...preview.groups].sort((one, two) => rank(one) - rank(two));
    return html`
      ${preview.problem ? html`<p class="notice error">${preview.problem}</p>` : nothing}
      ${this.overview.stopped
        ? html`<p class="notice">${t("stopped")}</p>`
        : folder.paused
          ? html`<p class="notice">${t("preview_paused")}</p>`
          : nothing}
      ${preview.waiting > 0 ? html`<p class="notice">${t("preview_waiting", { count: preview.waiting })}</p>` : nothing}
      ${groups.length === 0 && preview.waiting === 0 && !preview.problem
        ? html`<div class="card"><h2>${t("preview_nothing")}</h2></div>`
        : nothing}
      ${groups.map((group) => this.group(folder, preview, group))}
    `;
  }

  private group(folder: Folder, preview: Preview, group: PreviewGroup): TemplateResult {
    const { words } = this;
    const { t } = words;
    const kind = kindOf(group);
    const key = `${group.action} ${group.reason ?? ""}`;
    const many = group.count ?? group.items.length;
    // Of an action that has several reasons only the first photos of each are known.
    const isMore = group.count === null && many >= LISTED;
    const items = this.whole.has(key) ? group.items : group.items.slice(0, SOME);
    const reason = group.reason === null ? "" : words.reason(group.reason);
    const isAway = kind === "delete_file" || kind === "trash_asset" || kind === "free_file";
    return html`<section class="card group ${isAway ? "away" : ""}" aria-label=${t(`plan_${kind}`)}>
      <div class="row">
        <span class="count">${words.number(many)}${isMore ? "+" : nothing}</span>
        <div class="grow">
          <h2>${t(`plan_${kind}`)}</h2>
          <span class="soft"
            >${reason}${kind === "upload" && preview.upload_bytes > 0
              ? html`${reason ? " · " : nothing}${words.bytes(preview.upload_bytes)}`
              : nothing}</span
          >
        </div>
      </div>
      <ul class="photos">
        ${items.map(
          (item) =>
            html`<li>
              <isp-picture
                .pictures=${this.pictures}
                .path=${item.checksum ? thumbnail(folder.entry_id, "linked", item.checksum) : null}
                ?video=${item.is_video}
              ></isp-picture>
              <bdi class="soft" title=${item.path}>${fileName(item.path)}</bdi>
            </li>`,
        )}
      </ul>
      ${items.length < group.items.length
        ? html`<div>
            <button type="button" @click=${() => (this.whole = new Set([...this.whole, key]))}>
              ${t("preview_more", { count: group.items.length })}
            </button>
          </div>`
        : many > group.items.length && group.items.length > 0
          ? html`<p class="soft">${t("preview_first", { count: group.items.length })}</p>`
          : nothing}
    </section>`;
  }

  private async look(folder: Folder): Promise<void> {
    const mine = ++this.asked;
    this.loading = true;
    this.failed = undefined;
    try {
      const preview = await this.api.preview(folder.entry_id, folder.folder_id);
      if (mine !== this.asked) return;
      this.preview = preview;
      this.whole = new Set();
    } catch (error) {
      if (mine === this.asked) this.failed = refusal(error, this.words);
    } finally {
      if (mine === this.asked) this.loading = false;
    }
  }
}

/** What a group is called by: all questions alike, since their reason says which. */
function kindOf(group: PreviewGroup): string {
  return group.action.startsWith("ask_") ? "ask" : group.action;
}

function rank(group: PreviewGroup): number {
  const at = FIRST.indexOf(kindOf(group));
  return at < 0 ? FIRST.length : at;
}
