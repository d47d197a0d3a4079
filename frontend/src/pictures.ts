/** Small pictures: fetched with the page's own sign-in, a few at a time, and only as many kept as a page can show. */

export type Load = (path: string, init?: RequestInit) => Promise<Response>;

/** How many pictures are kept: some screens full. Of a thumbnail's size this is some 10 MB. */
const KEPT = 400;
/** How many are fetched at the same time: Home Assistant makes four at once. */
const AT_ONCE = 6;

/** A picture that somebody shows, or wants to. */
export interface Taken {
  /** Its object URL, `null` where there is no picture. */
  readonly url: Promise<string | null>;
  /** It is no longer shown; what was not fetched yet is not fetched any more. */
  release(): void;
}

interface Picture {
  readonly path: string;
  readonly abort: AbortController;
  readonly url: Promise<string | null>;
  settle: (url: string | null) => void;
  state: "wanted" | "fetched" | "there" | "gone";
  uses: number;
  object: string | null;
}

/** A cache of object URLs: those that are shown, and the last ones that were. */
export class Pictures {
  // In the order of their last use.
  private readonly pictures = new Map<string, Picture>();
  private running = 0;

  constructor(
    private readonly load: Load,
    private readonly limit: number = KEPT,
  ) {}

  /** How many there are now. */
  get size(): number {
    return this.pictures.size;
  }

  take(path: string): Taken {
    const picture = this.pictures.get(path) ?? this.wish(path);
    this.pictures.delete(path);
    this.pictures.set(path, picture);
    picture.uses++;
    this.next();
    let released = false;
    const release = (): void => {
      if (released) return;
      released = true;
      picture.uses--;
      if (picture.uses === 0 && picture.state !== "there") this.drop(picture);
      this.trim();
    };
    return { url: picture.url, release };
  }

  /** Forget all of them. */
  clear(): void {
    for (const picture of this.pictures.values()) this.drop(picture);
  }

  private wish(path: string): Picture {
    let settle: Picture["settle"] = () => undefined;
    const url = new Promise<string | null>((resolve) => (settle = resolve));
    return { path, abort: new AbortController(), url, settle, state: "wanted", uses: 0, object: null };
  }

  private next(): void {
    for (const picture of this.pictures.values()) {
      if (this.running >= AT_ONCE) return;
      if (picture.state === "wanted") void this.fetch(picture);
    }
  }

  private async fetch(picture: Picture): Promise<void> {
    picture.state = "fetched";
    this.running++;
    try {
      const answer = await this.load(picture.path, { signal: picture.abort.signal });
      // That there is none may pass, as that it could not be fetched: it is asked for again when it is next shown.
      if (answer.ok) this.arrived(picture, await answer.blob());
      else this.drop(picture);
    } catch {
      this.drop(picture);
    } finally {
      this.running--;
      this.next();
    }
  }

  private arrived(picture: Picture, blob: Blob): void {
    if (picture.state !== "fetched") return;
    picture.object = URL.createObjectURL(blob);
    picture.state = "there";
    picture.settle(picture.object);
    this.trim();
  }

  private trim(): void {
    for (const picture of this.pictures.values()) {
      if (this.pictures.size <= this.limit) return;
      if (picture.uses === 0) this.drop(picture);
    }
  }

  private drop(picture: Picture): void {
    picture.state = "gone";
    picture.abort.abort();
    picture.settle(null);
    if (this.pictures.get(picture.path) === picture) this.pictures.delete(picture.path);
    if (picture.object !== null) URL.revokeObjectURL(picture.object);
  }
}
