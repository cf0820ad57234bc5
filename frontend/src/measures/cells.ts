/** What a confusion matrix shows of itself: rows are true classes, columns predicted ones. */
export interface Cell {
  row: number;
  column: number;
  count: number;
}

/** Classes that the matrix shows at once; more would be unreadable. */
export const MOST_CLASSES = 40;

/** The classes to show, by their order: all, or those with the most mistakes. */
export function shownClasses(counts: readonly (readonly number[])[], most = MOST_CLASSES): number[] {
  const all = counts.map((_, place) => place);
  if (all.length <= most) return all;
  const mistakes = all.map((place) =>
    all.reduce((sum, other) => sum + (other === place ? 0 : at(counts, place, other) + at(counts, other, place)), 0),
  );
  return all
    .toSorted((a, b) => (mistakes[b] ?? 0) - (mistakes[a] ?? 0) || a - b)
    .slice(0, most)
    .toSorted((a, b) => a - b);
}

/** The most frequent mistake, where the eye and the keyboard begin; null if there is none. */
export function worstMistake(counts: readonly (readonly number[])[], shown: readonly number[]): Cell | null {
  let worst: Cell | null = null;
  for (const row of shown) {
    for (const column of shown) {
      const count = row === column ? 0 : at(counts, row, column);
      if (count > (worst?.count ?? 0)) worst = { row, column, count };
    }
  }
  return worst;
}

/** The share of a true class's images that a cell holds, 0..1. */
export function shareOfRow(counts: readonly (readonly number[])[], row: number, column: number): number {
  const total = (counts[row] ?? []).reduce((sum, count) => sum + count, 0);
  return total > 0 ? at(counts, row, column) / total : 0;
}

/** Where an arrow key leads from a cell; null for other keys. Positions are those on the screen. */
export function step(key: string, row: number, column: number, size: number): [number, number] | null {
  const moves: Record<string, [number, number]> = {
    ArrowUp: [row - 1, column],
    ArrowDown: [row + 1, column],
    ArrowLeft: [row, column - 1],
    ArrowRight: [row, column + 1],
    Home: [row, 0],
    End: [row, size - 1],
  };
  const to = moves[key];
  return to ? [inside(to[0], size), inside(to[1], size)] : null;
}

export function at(counts: readonly (readonly number[])[], row: number, column: number): number {
  return counts[row]?.[column] ?? 0;
}

function inside(place: number, size: number): number {
  return Math.min(size - 1, Math.max(0, place));
}
