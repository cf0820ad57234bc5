import type { Cycle } from "../api/client";

/** Lines that one chart can hold. */
export const MOST_LINES = 10;

export interface Recalls {
  /** One point a measured cycle: its number, and the recall (0..100) of each class by the class's place in `names`. */
  points: { cycle: number; recalls: (number | null)[] }[];
  names: string[];
  /** Classes that are left out: they have a higher recall than those shown. */
  hidden: number;
}

/** The recall of each class of the newest model over all cycles; of too many classes, the lowest. */
export function recallsOf(cycles: readonly Cycle[], most = MOST_LINES): Recalls {
  const measured = cycles.flatMap(({ number, model }) => (model?.metrics ? [{ number, classes: model.metrics.per_class }] : []));
  const newest = (measured.at(-1)?.classes ?? []).flatMap(({ name, recall }) => (recall === null ? [] : [{ name, recall }]));
  const lowest = new Set(newest.toSorted((a, b) => a.recall - b.recall).slice(0, most).map(({ name }) => name));
  const names = newest.map(({ name }) => name).filter((name) => lowest.has(name));
  return {
    names,
    hidden: newest.length - names.length,
    points: measured.map(({ number, classes }) => {
      const known = new Map(classes.map(({ name, recall }) => [name, recall]));
      return { cycle: number, recalls: names.map((name) => percentage(known.get(name))) };
    }),
  };
}

function percentage(recall: number | null | undefined): number | null {
  return recall === null || recall === undefined ? null : 100 * recall;
}
