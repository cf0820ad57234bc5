/** Which cells of a grid are chosen; `focus` is where the keyboard is, `anchor` where a range begins. */
export interface Selection {
  chosen: ReadonlySet<number>;
  focus: number;
  anchor: number;
}

export const NONE: Selection = { chosen: new Set(), focus: 0, anchor: 0 };

export type Direction = "left" | "right" | "up" | "down";

/** A click: chooses a cell or lets it go; with shift, all from the last one clicked. */
export function click(selection: Selection, cell: number, shift: boolean): Selection {
  return shift ? extend(selection, cell) : toggle({ ...selection, focus: cell });
}

/** Chooses the focused cell, or lets it go. */
export function toggle({ chosen, focus }: Selection): Selection {
  const changed = new Set(chosen);
  if (!changed.delete(focus)) changed.add(focus);
  return { chosen: changed, focus, anchor: focus };
}

/** Moves the focus in a grid of `count` cells, `columns` wide; `extending` chooses all on the way. */
export function step(selection: Selection, to: Direction, columns: number, count: number, extending: boolean): Selection {
  const by = { left: -1, right: 1, up: -columns, down: columns }[to];
  const focus = selection.focus + by;
  if (focus < 0 || focus >= count) return selection;
  return extending ? extend(selection, focus) : { ...selection, focus, anchor: focus };
}

export function all(selection: Selection, count: number): Selection {
  return { ...selection, chosen: new Set(range(0, count - 1)) };
}

export function none(selection: Selection): Selection {
  return { ...selection, chosen: new Set() };
}

/** Adds cells that a drag went over. */
export function add(selection: Selection, cells: Iterable<number>): Selection {
  return { ...selection, chosen: new Set([...selection.chosen, ...cells]) };
}

/** What an answer is for: the chosen cells, or, if none is chosen, the focused one. */
export function targets({ chosen, focus }: Selection): readonly number[] {
  return chosen.size > 0 ? [...chosen].sort((a, b) => a - b) : [focus];
}

function extend({ chosen, anchor }: Selection, to: number): Selection {
  return { chosen: new Set([...chosen, ...range(Math.min(anchor, to), Math.max(anchor, to))]), focus: to, anchor };
}

function range(first: number, last: number): number[] {
  return Array.from({ length: Math.max(last - first + 1, 0) }, (_, n) => first + n);
}
