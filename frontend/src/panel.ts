import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";

import { Api, refusal, type Hass, type Overview, type Refused, type Unsubscribe } from "./api";
import { define, moveTo, type Navigation } from "./element";
import { COG, icon, MENU } from "./icons";
import { Pictures } from "./pictures";
import { shared } from "./styles";
import { Words, wordsOf } from "./words";

import "./views/history";
import "./views/holds";
import "./views/overview";
import "./views/preview";
import "./views/vault";

/** What each view is given; it fires `navigate` to go to another one. */
export interface Shown {
  readonly api: Api;
  readonly overview: Overview;
  readonly words: Words;
  readonly pictures: Pictures;
  readonly narrow: boolean;
  /** What the address says behind its `?`, e.g. which question. */
  readonly query: Record<string, string>;
}

type View = (shown: Shown) => TemplateResult;

/** The parts of the panel, in the order of its tabs. */
const VIEWS: Readonly<Record<string, View>> = {
  overview: (s) => html`<isp-overview
    .api=${s.api} .overview=${s.overview} .words=${s.words} .pictures=${s.pictures} .narrow=${s.narrow} .query=${s.query}
  ></isp-overview>`,
  review: (s) => html`<isp-holds
    .api=${s.api} .overview=${s.overview} .words=${s.words} .pictures=${s.pictures} .narrow=${s.narrow} .query=${s.query}
  ></isp-holds>`,
  vault: (s) => html`<isp-vault
    .api=${s.api} .overview=${s.overview} .words=${s.words} .pictures=${s.pictures} .narrow=${s.narrow} .query=${s.query}
  ></isp-vault>`,
  history: (s) => html`<isp-history
    .api=${s.api} .overview=${s.overview} .words=${s.words} .pictures=${s.pictures} .narrow=${s.narrow} .query=${s.query}
  ></isp-history>`,
  preview: (s) => html`<isp-preview
    .api=${s.api} .overview=${s.overview} .words=${s.words} .pictures=${s.pictures} .narrow=${s.narrow} .query=${s.query}
  ></isp-preview>`,
};
const FIRST = "overview";
/** Where accounts and folders are set up. */
const SETTINGS = "/config/integrations/integration/immich_syncthing";
/** Somebody went elsewhere, be it back. */
const MOVES = ["location-changed", "popstate"] as const;

/** The page in Home Assistant's sidebar. Home Assistant gives it `hass`, `narrow` and `route`. */
@define("immich-syncthing-panel")
export class Panel extends LitElement {
  @property({ attribute: false }) hass!: Hass;
  @property({ type: Boolean }) narrow = false;
  @property({ attribute: false }) route: { prefix: string; path: string } = { prefix: "", path: "" };
  @state() private overview: Overview | undefined;
  @state() private words: Words | undefined;
  @state() private lost: Refused | undefined;
  @state() private connected = true;
  private api: Api | undefined;
  private readonly pictures = new Pictures((path, init) => this.hass.fetchWithAuth(path, init));
  private unsubscribe: Unsubscribe | undefined;
  /** What `api` was made for: views begin anew with another one, and lose what was selected. */
  private made: Pick<Hass, "connection" | "language"> | undefined;
  private language: string | undefined;
  /** Whether some of the words could not be fetched. */
  private stammers = false;
  private search = "";
  private asked: Record<string, string> = {};
  /** The link of the part that is shown. */
  private tab: Element | null = null;

  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        flex-direction: column;
        /* Home Assistant gives it no height: without one, nothing would stick to the edges of the screen. */
        block-size: 100dvh;
        background: var(--primary-background-color, #fafafa);
      }
      header {
        display: flex;
        flex: none;
        align-items: center;
        gap: 8px;
        min-block-size: var(--header-height, 56px);
        padding-inline: 12px;
        background: var(--app-header-background-color, var(--primary-color, #009ac7));
        color: var(--app-header-text-color, #fff);
        border-block-end: var(--app-header-border-bottom, none);
      }
      h1 {
        margin: 0;
        padding-inline: 4px;
        /* Large enough for the little contrast that Home Assistant's own colours have here. */
        font-size: 24px;
        font-weight: 400;
      }
      header :is(button, a.button) {
        inline-size: 44px;
        min-block-size: 44px;
        padding: 10px;
        border-color: transparent;
        color: inherit;
      }
      nav {
        display: flex;
        flex: none;
        overflow-x: auto;
        padding-inline: 8px;
        background: var(--card-background-color, #fff);
        border-block-end: 1px solid var(--isp-line);
        scrollbar-width: none;
      }
      nav a {
        display: flex;
        flex: none;
        align-items: center;
        gap: 6px;
        min-block-size: 48px;
        padding-inline: 14px;
        border-block-end: 3px solid transparent;
        color: inherit;
        font-weight: 500;
        text-decoration: none;
      }
      nav a:focus-visible {
        outline-offset: -2px;
      }
      nav a[aria-current] {
        border-block-end-color: var(--isp-accent);
      }
      .many {
        min-inline-size: 22px;
        padding: 1px 6px;
        border-radius: 11px;
        background: var(--primary-text-color, #141414);
        color: var(--card-background-color, #fff);
        font-size: 12px;
        text-align: center;
      }
      main {
        flex: 1;
        min-block-size: 0;
        overflow-y: auto;
        outline: none;
      }
      .inside {
        max-inline-size: 1200px;
        margin-inline: auto;
        padding: 16px;
      }
      .notice {
        margin-block-end: 16px;
      }
      @media (max-width: 600px) {
        .inside {
          padding: 8px;
        }
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener("navigate", this.navigated);
    for (const event of MOVES) window.addEventListener(event, this.moved);
    this.follow();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeEventListener("navigate", this.navigated);
    for (const event of MOVES) window.removeEventListener(event, this.moved);
    this.leave();
    this.pictures.clear();
  }

  /** Home Assistant gives a new `hass` with each change of any entity: hardly any of them matters here. */
  protected override shouldUpdate(changed: PropertyValues<this>): boolean {
    const before = changed.get("hass") as Hass | undefined;
    if (changed.size > 1 || !changed.has("hass") || !before) return true;
    const { hass } = this;
    return (
      before.connection !== hass.connection ||
      before.language !== hass.language ||
      before.locale !== hass.locale ||
      before.dockedSidebar !== hass.dockedSidebar ||
      before.themes?.darkMode !== hass.themes?.darkMode ||
      this.connected !== hass.connection.connected
    );
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("hass") || !this.hass) return;
    const before = changed.get("hass") as Hass | undefined;
    const other = before?.connection !== this.hass.connection || before.language !== this.hass.language;
    if (this.unsubscribe === undefined || (before !== undefined && other)) this.follow();
    if (this.language !== this.hass.language || before?.locale !== this.hass.locale) void this.speak();
    this.connected = this.hass.connection.connected;
    // For what the browser draws itself, such as scroll bars and calendars.
    this.style.colorScheme = this.hass.themes?.darkMode ? "dark" : "light";
  }

  protected override updated(): void {
    const tab = this.renderRoot.querySelector("nav [aria-current]");
    if (tab === this.tab) return;
    this.tab = tab;
    tab?.scrollIntoView({ block: "nearest", inline: "center" });
  }

  protected override render(): TemplateResult {
    const { words, overview, api, pictures } = this;
    if (!words || !api) return html`<header><h1>${this.menu()}</h1></header>`;
    const view = this.view;
    return html`
      <header dir=${words.rtl ? "rtl" : nothing}>
        ${this.menu(words)}
        <h1 class="grow">${words.t("title")}</h1>
        ${overview?.may_decide ? this.settings(words) : nothing}
      </header>
      <nav aria-label=${words.t("parts")}>
        ${Object.keys(VIEWS).map(
          (one) =>
            html`<a
              href="${this.route.prefix}/${one}"
              aria-current=${one === view ? "page" : nothing}
              @click=${(event: MouseEvent) => this.follows(event, one)}
              >${words.t(`tab_${one}`)}${one === "review" && overview?.holds.length
                ? html`<span class="many">${words.number(overview.holds.length)}</span>`
                : nothing}</a
            >`,
        )}
      </nav>
      <main tabindex="-1">
        <div class="inside">
          ${this.trouble(words)}
          ${overview
            ? (VIEWS[view] as View)({ api, overview, words, pictures, narrow: this.narrow, query: this.query })
            : html`<p class="soft" role="status">${words.t("loading")}</p>`}
        </div>
      </main>
    `;
  }

  private menu(words?: Words): TemplateResult {
    const toggle = (): void => {
      this.dispatchEvent(new CustomEvent("hass-toggle-menu", { bubbles: true, composed: true }));
    };
    const wanted = this.narrow || this.hass.dockedSidebar === "always_hidden";
    return html`<button type="button" ?hidden=${!wanted} aria-label=${words?.t("menu") ?? nothing} @click=${toggle}>
      ${icon(MENU)}
    </button>`;
  }

  private settings(words: Words): TemplateResult {
    const go = (event: MouseEvent): void => {
      if (!plain(event)) return;
      event.preventDefault();
      moveTo(SETTINGS);
    };
    return html`<a class="button" href=${SETTINGS} aria-label=${words.t("settings")} @click=${go}>${icon(COG)}</a>`;
  }

  private trouble(words: Words): TemplateResult | typeof nothing {
    if (!this.connected || this.lost) {
      const text = this.lost && this.lost.code !== "unknown_command" ? refusal(this.lost, words) : words.t("reconnecting");
      return html`<p class="notice" role="status">${text}</p>`;
    }
    if (this.overview?.stopped) return html`<p class="notice error" role="status">${words.t("stopped")}</p>`;
    return nothing;
  }

  private get view(): string {
    const wanted = this.route.path.split("/")[1] ?? "";
    return Object.hasOwn(VIEWS, wanted) ? wanted : FIRST;
  }

  /** The same object as long as the address is the same, so that no view is drawn again for it. */
  private get query(): Record<string, string> {
    const { search } = window.location;
    if (search !== this.search) {
      this.search = search;
      this.asked = Object.fromEntries(new URLSearchParams(search));
    }
    return this.asked;
  }

  private follow(): void {
    if (!this.isConnected || !this.hass) return;
    this.leave();
    const { connection, language } = this.hass;
    if (this.made?.connection !== connection || this.made.language !== language) this.api = undefined;
    this.made = { connection, language };
    this.api ??= Api.of(this.hass);
    this.unsubscribe = this.api.overview(
      (overview) => {
        this.overview = overview;
        this.lost = undefined;
        this.connected = true;
        if (this.stammers) void this.speak();
      },
      (refused) => (this.lost = refused),
    );
    this.hass.connection.addEventListener("disconnected", this.disconnected);
  }

  private leave(): void {
    this.unsubscribe?.();
    this.unsubscribe = undefined;
    this.hass?.connection.removeEventListener("disconnected", this.disconnected);
  }

  private disconnected = (): void => {
    this.connected = false;
  };

  private async speak(): Promise<void> {
    const language = (this.language = this.hass.language);
    this.stammers = false;
    const { words, whole } = await wordsOf(this.hass, Api.of(this.hass));
    if (this.language !== language) return;
    this.stammers = !whole;
    // Views draw all anew for other words: not for the same ones once more.
    if (whole || this.words?.language !== language) this.words = words;
  }

  private moved = (): void => this.requestUpdate();

  private navigated = (event: Event): void => {
    const { view, query } = (event as CustomEvent<Navigation>).detail;
    this.go(view, query);
  };

  private follows(event: MouseEvent, view: string): void {
    if (!plain(event)) return;
    event.preventDefault();
    // Whoever came from the settings of an account stays with it.
    const { config_entry } = this.query;
    this.go(view, config_entry ? { config_entry } : {});
  }

  private go(view: string, query: Record<string, string>): void {
    const search = new URLSearchParams(query).toString();
    moveTo(`${this.route.prefix}/${view}${search ? `?${search}` : ""}`);
    this.renderRoot.querySelector("main")?.scrollTo({ top: 0 });
  }
}

/** Whether a click is no wish for another tab or window. */
function plain(event: MouseEvent): boolean {
  return !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
}
