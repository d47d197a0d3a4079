/** What people read, in their language: the panel's own words, and those that Home Assistant has of this integration. */

import type { Api, Hass } from "./api";
import { nearest } from "./languages";
import { written } from "./numbers";
import { ago, midnight } from "./times";
import english from "./words/en.json";

export type Key = keyof typeof english;
export type Values = Record<string, string | number>;

type Table = Readonly<Record<string, string>>;

const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ur"]);
const CATEGORIES = ["entity", "selector", "issues"] as const;
const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;
const HOURS: Readonly<Record<string, "h12" | "h23">> = { "12": "h12", "24": "h23" };

/** How a profile wants times and numbers, beyond its language. */
export interface Habits {
  /** The zone in which times are shown; else that of the browser. */
  readonly zone?: string | undefined;
  /** As Home Assistant calls its formats, e.g. `decimal_comma`. */
  readonly numbers?: string | undefined;
  readonly hours?: string | undefined;
}

/** Words, numbers and times of one language. */
export class Words {
  readonly rtl: boolean;
  private readonly plural: Intl.PluralRules;
  /** Made once: making one takes longer than a thousand uses of it. */
  private readonly times = new Map<string, Intl.DateTimeFormat>();

  constructor(
    readonly language: string,
    private readonly own: Table = english,
    private readonly theirs: Table = {},
    private readonly habits: Habits = {},
  ) {
    this.rtl = RIGHT_TO_LEFT.has(language.split("-", 1)[0] ?? "");
    this.plural = new Intl.PluralRules(own === english ? "en" : language);
  }

  /** Return the panel's own words. A `{count}` among the values chooses between `key_one`, `key_few`, … and `key_other`. */
  t = (key: Key | (string & {}), values: Values = {}): string => {
    return this.filled(this.form(key, values["count"]) ?? key, values);
  };

  /** Return Home Assistant's word for a key below `component.immich_syncthing`, e.g. `entity.sensor.status.name`. */
  ha(key: string): string | undefined {
    return this.theirs[`component.immich_syncthing.${key}`];
  }

  state(state: string | null): string {
    return state === null ? this.t("unknown") : (this.ha(`entity.sensor.status.state.${state}`) ?? state);
  }

  waitReason(reason: string): string {
    return this.ha(`entity.sensor.status.state_attributes.wait_reason.state.${reason}`) ?? reason;
  }

  /** Return the short name of what is wrong, by its code. */
  problem(code: string): string {
    return this.ha(`entity.binary_sensor.problem.state_attributes.reason.state.${code}`) ?? code;
  }

  step(step: string): string {
    return this.ha(`entity.sensor.status.state_attributes.step.state.${step}`) ?? step;
  }

  /** Return what a kind of the history is called. */
  action(kind: string): string {
    return this.ha(`selector.history_kind.options.${kind}`) ?? kind;
  }

  /** Return the kinds of things that the history tells of, by their names in this language. */
  actions(): string[] {
    const prefix = "component.immich_syncthing.selector.history_kind.options.";
    const kinds = Object.keys(this.theirs).filter((key) => key.startsWith(prefix));
    return kinds
      .map((key) => key.slice(prefix.length))
      .sort((one, two) => this.action(one).localeCompare(this.action(two), this.language));
  }

  /** Return why something was done. */
  reason(why: string): string {
    return this.ha(`entity.event.activity.state_attributes.reason.state.${why}`) ?? "";
  }

  /** Return what a question is about, in paragraphs, without the samples that its repair names. */
  about(kind: string, values: Values): string[] {
    const text = this.ha(`issues.hold_${kind}.fix_flow.step.init.description`) ?? "";
    const paragraphs = text.split("\n\n");
    const samples = paragraphs.indexOf("{sample}");
    const told = paragraphs.filter((_, at) => samples < 0 || (at !== samples && at !== samples - 1));
    return told.map((one) => this.filled(one.replaceAll("**", ""), values)).filter((one) => one !== "");
  }

  /** Return what an answer to a question of this kind is called. */
  answer(kind: string, answer: string): string {
    return this.ha(`issues.hold_${kind}.fix_flow.step.init.menu_options.${answer}`) ?? answer;
  }

  /** Return what an answer to a question of this kind means, beyond its name. */
  meaning(kind: string, answer: string): string {
    return this.ha(`issues.hold_${kind}.fix_flow.step.init.menu_option_descriptions.${answer}`) ?? "";
  }

  vaultReason(reason: string): string {
    return this.ha(`selector.vault_reason.options.${reason}`) ?? reason;
  }

  preset(preset: string): string {
    return (this.ha(`selector.preset.options.${preset}`) ?? preset).split(" – ", 1)[0] ?? preset;
  }

  number(value: number): string {
    return this.written(value, {});
  }

  percent(value: number): string {
    return this.written(value / 100, { style: "percent", maximumFractionDigits: 0 });
  }

  bytes(value: number): string {
    let [unit, left] = [0, value];
    while (left >= 1000 && unit < UNITS.length - 1) [unit, left] = [unit + 1, left / 1000];
    const format = { style: "unit", unit: UNITS[unit] ?? "byte", maximumFractionDigits: left < 10 && unit > 0 ? 1 : 0 };
    return this.written(left, format as Intl.NumberFormatOptions);
  }

  date(iso: string): string {
    return this.formatted(iso, { dateStyle: "medium" });
  }

  moment(iso: string): string {
    const hourCycle = HOURS[this.habits.hours ?? ""];
    return this.formatted(iso, { dateStyle: "medium", timeStyle: "short", ...(hourCycle ? { hourCycle } : {}) });
  }

  month(iso: string): string {
    return this.formatted(iso, { year: "numeric", month: "long" });
  }

  /** Return how long ago something was, e.g. "3 minutes ago". */
  ago(iso: string, now: number = Date.now()): string {
    return ago(iso, this.language, now);
  }

  /** Return when a day begins where the times are from, or one that many days later; `day` as `2026-11-20`. */
  midnight(day: string, later = 0): string {
    return midnight(day, later, this.habits.zone).toISOString();
  }

  private filled(text: string, values: Values): string {
    return text.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = values[name];
      return value === undefined ? "" : typeof value === "number" ? this.number(value) : straight(value);
    });
  }

  private form(key: string, count: string | number | undefined): string | undefined {
    if (typeof count === "number") {
      const chosen = `${key}_${this.plural.select(count)}`;
      const some = this.own[chosen] ?? this.own[`${key}_other`];
      if (some !== undefined) return some;
    }
    return this.own[key] ?? (english as Table)[key];
  }

  private formatted(iso: string, options: Intl.DateTimeFormatOptions): string {
    const zone = this.habits.zone === undefined ? {} : { timeZone: this.habits.zone };
    const made = (): Intl.DateTimeFormat => new Intl.DateTimeFormat(this.language, { ...options, ...zone });
    return kept(this.times, JSON.stringify(options), made).format(new Date(iso));
  }

  private written(value: number, options: Intl.NumberFormatOptions): string {
    return written(value, this.language, this.habits.numbers, options);
  }
}

/** Return a name without what would turn the words beside it around. */
export function straight(name: string): string {
  return name.replace(/[\u202a-\u202e\u2066-\u2069]/g, "");
}

/** Return what is kept by that name; make it if it is not there yet. */
function kept<T>(all: Map<string, T>, name: string, make: () => T): T {
  const found = all.get(name) ?? make();
  all.set(name, found);
  return found;
}

/** Fetch the words of the language that `hass` shows. What cannot be fetched is said in English; then it is not `whole`. */
export async function wordsOf(hass: Hass, api: Api): Promise<{ words: Words; whole: boolean }> {
  const language = nearest(hass.language);
  const { locale, config } = hass;
  const zone = locale?.time_zone === "server" ? config?.time_zone : undefined;
  const [own, ...theirs] = await Promise.all([
    language === "en" ? english : fetched(language),
    ...CATEGORIES.map((category) => api.translations(hass.language, category).catch(() => undefined)),
  ]);
  const habits = { zone, numbers: locale?.number_format, hours: locale?.time_format };
  const words = new Words(hass.language, own ?? english, Object.assign({}, ...theirs) as Table, habits);
  return { words, whole: own !== undefined && !theirs.includes(undefined) };
}

async function fetched(language: string): Promise<Table | undefined> {
  try {
    const answer = await fetch(`${import.meta.url.replace(/[^/]*$/, "")}words/${language}.json`);
    return answer.ok ? ((await answer.json()) as Table) : undefined;
  } catch {
    return undefined;
  }
}
