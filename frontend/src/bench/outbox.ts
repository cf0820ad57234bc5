import { t } from "@lingui/core/macro";

import { ApiError } from "../api/errors";
import type { Mark } from "./session";
import type { Entry, Kept, Shelf } from "./shelf";

/** What became of an entry: kept by the server, or refused with a reason. */
export interface Told {
  entry: Kept;
  refused: ApiError | null;
}

export interface OutboxState {
  /** Answers that the server does not have yet. */
  unsent: number;
  /** `away`: the server cannot be reached; `signed-out`: somebody has to sign in again first. */
  line: "up" | "away" | "signed-out";
}

/** Sends entries of one project; what became of each, in their order. Throws if none was dealt with. */
export type Deliver = (batch: readonly Kept[]) => Promise<readonly (ApiError | null)[]>;

export interface Surroundings {
  /** One tab at a time sends, so that what two tabs hold of one person goes out once and in order. */
  alone: <T>(work: () => Promise<T>) => Promise<T>;
  /** Tells the other tabs what became of entries, and hears it from them. */
  channel: { post: (told: readonly Told[]) => void; listen: (hear: (told: readonly Told[]) => void) => void } | null;
  pauseMs: number;
}

const MOST = 50;
const LONGEST_PAUSE = 16_000;

/** One person's answers on their way: on the shelf until the server has them, sent in order. */
export class Outbox {
  state: OutboxState = { unsent: 0, line: "up" };
  private readonly listeners = new Set<(told: readonly Told[]) => void>();
  private writes: Promise<unknown> = Promise.resolve();
  private writing = 0;
  private working = false;
  private stopped = false;
  private again = false;
  private size = MOST;
  private pauseMs: number;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly user: string,
    private readonly shelf: Shelf,
    private readonly deliver: Deliver,
    private readonly around: Surroundings,
  ) {
    this.pauseMs = around.pauseMs;
    around.channel?.listen((told) => {
      void this.counted().then(() => {
        this.tell(told);
      });
    });
  }

  /** Takes an answer; it is on its way, and outlives the page, when this returns and a moment passed. */
  add(entry: Omit<Entry, "user">): void {
    const kept = { ...entry, user: this.user };
    this.set({ unsent: this.state.unsent + 1 });
    this.writing += 1;
    // At once, without waiting for earlier ones: the shelf keeps them in this order, and the page may go any moment.
    const written = this.shelf
      .add(kept)
      .catch(() => {
        const refused = new ApiError(0, "not_kept", t`This browser could not keep the answer.`);
        this.tell([{ entry: { ...kept, seq: 0 }, refused }]);
      })
      .then(() => {
        this.writing -= 1;
      });
    this.writes = Promise.all([this.writes, written]);
    void this.kick();
  }

  /** The newest unsent mark of each assignment of a project. */
  async unsent(project: string): Promise<Map<string, Mark>> {
    await this.writes;
    const entries = await this.shelf.first(this.user, Number.MAX_SAFE_INTEGER);
    return new Map(entries.filter((e) => e.project === project).map((e) => [e.assignment, e.mark]));
  }

  /** Tries now what waits: after an answer, or when the line may be up again. */
  async kick(): Promise<void> {
    clearTimeout(this.timer);
    if (this.stopped) return;
    if (this.working) {
      this.again = true;
      return;
    }
    this.working = true;
    try {
      await this.counted();
      while (await this.around.alone(() => this.sendSome()));
    } finally {
      this.working = false;
    }
    // What came while the last look was under way.
    if (this.again) {
      this.again = false;
      if (this.state.line === "up") await this.kick();
    }
  }

  /** Somebody else is signed in now: what is left here waits for this person. */
  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  subscribe(listener: (told: readonly Told[]) => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /** Sends the next entries; true if there may be more to send now. */
  private async sendSome(): Promise<boolean> {
    await this.writes;
    const batch = ofOneProject(await this.shelf.first(this.user, this.size));
    if (this.stopped) return false;
    if (batch.length === 0) {
      await this.counted("up");
      return false;
    }
    let results: readonly (ApiError | null)[];
    try {
      results = await this.deliver(batch);
      this.size = MOST;
    } catch (error) {
      if (!isFinal(error)) {
        this.rest(error);
        return false;
      }
      if (batch.length > 1) {
        this.size = 1; // one of them spoils the whole: which one, shows when they are sent singly
        return true;
      }
      results = [error];
    }
    await this.shelf.remove(batch.map((entry) => entry.seq));
    this.pauseMs = this.around.pauseMs;
    await this.counted("up");
    const told = batch.map((entry, place) => ({ entry, refused: results[place] ?? null }));
    this.around.channel?.post(told);
    this.tell(told);
    return true;
  }

  private rest(error: unknown): void {
    const signedOut = error instanceof ApiError && (error.status === 401 || error.code === "not_your_answers");
    this.set({ line: signedOut ? "signed-out" : "away" });
    if (this.stopped) return;
    this.timer = setTimeout(() => void this.kick(), this.pauseMs);
    this.pauseMs = Math.min(this.pauseMs * 2, LONGEST_PAUSE);
  }

  private async counted(line = this.state.line): Promise<void> {
    await this.writes; // what is on the shelf already is not to be counted as on its way to it, too
    const unsent = (await this.shelf.count(this.user)) + this.writing;
    if (unsent !== this.state.unsent || line !== this.state.line) this.set({ unsent, line });
  }

  private set(part: Partial<OutboxState>): void {
    this.state = { ...this.state, ...part };
    this.tell([]);
  }

  private tell(told: readonly Told[]): void {
    for (const listener of this.listeners) listener(told);
  }
}

function ofOneProject(entries: readonly Kept[]): readonly Kept[] {
  const other = entries.findIndex((entry) => entry.project !== entries[0]?.project);
  return other < 0 ? entries : entries.slice(0, other);
}

/** A refusal is final; a server that is away, busy or asks to sign in is not. */
function isFinal(error: unknown): error is ApiError {
  if (!(error instanceof ApiError) || error.code === "not_your_answers") return false;
  return error.status >= 400 && error.status < 500 && ![401, 408, 429].includes(error.status);
}
