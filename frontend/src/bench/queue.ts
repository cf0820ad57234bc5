import type { Assignment } from "../api/client";

/** One image on the bench, and what became of it. */
export interface Item {
  assignment: Assignment;
  answer: string | null;
  skipped: boolean;
  /** `saving` covers waiting for its turn and retries; `saved` is what the server has. */
  save: "none" | "saving" | "saved" | "refused";
}

/** The images an annotator holds, in the order they were shown; `at` is the one on the screen. */
export interface Queue {
  items: readonly Item[];
  at: number;
}

export const EMPTY: Queue = { items: [], at: 0 };

/** Adds images that were handed out; those that are here already (by image, too) stay as they are. */
export function receive(queue: Queue, assignments: readonly Assignment[]): Queue {
  const known = new Set(queue.items.map((item) => item.assignment.id));
  const fresh = assignments
    .filter((assignment) => !known.has(assignment.id))
    .map((assignment): Item => ({ assignment, answer: null, skipped: false, save: "none" }));
  return fresh.length > 0 ? { ...queue, items: [...queue.items, ...fresh] } : queue;
}

export function current(queue: Queue): Item | undefined {
  return queue.items[queue.at];
}

/** The images after the current one: to be loaded before they are shown. */
export function upcoming(queue: Queue): readonly Item[] {
  return queue.items.slice(queue.at + 1);
}

export function answer(queue: Queue, name: string): Queue {
  return change(queue, queue.at, { answer: name, skipped: false, save: "saving" }, 1);
}

export function skip(queue: Queue): Queue {
  return change(queue, queue.at, { skipped: true, save: "saving" }, 1);
}

/** Back to the image before, whose answer can then be given again. */
export function undo(queue: Queue): Queue {
  return queue.at > 0 ? { ...queue, at: queue.at - 1 } : queue;
}

export function saved(queue: Queue, assignment: string, how: Item["save"]): Queue {
  return change(queue, queue.items.findIndex((item) => item.assignment.id === assignment), { save: how }, 0);
}

export function unsaved(queue: Queue): number {
  return queue.items.filter((item) => item.save === "saving").length;
}

function change(queue: Queue, place: number, part: Partial<Item>, step: number): Queue {
  if (!queue.items[place]) return queue;
  const items = queue.items.map((item, index) => (index === place ? { ...item, ...part } : item));
  return { items, at: queue.at + step };
}
