/** A Home Assistant for tests: a connection that answers what is asked as it was told to. */

import type { Connection, Folder, HeldItem, Hold, Overview, Restored } from "../src/api";

type Message = Record<string, unknown> & { type: string };
type Answerer = (message: Message) => unknown;

/** What the connection rejects with while it is away. */
export const LOST = 3;

export const ENTRY = "01M81A32K78P0BF26Q4YZ5EPRY";
export const MINUTES_AGO = new Date(Date.now() - 180_000).toISOString();

export class Home implements Connection {
  connected = true;
  readonly asked: Message[] = [];
  readonly answers = new Map<string, Answerer>();
  private readonly subscribers = new Map<string, ((event: unknown) => void)[]>();
  private readonly listeners = new Map<string, Set<() => void>>();
  /** Rejects what is under way. */
  private lose: (lost: unknown) => void = () => undefined;
  private lost = this.losing();

  /** Answer a command, e.g. `hold/items`. What is thrown is what Home Assistant refuses with. */
  on(command: string, answer: Answerer): this {
    this.answers.set(`immich_syncthing/${command}`, answer);
    return this;
  }

  /** Send an event to who subscribed. */
  tell(command: string, event: unknown): void {
    for (const told of this.subscribers.get(`immich_syncthing/${command}`) ?? []) told(event);
  }

  /** How many subscriptions of a command there are. */
  subscriptions(command: string): number {
    return this.subscribers.get(`immich_syncthing/${command}`)?.length ?? 0;
  }

  /** What was asked of one command. */
  of(command: string): Message[] {
    return this.asked.filter((message) => message.type === `immich_syncthing/${command}`);
  }

  /** Lose the connection, with all subscriptions, as home-assistant-js-websocket does. */
  leave(): void {
    this.connected = false;
    this.subscribers.clear();
    this.lose({ type: "result", success: false, error: { code: LOST, message: "Connection lost" } });
    this.fire("disconnected");
  }

  back(): void {
    this.connected = true;
    this.lost = this.losing();
    this.fire("ready");
  }

  async sendMessagePromise<T>(message: object): Promise<T> {
    const asked = message as Message;
    this.asked.push(asked);
    if (!this.connected) throw LOST;
    return await Promise.race([this.answer<T>(asked), this.lost]);
  }

  async subscribeMessage<T>(callback: (event: T) => void, message: object): Promise<() => Promise<void>> {
    const asked = message as Message;
    this.asked.push(asked);
    const first = await this.reached<T | undefined>(asked);
    const some = this.subscribers.get(asked.type) ?? [];
    const told = callback as (event: unknown) => void;
    this.subscribers.set(asked.type, [...some, told]);
    if (first !== undefined) callback(first);
    return async () => {
      const left = (this.subscribers.get(asked.type) ?? []).filter((one) => one !== told);
      this.subscribers.set(asked.type, left);
    };
  }

  addEventListener(event: string, callback: () => void): void {
    this.listeners.set(event, (this.listeners.get(event) ?? new Set()).add(callback));
  }

  removeEventListener(event: string, callback: () => void): void {
    this.listeners.get(event)?.delete(callback);
  }

  private losing(): Promise<never> {
    const lost = new Promise<never>((_, reject) => (this.lose = reject));
    lost.catch(() => undefined);
    return lost;
  }

  private async answer<T>(asked: Message): Promise<T> {
    const answer = this.answers.get(asked.type);
    if (answer === undefined) {
      if (asked.type === "frontend/get_translations") return { resources: TRANSLATIONS } as T;
      throw { code: "unknown_command", message: "Unknown command." };
    }
    await Promise.resolve();
    return answer(asked) as T;
  }

  /** Answer who subscribes; never if the connection is away, or lost meanwhile. */
  private async reached<T>(asked: Message): Promise<T> {
    const first = this.connected ? await this.answer<T>(asked) : undefined;
    return this.connected ? (first as T) : await new Promise<never>(() => undefined);
  }

  private fire(event: string): void {
    for (const callback of [...(this.listeners.get(event) ?? [])]) callback();
  }
}

const PREFIX = "component.immich_syncthing";
const HOLD = `${PREFIX}.issues.hold_many_files.fix_flow.step.init`;

export const TRANSLATIONS: Record<string, string> = {
  [`${PREFIX}.entity.sensor.status.state.in_agreement`]: "In agreement",
  [`${PREFIX}.entity.sensor.status.state.uploading`]: "Uploading",
  [`${PREFIX}.entity.event.activity.state_attributes.reason.state.new_file`]: "New in the folder",
  [`${PREFIX}.selector.history_kind.options.upload`]: "Uploaded",
  [`${PREFIX}.selector.preset.options.mirror`]: "Mirror – what is deleted on either side is deleted on the other",
  [`${HOLD}.description`]:
    "{count} photos that are still in **{folders}** were moved to the trash in Immich.\n\nThat is more than passes without asking.\n\nAmong them:\n\n{sample}\n\nUntil you decide, nothing happens to these photos.",
  [`${HOLD}.menu_option_descriptions.approve`]: "As in Immich. They go into the vault first.",
  [`${HOLD}.menu_option_descriptions.leave`]: "They stay in the folder only.",
  [`${HOLD}.menu_option_descriptions.undo`]: "Both sides have them then.",
};

export function folder(changes: Partial<Folder> = {}): Folder {
  return {
    entry_id: ENTRY,
    folder_id: "phone",
    label: "Phone",
    account: "Anna @ immich",
    state: "in_agreement",
    problem: null,
    step: null,
    done: null,
    total: null,
    preset: "mirror",
    paused: false,
    last_success: MINUTES_AGO,
    counts: {
      files: 1230,
      bytes: 5_400_000_000,
      linked: 1204,
      released: 40,
      kept: 6,
      to_upload: 15,
      unresolved: 0,
      failed: 1,
      held: 4,
    },
    uploads: [],
    percent: null,
    rate: null,
    completion: 100,
    device: "Anna's phone",
    devices: [],
    next: { kind: "nothing", count: 0, text: "Nothing: both sides agree." },
    ...changes,
  };
}

export function hold(changes: Partial<Hold> = {}): Hold {
  return {
    entry_id: ENTRY,
    hold_id: "h1",
    revision: 1,
    kind: "many_files",
    question: "300 photos of Phone were moved to Immich's trash",
    answers: { approve: "Delete the files", leave: "Keep the files", undo: "Restore them in Immich" },
    folders: ["Phone"],
    count: 300,
    asked_at: MINUTES_AGO,
    ...changes,
  };
}

export function overview(changes: Partial<Overview> = {}): Overview {
  return {
    may_decide: true,
    stopped: false,
    accounts: [
      {
        entry_id: ENTRY,
        title: "Anna @ immich",
        loaded: true,
        problem: null,
      },
    ],
    folders: [folder()],
    copies: [],
    holds: [],
    ...changes,
  };
}

/** What became of a photo that was asked back and is back. */
export function restored(changes: Partial<Restored> = {}): Restored {
  return {
    complete: true,
    count: 1,
    back: 1,
    under_way: 0,
    moved_on: 0,
    hindered_count: 0,
    hindrances: {},
    problem: null,
    failures: {},
    waiting: [],
    ...changes,
  };
}

/** The `at`th photo of a question. */
export function heldItem(at: number, revision = 1): HeldItem {
  const path = `DCIM/Camera/IMG_${String(at).padStart(5, "0")}.jpg`;
  const item = at.toString(16).padStart(40, "0");
  return { item, revision, path, folder: "Phone", places: [{ folder: "Phone", path }], size: 2_000_000 + at, is_video: at % 7 === 3 };
}

/** Answer `hold/items` with these photos, as Home Assistant pages them. */
export function paged(items: () => HeldItem[], revision = 1): Answerer {
  return ({ after, limit }) => {
    const all = items();
    const from = after === undefined ? 0 : all.findIndex((one) => one.item > (after as string));
    const start = from < 0 ? all.length : from;
    const page = all.slice(start, start + (limit as number));
    const more = start + page.length < all.length;
    return { revision, items: page, next: more ? (page.at(-1)?.item ?? null) : null };
  };
}

/** A picture of one colour for each address, as `fetchWithAuth` would give it. */
export async function picture(path: string): Promise<Response> {
  const canvas = new OffscreenCanvas(40, 30);
  const context = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
  const hue = [...path].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 360, 7);
  context.fillStyle = `hsl(${hue} 55% 55%)`;
  context.fillRect(0, 0, 40, 30);
  return new Response(await canvas.convertToBlob({ type: "image/jpeg" }));
}

/** Wait until something is so. Rejects after some seconds. */
export async function until<T>(look: () => T | undefined | null | false, what = "what was waited for"): Promise<T> {
  for (let tries = 0; tries < 400; tries++) {
    const found = look();
    if (found) return found;
    await new Promise((done) => setTimeout(done, 10));
  }
  throw new Error(`${what} did not come`);
}

/** All text of an element, through its shadow roots. */
export function text(node: Node): string {
  if (node.nodeType === Node.TEXT_NODE) return node.textContent ?? "";
  if (node.nodeName === "STYLE") return "";
  const shadow = node instanceof Element && node.shadowRoot ? [...node.shadowRoot.childNodes] : [];
  return [...shadow, ...node.childNodes].map(text).join(" ").replace(/\s+/g, " ").trim();
}

/** The first element that fits, through all shadow roots. */
export function find<T extends Element = HTMLElement>(root: ParentNode, selector: string): T | undefined {
  return findAll<T>(root, selector)[0];
}

export function findAll<T extends Element = HTMLElement>(root: ParentNode, selector: string): T[] {
  const here = [...root.querySelectorAll<T>(selector)];
  const below = [...root.querySelectorAll("*")].flatMap((one) => (one.shadowRoot ? findAll<T>(one.shadowRoot, selector) : []));
  const own = root instanceof Element && root.shadowRoot ? findAll<T>(root.shadowRoot, selector) : [];
  return [...own, ...here, ...below];
}
