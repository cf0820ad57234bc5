/** A picture that can be shown at once: fetched and decoded. */
export interface Ready {
  element: HTMLImageElement;
  /** When it was, on the clock of `performance.now()`. */
  readyAt: number;
}

type Load = (url: string) => Promise<HTMLImageElement>;

const LANES = 6; // browsers load no more at once from one server over HTTP/1.1
const AGAIN_MS = 2000;
const NEAREST = 4;

/**
 * The pictures that are wanted now, nearest first; all others are let go. Each is fetched and decoded
 * before it is on the screen, so that showing it takes one frame.
 */
export class Pictures {
  private wanted: readonly string[] = [];
  private readonly ready = new Map<string, Ready>();
  private readonly loading = new Set<string>();
  private readonly failed = new Set<string>();
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly took: (ms: number) => void = () => undefined,
    private readonly load: Load = decoded,
    private readonly freshen: (element: HTMLImageElement) => void = redecoded,
  ) {}

  want(urls: readonly string[]): void {
    this.wanted = [...new Set(urls)];
    const wanted = new Set(this.wanted);
    for (const url of this.ready.keys()) if (!wanted.has(url)) this.ready.delete(url);
    for (const url of this.wanted.slice(0, NEAREST)) {
      const near = this.ready.get(url);
      if (near) this.freshen(near.element);
    }
    this.next();
  }

  get(url: string): Ready | undefined {
    return this.ready.get(url);
  }

  /** Whether it could not be loaded; it is tried again while it is wanted. */
  isBroken(url: string): boolean {
    return this.failed.has(url);
  }

  /** Tries at once what failed: the line is up again. */
  retry(): void {
    this.failed.clear();
    this.next();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };

  private next(): void {
    for (const url of this.wanted) {
      if (this.loading.size >= LANES) return;
      if (!this.ready.has(url) && !this.loading.has(url) && !this.failed.has(url)) void this.fetch(url);
    }
  }

  private async fetch(url: string): Promise<void> {
    this.loading.add(url);
    const begun = performance.now();
    try {
      const element = await this.load(url);
      const readyAt = performance.now();
      this.took(readyAt - begun);
      if (this.wanted.includes(url)) this.ready.set(url, { element, readyAt });
    } catch {
      this.failed.add(url);
      setTimeout(() => {
        if (this.failed.delete(url)) this.next();
      }, AGAIN_MS);
    }
    this.loading.delete(url);
    for (const listener of this.listeners) listener();
    this.next();
  }
}

async function decoded(url: string): Promise<HTMLImageElement> {
  const element = new Image();
  element.decoding = "sync";
  element.src = url;
  await element.decode();
  return element;
}

/** Browsers let go of pixels that were decoded long ago; decoding what is still there costs nothing. */
function redecoded(element: HTMLImageElement): void {
  element.decode().catch(() => undefined);
}
