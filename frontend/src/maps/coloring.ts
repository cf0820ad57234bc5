import { t } from "@lingui/core/macro";

import type { MapPoints } from "../api/client";
import { number } from "../language/format";
import { categorical, QUIET, type Shape, SHAPES, sequential } from "./palette";

export type Mode = "class" | "cycle" | "loss" | "confidence";

/** Points that look alike, and what the legend says of them. */
export interface Group {
  label: string;
  color: string;
  shape: Shape;
  count: number;
  /** Lies beneath the others: nothing is known of its points. */
  quiet: boolean;
}

export interface Coloring {
  groups: Group[];
  /** For each point the position of its group. */
  of: Int16Array;
}

const BINS = 7;

/** How the points are coloured. What is known is told by the legend in words and counts, too. */
export function coloringOf(mode: Mode, points: MapPoints, classes: readonly { name: string }[], dark: boolean): Coloring {
  if (mode === "class") return byClass(points, classes, dark);
  if (mode === "cycle") return byCycle(points, dark);
  return byValue(points[mode], dark);
}

/** By what the points can be coloured: not by what is known of none. */
export function modesOf(points: MapPoints): Mode[] {
  const known: [Mode, readonly unknown[]][] = [
    ["class", points.classes],
    ["cycle", points.cycle],
    ["loss", points.loss],
    ["confidence", points.confidence],
  ];
  return known.filter(([, column]) => column.some((value) => value !== null)).map(([mode]) => mode);
}

function byClass({ classes: said }: MapPoints, classes: readonly { name: string }[], dark: boolean): Coloring {
  const names = [...classes.map(({ name }) => name), t`several classes`, t`none of the classes`];
  const places = said.map((positions) => {
    if (positions === null) return null;
    if (positions.length === 1) return positions[0] ?? null;
    return positions.length === 0 ? classes.length + 1 : classes.length;
  });
  return grouped(places, names, t`no label`, (place) => ({
    color: categorical(place, dark),
    shape: SHAPES[Math.floor(place / 8) % SHAPES.length] ?? "circle",
  }));
}

function byCycle({ cycle }: MapPoints, dark: boolean): Coloring {
  const last = Math.max(1, ...cycle.map((one) => one ?? 0));
  const names = Array.from({ length: last }, (_, place) => t`cycle ${{ number: place + 1 }}`);
  const places = cycle.map((one) => (one === null ? null : one - 1));
  return grouped(places, names, t`not asked yet`, (place) => ({
    color: sequential(last === 1 ? 0.5 : place / (last - 1), dark),
    shape: SHAPES[place % SHAPES.length] ?? "circle",
  }));
}

/** In steps of equal width between the 2nd and 98th percentile; what lies beyond is in the outer steps. */
function byValue(values: readonly (number | null)[], dark: boolean): Coloring {
  const known = values.filter((value) => value !== null).toSorted((a, b) => a - b);
  const at = (share: number) => known[Math.round(share * (known.length - 1))] ?? 0;
  const [low, high] = [at(0.02), at(0.98)];
  const width = (high - low) / BINS;
  const bin = (value: number) => (width > 0 ? Math.min(BINS - 1, Math.max(0, Math.floor((value - low) / width))) : 0);
  // As many digits as tell one step from the next.
  const digits = width > 0 ? Math.min(6, Math.max(0, 1 - Math.floor(Math.log10(width)))) : 2;
  const said = (value: number) => number(value, { maximumFractionDigits: digits });
  const names = Array.from({ length: BINS }, (_, place) => {
    const [from, to] = [said(low + place * width), said(low + (place + 1) * width)];
    if (place === 0) return t`up to ${{ value: to }}`;
    return place === BINS - 1 ? t`from ${{ value: from }} on` : t`${from} to ${to}`;
  });
  const places = values.map((value) => (value === null ? null : bin(value)));
  return grouped(places, names, t`unknown`, (place) => ({ color: sequential(place / (BINS - 1), dark), shape: "circle" }));
}

/** Groups that have points, those of which nothing is known last. */
function grouped(
  places: readonly (number | null)[],
  names: readonly string[],
  unknown: string,
  look: (place: number) => Pick<Group, "color" | "shape">,
): Coloring {
  const counts = new Map<number | null, number>();
  for (const place of places) counts.set(place, (counts.get(place) ?? 0) + 1);
  const used = names.map((_, place) => place).filter((place) => counts.has(place));
  const groups: Group[] = used.map((place) => ({
    label: names[place] ?? "",
    count: counts.get(place) ?? 0,
    quiet: false,
    ...look(place),
  }));
  const without = counts.get(null);
  if (without) groups.push({ label: unknown, count: without, quiet: true, color: QUIET, shape: "circle" });
  const position = new Map<number | null, number>(used.map((place, index) => [place, index]));
  return { groups, of: Int16Array.from(places, (place) => position.get(place) ?? groups.length - 1) };
}
