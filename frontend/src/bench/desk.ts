import type { Assignment } from "../api/client";
import type { Outbox, Told } from "./outbox";
import { ahead, measured, type Pace, UNKNOWN } from "./pace";
import { answerWords } from "./answerWords";
import { EMPTY, enterCycle, isAnswered, isSaid, keepHeld, type Mark, receive, refuse, type Session, unsaid, waiting } from "./session";

/** What the desk asks of the server. */
export interface Server {
  lease(limit: number): Promise<readonly Assignment[]>;
  /** Renews leases; answers those that are still held. */
  renew(ids: readonly string[]): Promise<readonly string[]>;
  /** Gives images back; may be called while the page is closing. */
  release(ids: readonly string[]): void;
}

export interface DeskState {
  session: Session;
  /** Whether images were asked for and have not come yet. */
  asking: boolean;
  /** The last time there were none; until more come, asking again is not worth showing. */
  empty: boolean;
  /** Why they do not come. */
  trouble: unknown;
  /** How many answers were given on this page and not taken back or refused. */
  given: number;
}

const SPOKEN = ["answer", "set", "skip", "flagged", "note"] as const; // what is only chosen is not said yet
const AT_ONCE = 100; // what the API leases in one call
const AGAIN_MS = 3000;
const LOOK_MS = 10_000;
const IDLE_MS = 30 * 60_000; // who does nothing for so long is away, and others may have the images

/** An annotator's place: the session, the leases behind it, and the way of answers to the outbox. */
export class Desk {
  state: DeskState = { session: EMPTY, asking: false, empty: false, trouble: null, given: 0 };
  private pace: Pace = UNKNOWN;
  private cycle: string | null = null;
  private dry = false;
  private closed = false;
  private acted = Date.now();
  private shown = performance.now();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<() => void>();

  constructor(
    readonly project: string,
    private readonly outbox: Pick<Outbox, "add" | "unsent" | "state">,
    private readonly server: Server,
  ) {}

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };

  /** An act of the person: what it says about images goes to the outbox. */
  act(change: (session: Session) => Session): void {
    const before = this.state.session;
    const after = change(before);
    if (after === before) return;
    this.acted = Date.now();
    const changed = differences(before, after);
    const more = changed.reduce((sum, [was, { mark }]) => sum + Number(isAnswered(mark)) - Number(isAnswered(was)), 0);
    this.set({ session: after, given: this.state.given + more });
    const said = changed.filter(([was, now]) => speaks(was, now.mark));
    const elapsed = (performance.now() - this.shown) / Math.max(said.length, 1);
    for (const [, { assignment, mark }] of said) {
      const elapsedMs = isSaid(mark) ? elapsed : null;
      this.outbox.add({ project: this.project, assignment: assignment.id, mark, elapsedMs });
      if (isSaid(mark)) this.measure("answers", elapsed);
    }
    if (said.length > 0 || before.at !== after.at) this.shown = performance.now();
    void this.refill();
  }

  /** What the server said to answers. */
  hear(told: readonly Told[]): void {
    for (const { entry, refused } of told) {
      if (!refused || entry.project !== this.project) continue;
      const open = refused.code !== "cycle_not_open" && this.cycle !== null;
      const what = answerWords(entry.mark) ?? (entry.mark.skip === null ? "undo" : "skip");
      const given = this.state.given - Number(isAnswered(entry.mark));
      this.set({ session: refuse(this.state.session, entry.assignment, open, what, refused.message), given });
    }
  }

  /** The cycle whose queue is open; also to be told when something changed in it. */
  enter(cycle: string | null): void {
    if (cycle !== this.cycle) this.set({ empty: false });
    this.cycle = cycle;
    this.dry = false;
    const session = enterCycle(this.state.session, cycle);
    if (session !== this.state.session) this.set({ session });
    void this.refill();
  }

  measure(what: keyof Pace, ms: number): void {
    this.pace = measured(this.pace, what, ms);
  }

  /** Leases more images when fewer are left than the pace asks for. */
  async refill(): Promise<void> {
    const { session, asking } = this.state;
    if (asking || this.dry || this.closed || this.cycle === null) return;
    const wanted = ahead(this.pace) + (session.span > 1 ? 2 * session.span : 0);
    const left = waiting(session).length;
    if (left > 0.75 * wanted) return;
    clearTimeout(this.timer);
    this.set({ asking: true });
    const begun = performance.now();
    try {
      // Images that are held already come first, those whose answers are on their way among them.
      const limit = unsaid(session).length + this.outbox.state.unsent + wanted - left;
      const leased = await this.server.lease(Math.min(limit, AT_ONCE));
      if (this.isClosed()) {
        this.server.release(leased.map((one) => one.id));
        this.set({ asking: false });
        return;
      }
      this.measure("leases", performance.now() - begun);
      const unsent = await this.outbox.unsent(this.project);
      const before = this.state.session;
      const after = receive(before, leased.filter((one) => one.cycle_id === this.cycle), unsent);
      this.dry = unsaid(after).length === unsaid(before).length;
      if (unsaid(before).length === 0) this.shown = performance.now();
      this.set({ session: after, asking: false, empty: this.dry, trouble: null });
      // Nothing tells that somebody gave images back: look now and then.
      if (this.dry) this.later(LOOK_MS);
      else void this.refill();
    } catch (trouble) {
      this.set({ asking: false, trouble });
      this.later(AGAIN_MS);
    }
  }

  /** Renews the leases of a person who is there; what was lost meanwhile goes. */
  async renew(): Promise<void> {
    const asked = unsaid(this.state.session).map((item) => item.assignment.id);
    if (asked.length === 0 || this.closed || Date.now() - this.acted > IDLE_MS) return;
    try {
      const held = await this.server.renew(asked);
      this.set({ session: keepHeld(this.state.session, new Set(asked), new Set(held)) });
      void this.refill();
    } catch {
      // The next time will do: an answer to an image whose lease ended is kept all the same.
    }
  }

  /** Somebody is at the desk again. */
  awake(): void {
    this.acted = Date.now();
    this.dry = false;
    void this.renew();
    void this.refill();
  }

  /** The page goes away: others may have what is unanswered. */
  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    const ids = unsaid(this.state.session).map((item) => item.assignment.id);
    if (ids.length > 0) this.server.release(ids);
  }

  /** The page came back as it was left. */
  reopen(): void {
    if (!this.closed) return;
    this.closed = false;
    this.set({ session: enterCycle(this.state.session, null) });
    this.enter(this.cycle);
  }

  // Asked anew after a wait, when it may have become another.
  private isClosed(): boolean {
    return this.closed;
  }

  private later(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.dry = false;
      void this.refill();
    }, ms);
  }

  private set(part: Partial<DeskState>): void {
    this.state = { ...this.state, ...part };
    for (const listener of this.listeners) listener();
  }
}

function differences(before: Session, after: Session): [Mark, Session["items"][number]][] {
  const marks = new Map(before.items.map((item) => [item.key, item.mark]));
  return after.items.flatMap((item) => {
    const was = marks.get(item.key);
    return was && was !== item.mark ? [[was, item] as [Mark, typeof item]] : [];
  });
}

/** Whether a change is one for the server: a flag on an image without an answer goes with the answer. */
function speaks(was: Mark, now: Mark): boolean {
  if (!isSaid(was) && !isSaid(now)) return false;
  return SPOKEN.some((part) => was[part] !== now[part]);
}
