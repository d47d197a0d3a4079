import { refusal, thumbnail, type Api, type HeldItem, type Hold } from "../api";
import type { GridItem } from "../grid";
import { straight, type Words } from "../words";

/** What is asked for at once. */
const PAGE = 500;

/** Who shows held photos: told of every change of them. */
interface Host {
  readonly api: Api;
  readonly words: Words;
  requestUpdate(): void;
}

/** The photos of a question as they were first shown, page by page: what joined since is not among them. */
export class HeldPhotos {
  /** As a grid shows them. */
  grid: readonly GridItem[] = [];
  loading = false;
  failed: string | undefined;
  private next: string | null = null;
  private there = new Set<string>();
  private asked = 0;

  constructor(private readonly host: Host) {}

  /** Whether there are more than were fetched. */
  get more(): boolean {
    return this.next !== null || this.unseen;
  }

  /** Whether even the first of them could not be fetched: nobody knows what an answer would be about. */
  get unseen(): boolean {
    return this.failed !== undefined && this.there.size === 0;
  }

  /** The names of those that were fetched. */
  get items(): ReadonlySet<string> {
    return this.there;
  }

  /** Show those of this question from the first on, or none. */
  begin(hold: Hold | undefined): void {
    this.asked++;
    this.grid = [];
    this.there = new Set();
    this.next = null;
    this.loading = false;
    this.failed = undefined;
    if (hold !== undefined) void this.page(hold);
  }

  /** Fetch the next page; return whether it came. */
  async page(hold: Hold): Promise<boolean> {
    if (this.loading) return false;
    return await this.fetching(async (current) => {
      const page = await this.host.api.heldItems(hold, asking(this.next));
      if (!current()) return;
      // One that was moved meanwhile may come again.
      this.keep(hold, page.items.filter((one) => one.revision <= hold.revision && !this.there.has(one.item)));
      this.next = page.next;
    });
  }

  /** Fetch all pages; return whether they came. */
  async all(hold: Hold): Promise<boolean> {
    while (this.more) if (!(await this.page(hold))) return false;
    return true;
  }

  /** Fetch what was there anew, and put it in place at once: nothing flickers. Return whether that was done. */
  async again(hold: Hold): Promise<boolean> {
    const many = this.there.size;
    this.asked++;
    return await this.fetching(async (current) => {
      const items: HeldItem[] = [];
      let next: string | null = null;
      do {
        const page = await this.host.api.heldItems(hold, asking(next));
        if (!current()) return;
        items.push(...page.items.filter((one) => one.revision <= hold.revision));
        next = page.next;
      } while (next !== null && items.length < Math.max(many, 1));
      this.grid = [];
      this.there = new Set();
      this.keep(hold, items);
      this.next = next;
    });
  }

  /** Do `work` while it is shown that something is fetched; return whether it ended, and nothing else was begun. */
  private async fetching(work: (current: () => boolean) => Promise<void>): Promise<boolean> {
    const mine = this.asked;
    const current = (): boolean => mine === this.asked;
    this.loading = true;
    this.host.requestUpdate();
    try {
      await work(current);
      // What failed before stays said until then, lest it comes and goes with each attempt.
      if (current()) this.failed = undefined;
      return current();
    } catch (error) {
      if (current()) this.failed = refusal(error, this.host.words);
      return false;
    } finally {
      if (current()) this.loading = false;
      this.host.requestUpdate();
    }
  }

  private keep(hold: Hold, items: readonly HeldItem[]): void {
    const { words } = this.host;
    const added = items.map((item) => ({
      key: item.item,
      picture: thumbnail(hold.entry_id, "held", item.item),
      title: item.path ?? words.t("no_file"),
      note: [straight(item.folder ?? ""), item.size === null ? null : words.bytes(item.size)].filter((one) => one).join(" · "),
      video: item.is_video,
    }));
    this.grid = [...this.grid, ...added];
    for (const item of items) this.there.add(item.item);
  }
}

function asking(next: string | null): { after?: string; limit: number } {
  return { limit: PAGE, ...(next === null ? {} : { after: next }) };
}
