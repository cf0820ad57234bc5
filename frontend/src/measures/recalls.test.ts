import { expect, test } from "vitest";

import type { Cycle } from "../api/client";
import { recallsOf } from "./recalls";

const cycle = (number: number, recalls?: Record<string, number | null>) =>
  ({
    number,
    model: recalls
      ? { metrics: { per_class: Object.entries(recalls).map(([name, recall]) => ({ name, recall, count: 1 })) } }
      : null,
  }) as Cycle;

test("each measured cycle is a point, in per cent", () => {
  const found = recallsOf([cycle(1, { cat: 0.5, dog: 0.25 }), cycle(2), cycle(3, { cat: 0.75, dog: 1 })]);
  expect(found.names).toEqual(["cat", "dog"]);
  expect(found.points).toEqual([
    { cycle: 1, recalls: [50, 25] },
    { cycle: 3, recalls: [75, 100] },
  ]);
});

test("of too many classes the lowest ones are shown, in their order", () => {
  const found = recallsOf([cycle(1, { a: 0.9, b: 0.1, c: 0.2 })], 2);
  expect(found.names).toEqual(["b", "c"]);
  expect(found.hidden).toBe(1);
});

test("a class that an earlier model did not know has no point there", () => {
  expect(recallsOf([cycle(1, { cat: 0.5 }), cycle(2, { cat: 0.5, owl: 1 })]).points[0]?.recalls).toEqual([50, null]);
});

test("a class without held-out images has no line", () => {
  expect(recallsOf([cycle(1, { cat: 0.5, owl: null })]).names).toEqual(["cat"]);
});
