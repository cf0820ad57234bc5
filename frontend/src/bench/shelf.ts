import { type DBSchema, openDB } from "idb";

import type { Mark } from "./session";

/** An answer that the server may not have yet. */
export interface Entry {
  user: string;
  project: string;
  assignment: string;
  mark: Mark;
  elapsedMs: number | null;
}

export interface Kept extends Entry {
  seq: number;
}

/** Where answers wait, in the order they were given. */
export interface Shelf {
  /** Whether it outlives the page. */
  readonly lasts: boolean;
  add(entry: Entry): Promise<void>;
  /** The oldest entries of a person. */
  first(user: string, limit: number): Promise<Kept[]>;
  remove(seqs: readonly number[]): Promise<void>;
  count(user: string): Promise<number>;
}

interface Tables extends DBSchema {
  answers: { key: number; value: Entry | Kept; indexes: { user: string } };
}

/** The browser's IndexedDB, or, where it is shut, this tab's memory. */
export async function openShelf(): Promise<Shelf> {
  try {
    const db = await openDB<Tables>("nextbatch", 1, {
      upgrade(fresh) {
        const answers = fresh.createObjectStore("answers", { keyPath: "seq", autoIncrement: true });
        answers.createIndex("user", "user");
      },
    });
    return {
      lasts: true,
      add: async (entry) => {
        const change = db.transaction("answers", "readwrite");
        const added = change.store.add(entry);
        change.commit(); // from here on it is kept, even if the page goes before it hears so
        await Promise.all([added, change.done]);
      },
      first: async (user, limit) =>
        (await db.getAllFromIndex("answers", "user", user, Math.min(limit, 2 ** 32 - 1))) as Kept[],
      remove: async (seqs) => {
        const change = db.transaction("answers", "readwrite");
        await Promise.all([...seqs.map((seq) => change.store.delete(seq)), change.done]);
      },
      count: (user) => db.countFromIndex("answers", "user", user),
    };
  } catch {
    return memoryShelf();
  }
}

export function memoryShelf(): Shelf {
  let entries: Kept[] = [];
  let seq = 0;
  const of = (user: string) => entries.filter((entry) => entry.user === user);
  return {
    lasts: false,
    add: (entry) => {
      entries = [...entries, { ...entry, seq: (seq += 1) }];
      return Promise.resolve();
    },
    first: (user, limit) => Promise.resolve(of(user).slice(0, limit)),
    remove: (seqs) => {
      entries = entries.filter((entry) => !seqs.includes(entry.seq));
      return Promise.resolve();
    },
    count: (user) => Promise.resolve(of(user).length),
  };
}
