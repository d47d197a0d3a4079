/** What Home Assistant tells the panel, and what it may be asked: the commands `immich_syncthing/…`. */

import type { Words } from "./words";

const PREFIX = "immich_syncthing";
/** What Home Assistant's connection rejects with when it is lost: its own error. */
const CONNECTION_LOST = 3;
/** The code of {@link Refused} then. */
const DISCONNECTED = "disconnected";

/** How long to wait before a subscription that Home Assistant refused is tried again, in milliseconds. */
const AGAIN = [500, 1_000, 2_000, 5_000] as const;

export type Unsubscribe = () => void;

/** The part of Home Assistant's connection that is used: home-assistant-js-websocket. */
export interface Connection {
  readonly connected: boolean;
  sendMessagePromise<T>(message: object): Promise<T>;
  subscribeMessage<T>(
    callback: (event: T) => void,
    message: object,
    options?: { resubscribe?: boolean },
  ): Promise<() => Promise<void>>;
  addEventListener(event: "ready" | "disconnected", callback: () => void): void;
  removeEventListener(event: "ready" | "disconnected", callback: () => void): void;
}

/** The part of Home Assistant's `hass` that is used. */
export interface Hass {
  connection: Connection;
  language: string;
  locale?: { language: string; number_format?: string; time_format?: string; time_zone?: string };
  config?: { time_zone?: string };
  themes?: { darkMode?: boolean };
  /** `always_hidden`: whoever looks has chosen to see no sidebar. */
  dockedSidebar?: string;
  fetchWithAuth(path: string, init?: RequestInit): Promise<Response>;
}

export interface Account {
  entry_id: string;
  title: string;
  /** Whether it runs; `problem` says why not. Without, it has no folders, copies and holds here. */
  loaded: boolean;
  problem: string | null;
}

export interface Counts {
  files: number;
  bytes: number;
  linked: number;
  released: number;
  kept: number;
  to_upload: number;
  unresolved: number;
  failed: number;
  held: number;
}

export interface Upload {
  path: string;
  checksum: string | null;
  sent: number;
  size: number;
}

export type FolderState =
  | "in_agreement"
  | "scanning"
  | "uploading"
  | "deleting"
  | "waiting_for_syncthing"
  | "waiting_for_immich"
  | "waiting_for_decision"
  | "paused"
  | "recovery"
  | "error";

export interface Device {
  name: string;
  connected: boolean;
  /** How much of the folder it has, percent. */
  completion: number | null;
}

export interface Folder {
  entry_id: string;
  folder_id: string;
  label: string;
  /** The account's title. */
  account: string;
  state: FolderState | null;
  problem: { code: string; message: string } | null;
  step: string | null;
  done: number | null;
  total: number | null;
  preset: string;
  paused: boolean;
  last_success: string | null;
  counts: Counts | null;
  /** In the order in which they began. */
  uploads: Upload[];
  /** How many of the bytes that go up are up, percent. */
  percent: number | null;
  /** Bytes a second. */
  rate: number | null;
  /** Those of the device that has least of the folder. */
  completion: number | null;
  device: string | null;
  devices: Device[];
  next: Next;
}

/** What happens to a folder next, and to how many photos. */
export interface Next {
  kind: "nothing" | "upload" | "delete" | "decide" | "wait" | "repair";
  count: number;
  text: string;
}

export interface Copy {
  entry_id: string;
  /** A replica's own, else the kind. */
  id: string;
  kind: "replica" | "database" | "vault";
  title: string;
  state: string;
  state_text: string;
  text: string;
  at: string | null;
  files: number | null;
  /** Percent. */
  complete: number | null;
}

export type Answer = "approve" | "leave" | "undo";

export interface Hold {
  entry_id: string;
  hold_id: string;
  /** Rises whenever photos join or leave. */
  revision: number;
  /** The revision at which the last of its photos joined. */
  joined_revision?: number;
  kind: string;
  question: string;
  /** What each answer does, in a sentence. An answer that this question does not offer is absent. */
  answers: Partial<Record<Answer, string>>;
  folders: string[];
  count: number;
  asked_at: string;
}

export interface Overview {
  may_decide: boolean;
  stopped: boolean;
  accounts: Account[];
  folders: Folder[];
  copies: Copy[];
  holds: Hold[];
}

export interface Change {
  id: number | string;
  at: string;
  action: string;
  path: string | null;
  folder: string | null;
  folder_id: string | null;
  asset_id: string | null;
  checksum: string | null;
  why: string | null;
  result: string | null;
  origin: string | null;
  items: number | null;
  is_video: boolean;
}

export interface HistoryFilter {
  folder_id?: string;
  action?: string;
  text?: string;
  since?: string;
  until?: string;
}

export interface HeldItem {
  /** What an answer names. */
  item: string;
  revision: number;
  /** `null`: it has no file, as a photo that is in Immich only. */
  path: string | null;
  /** Where it is first, as its folder is called. */
  folder: string | null;
  places: { folder: string; path: string }[];
  size: number | null;
  is_video: boolean;
}

/** An answer that can still be taken back. */
export interface GivenAnswer {
  answer_id: string;
  hold_id: string;
  kind: string;
  answer: Answer;
  folders: string[];
  count: number;
  answered_at: string;
}

export interface Reconsidered {
  asked_again: number;
  brought_back: number;
  hindered: { item: string; reason: string }[];
}

export interface VaultEntry {
  checksum: string;
  path: string;
  folder: string | null;
  size: number;
  reason: string;
  at: string;
  is_video: boolean;
}

export interface VaultPage {
  entries: VaultEntry[];
  next: string | null;
  /** How many there are of each month, and that match; with the first page only. */
  months?: { month: string; count: number }[];
  total?: number;
  /** Whether all of the vault has been seen; else asking again tells more. With the first page only. */
  complete?: boolean;
}

export interface VaultFilter {
  text?: string;
  month?: string;
}

/** What became of photos that were asked back. */
export interface Restored {
  /** Whether all that was wanted has been looked for by now. */
  complete: boolean;
  count: number;
  back: number;
  under_way: number;
  /** Settled otherwise meanwhile. */
  moved_on: number;
  hindered_count: number;
  /** How many stay away, by the reason. */
  hindrances: Record<string, number>;
  /** The code of what kept the vault from telling what it keeps. */
  problem: string | null;
  /** Of how many of those under way the last attempt failed, by the code of why. */
  failures: Record<string, number>;
  waiting: { folder: string | null; reason: string }[];
}

export interface PreviewGroup {
  action: string;
  reason: string | null;
  count: number | null;
  items: { checksum: string; path: string; is_video: boolean }[];
}

/** What a folder's next cycle would do. */
export interface Preview {
  folder: string;
  folder_id: string;
  upload_bytes: number;
  /** Changes that wait until Syncthing rests. */
  waiting: number;
  problem: string | null;
  groups: PreviewGroup[];
}

/** What Home Assistant answered instead; its message is for people, and says what to do. */
export interface Refused {
  code: string;
  message: string;
}

/** Where a photo is looked for. */
export type Part = "vault" | "held" | "linked";

/** Return the address of a small picture, below Home Assistant's own. */
export function thumbnail(entryId: string, part: Part, checksum: string): string {
  return `/api/${PREFIX}/media/${entryId}/${part}/${checksum}/thumbnail`;
}

/** Return what to tell people of an error. */
export function refusal(error: unknown, words: Words): string {
  const { code, message } = refused(error);
  return code === DISCONNECTED ? words.t("reconnecting") : message;
}

/**
 * Return an error as one of Home Assistant's. Its connection (home-assistant-js-websocket) rejects what is under way
 * when it is lost with a whole answer around the error, and with the bare number what is asked before it is back.
 */
function refused(error: unknown): Refused {
  const around = error as { error?: { code?: unknown } } | null | undefined;
  if ((around?.error?.code ?? error) === CONNECTION_LOST) return { code: DISCONNECTED, message: "Connection lost" };
  const { code = "", message } = (error ?? {}) as Partial<Refused>;
  return { code, message: message || String(error) };
}

/** Asks Home Assistant, over the connection of its page. Rejects with {@link Refused}. */
export class Api {
  constructor(
    private readonly connection: Connection,
    private readonly language: string,
  ) {}

  static of(hass: Hass): Api {
    return new Api(hass.connection, hass.language);
  }

  /** Follow everything: the whole of it at once, and again whenever something changed. */
  overview(told: (overview: Overview) => void, lost?: (refused: Refused) => void): Unsubscribe {
    return this.follow("overview/subscribe", {}, told, lost);
  }

  /** Follow what is done, from each time on that `began` is called: what was done before may have been missed. */
  newChanges(entryId: string, told: (change: Change) => void, began: () => void): Unsubscribe {
    return this.follow("history/subscribe", { entry_id: entryId }, told, undefined, began);
  }

  history(
    entryId: string,
    filter: HistoryFilter & { before?: number | string; limit: number },
  ): Promise<{ entries: Change[]; next_before: number | string | null }> {
    return this.ask("history", { entry_id: entryId, ...filter });
  }

  heldItems(
    hold: Pick<Hold, "entry_id" | "hold_id">,
    page: { after?: string; limit: number },
  ): Promise<{ revision: number; items: HeldItem[]; next: string | null }> {
    return this.ask("hold/items", { entry_id: hold.entry_id, hold_id: hold.hold_id, ...page });
  }

  /** Answer what was seen: items of that revision, all of them if none are named. */
  answer(
    hold: Pick<Hold, "entry_id" | "hold_id" | "revision">,
    answer: Answer,
    items?: string[],
  ): Promise<{ answered: number; left: number }> {
    const { entry_id, hold_id, revision } = hold;
    return this.ask("hold/answer", { entry_id, hold_id, revision, answer, ...(items ? { items } : {}) });
  }

  answers(entryId: string, page: { limit: number }): Promise<{ answers: GivenAnswer[] }> {
    return this.ask("answers", { entry_id: entryId, ...page });
  }

  reconsider(entryId: string, answerId: string): Promise<Reconsidered> {
    return this.ask("reconsider", { entry_id: entryId, answer_id: answerId });
  }

  vault(
    entryId: string,
    page: VaultFilter & { after?: string; limit: number },
  ): Promise<VaultPage> {
    return this.ask("vault/list", { entry_id: entryId, ...page });
  }

  restore(entryId: string, checksums: string[]): Promise<Restored> {
    return this.ask("vault/restore", { entry_id: entryId, checksums });
  }

  preview(entryId: string, folderId: string): Promise<Preview> {
    return this.ask("preview", { entry_id: entryId, folder_id: folderId });
  }

  control(
    folder: Pick<Folder, "entry_id" | "folder_id">,
    what: "sync_now" | "pause" | "resume",
  ): Promise<unknown> {
    const { entry_id, folder_id } = folder;
    return this.ask("folder/control", { entry_id, folder_id, do: what });
  }

  /** Home Assistant's own words of this integration, by their whole keys. */
  async translations(language: string, category: string): Promise<Record<string, string>> {
    const message = { type: "frontend/get_translations", language, category, integration: [PREFIX] };
    const answer = await this.connection.sendMessagePromise<{ resources: Record<string, string> }>(message);
    return answer.resources;
  }

  private message(command: string, data: object): object {
    return { type: `${PREFIX}/${command}`, language: this.language, ...data };
  }

  private async ask<T>(command: string, data: object): Promise<T> {
    try {
      return await this.connection.sendMessagePromise<T>(this.message(command, data));
    } catch (error) {
      throw refused(error);
    }
  }

  /**
   * Subscribe, and again after each reconnection. The connection's own way does not ask again when Home Assistant is
   * back before this integration is, and refuses.
   */
  private follow<T>(
    command: string,
    data: object,
    told: (event: T) => void,
    lost?: (refused: Refused) => void,
    began?: () => void,
  ): Unsubscribe {
    let ended = false;
    let turn = 0;
    let timer: number | undefined;
    let leave: (() => Promise<void>) | undefined;
    const subscribe = async (): Promise<void> => {
      const mine = ++turn;
      window.clearTimeout(timer);
      leave = undefined;
      for (let tries = 0; !ended && mine === turn; tries++) {
        try {
          const unsubscribe = await this.connection.subscribeMessage<T>(
            (event) => {
              if (!ended && mine === turn) told(event);
            },
            this.message(command, data),
            { resubscribe: false },
          );
          if (ended || mine !== turn) void unsubscribe().catch(() => undefined);
          else {
            leave = unsubscribe;
            began?.();
          }
          return;
        } catch (error) {
          if (ended || mine !== turn) return;
          lost?.(refused(error));
          const pause = AGAIN[Math.min(tries, AGAIN.length - 1)];
          await new Promise((done) => (timer = window.setTimeout(done, pause)));
        }
      }
    };
    const ready = (): void => void subscribe();
    this.connection.addEventListener("ready", ready);
    void subscribe();
    return () => {
      ended = true;
      window.clearTimeout(timer);
      this.connection.removeEventListener("ready", ready);
      void leave?.().catch(() => undefined);
    };
  }
}
