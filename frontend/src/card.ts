/** The dashboard card of one folder, built of the entities of its device alone. */

import { html, LitElement, nothing, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { type CardEntry, type CardSuggestion, registerCard } from "./card/catalogue";
import { DOMAIN, deviceMeant, type FolderEntities, folderOf, folders, momentOf, numberOf } from "./card/folder-device";
import { type CardForm, cardForm } from "./card/form";
import type { CardHass, EntityState } from "./card/hass";
import { cardStyles } from "./card/styles";
import { type CardWords, cardWords } from "./card/words";
import { define, moveTo } from "./element";
import { icon, IMAGE } from "./icons";
import { written } from "./numbers";
import { ago } from "./times";
import { iconOf, toneOf } from "./tones";

export const CARD = "immich-syncthing-folder";
const PANEL = "immich-syncthing";

/** What is counted, and whether a nought is worth telling. */
const COUNTS = [
  ["sensor.linked", true],
  ["sensor.to_read", false],
  ["sensor.to_upload", true],
  ["sensor.held", false],
  ["sensor.failed", false],
  ["sensor.released", false],
] as const;

const MINUTE_MS = 60_000;

export interface CardConfig {
  type: string;
  device?: string;
  entity?: string;
  name?: string;
  hide_photo?: boolean;
  hide_counts?: boolean;
  hide_buttons?: boolean;
}

@define(CARD)
export class FolderCard extends LitElement {
  static override styles = cardStyles;

  /** Counts up whenever something that is shown has changed. */
  @state() shown = 0;
  private house: CardHass | undefined;
  private config: CardConfig | undefined;
  private entities: FolderEntities = {};
  private isGone = false;
  private brokenPicture: string | undefined;
  private clock: number | undefined;

  static getConfigForm(): CardForm {
    return cardForm();
  }

  static getStubConfig(hass: CardHass): Omit<CardConfig, "type"> {
    const first = folders(hass).keys().next();
    return first.done ? {} : { device: first.value };
  }

  /** Take the card's settings. Throws where they are none, as Home Assistant expects it. */
  setConfig(config: CardConfig): void {
    for (const key of ["device", "entity", "name"] as const) {
      if (config[key] !== undefined && config[key] !== null && typeof config[key] !== "string") {
        throw new Error(`"${key}" must be a text.`);
      }
    }
    this.config = config;
    this.look();
    this.shown += 1;
  }

  /** Home Assistant gives a new one whenever any state in the house changes; most of them are of no interest here. */
  set hass(hass: CardHass) {
    const before = this.house;
    this.house = hass;
    const sameHouse = before?.entities === hass.entities && before.devices === hass.devices;
    if (!sameHouse) this.look();
    const sameWords = before?.localize === hass.localize && before.language === hass.language && before.locale === hass.locale;
    const same = Object.values(this.entities).every((id) => before?.states[id] === hass.states[id]);
    if (!(sameHouse && sameWords && same && before.panels === hass.panels)) this.shown += 1;
  }

  getCardSize(): number {
    return 4;
  }

  getGridOptions(): Record<string, number | string> {
    return { columns: 12, min_columns: 6, rows: "auto" };
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.clock = window.setInterval(() => {
      this.shown += 1;
    }, MINUTE_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearInterval(this.clock);
  }

  override render(): TemplateResult | typeof nothing {
    const hass = this.house;
    const config = this.config;
    if (!hass || !config) return nothing;
    const words = cardWords(hass.language);
    const status = this.entity("sensor.status");
    if (!status) {
      return html`<ha-card><p class="empty">${this.isGone ? words.gone : words.choose}</p></ha-card>`;
    }
    return html`<ha-card>
      <div class="head">
        ${config.hide_photo ? nothing : this.photo(hass)} ${this.summary(hass, config, status)}
      </div>
      ${this.progress(hass, status)} ${config.hide_counts ? nothing : this.counts(hass)}
      ${config.hide_buttons ? nothing : this.buttons(hass, words)}
    </ha-card>`;
  }

  private summary(hass: CardHass, config: CardConfig, status: EntityState): TemplateResult {
    const device = hass.devices[deviceMeant(hass, config) ?? ""];
    const name = config.name || device?.name_by_user || device?.name || "";
    const changed = momentOf(this.entity("sensor.last_change"));
    const doing = this.doing(hass, status);
    return html`<button class="summary" @click=${() => this.moreInfo("sensor.status")}>
      <span class="name"><bdi>${name}</bdi></span>
      <span class="status ${toneOf(status.state)}">
        <span class="icon">${icon(iconOf(status.state))}</span>
        <span>${hass.formatEntityState(status)}</span>
      </span>
      ${doing ? html`<span class="detail">${doing}</span>` : nothing}
      ${
        changed
          ? html`<span class="detail">${this.nameOf(hass, "sensor.last_change")}: ${ago(changed, hass.language)}</span>`
          : nothing
      }
    </button>`;
  }

  /** How far a look is, or why deletions wait. */
  private doing(hass: CardHass, status: EntityState): string {
    const { step, done, total, wait_reason } = status.attributes;
    if (step) {
      const far = total ? `: ${this.count(hass, Number(done))} / ${this.count(hass, Number(total))}` : "";
      return hass.formatEntityAttributeValue(status, "step") + far;
    }
    return wait_reason ? hass.formatEntityAttributeValue(status, "wait_reason") : "";
  }

  private photo(hass: CardHass): TemplateResult {
    const image = this.entity("image.last_photo");
    const picture = image?.attributes["entity_picture"];
    if (!image || !momentOf(image) || typeof picture !== "string" || picture === this.brokenPicture) {
      return html`<span class="photo none"><span>${icon(IMAGE)}</span></span>`;
    }
    const address = hass.hassUrl ? hass.hassUrl(picture) : picture;
    return html`<button class="photo" @click=${() => this.moreInfo("image.last_photo")}>
      <img
        src=${`${address}${address.includes("?") ? "&" : "?"}state=${encodeURIComponent(image.state)}`}
        alt=${this.nameOf(hass, "image.last_photo")}
        decoding="async"
        @error=${() => this.hide(picture)}
      />
    </button>`;
  }

  private progress(hass: CardHass, status: EntityState): TemplateResult | typeof nothing {
    const percent = numberOf(this.entity("sensor.progress"));
    if (status.state !== "uploading" || percent === undefined) return nothing;
    return html`<div
      class="bar"
      role="progressbar"
      aria-label=${this.nameOf(hass, "sensor.progress")}
      aria-valuemin="0"
      aria-valuemax="100"
      aria-valuenow=${percent}
    >
      <div class="done" style="inline-size: ${percent}%"></div>
    </div>`;
  }

  private counts(hass: CardHass): TemplateResult {
    return html`<div class="counts">
      ${COUNTS.map(([kind, always]) => {
        const count = numberOf(this.entity(kind));
        if (count === undefined || (count === 0 && !always)) return nothing;
        return html`<button class="count" @click=${() => this.moreInfo(kind)}>
          <span class="number">${this.count(hass, count)}</span>
          <span class="label">${this.nameOf(hass, kind)}</span>
        </button>`;
      })}
    </div>`;
  }

  private buttons(hass: CardHass, words: CardWords): TemplateResult {
    const isPaused = this.entity("switch.sync")?.state === "off";
    const waits = (numberOf(this.entity("sensor.held")) ?? 0) > 0 && PANEL in (hass.panels ?? {});
    const sync = this.entities["button.sync_now"];
    const pause = this.entities["switch.sync"];
    return html`<div class="buttons">
      ${waits ? html`<button class="action main" @click=${this.review}>${words.review}</button>` : nothing}
      ${
        sync && !isPaused
          ? html`<button class="action" @click=${() => this.call("button", "press", sync)}>
              ${this.nameOf(hass, "button.sync_now")}
            </button>`
          : nothing
      }
      ${
        pause
          ? html`<button
              class="action"
              @click=${() => this.call("switch", isPaused ? "turn_on" : "turn_off", pause)}
            >
              ${isPaused ? words.resume : words.pause}
            </button>`
          : nothing
      }
    </div>`;
  }

  private look(): void {
    if (!this.house || !this.config) return;
    const device = deviceMeant(this.house, this.config);
    const found = device ? folders(this.house).get(device) : undefined;
    this.entities = found ?? {};
    this.isGone = !found && Boolean(this.config.device || this.config.entity);
  }

  private entity(kind: string): EntityState | undefined {
    const id = this.entities[kind];
    return id ? this.house?.states[id] : undefined;
  }

  /** The name of an entity within its folder, in the owner's language. */
  private nameOf(hass: CardHass, kind: string): string {
    return hass.localize(`component.${DOMAIN}.entity.${kind}.name`) || kind;
  }

  private count(hass: CardHass, count: number): string {
    return written(count, hass.language, hass.locale?.number_format);
  }

  private hide(picture: string): void {
    this.brokenPicture = picture;
    this.shown += 1;
  }

  /** Home Assistant shows by itself what an action says when it fails. */
  private async call(domain: string, service: string, entityId: string): Promise<void> {
    await this.house?.callService(domain, service, {}, { entity_id: entityId });
  }

  private moreInfo(kind: string): void {
    const detail = { entityId: this.entities[kind] };
    this.dispatchEvent(new CustomEvent("hass-more-info", { detail, bubbles: true, composed: true }));
  }

  private review(): void {
    moveTo(`/${PANEL}/review`);
  }
}

/** Offer the card for an entity of a folder. */
function suggestion(hass: CardHass, entityId: string): CardSuggestion | null {
  const device = folderOf(hass, entityId);
  return device ? { config: { type: `custom:${CARD}`, device } } : null;
}

const ENTRY: CardEntry = {
  type: CARD,
  get name() {
    return cardWords(document.documentElement.lang).card;
  },
  get description() {
    return cardWords(document.documentElement.lang).description;
  },
  preview: true,
  getEntitySuggestion: suggestion,
};

registerCard(ENTRY);
