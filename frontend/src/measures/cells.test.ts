import { expect, test } from "vitest";

import { shareOfRow, shownClasses, step, worstMistake } from "./cells";

const COUNTS = [
  [5, 1, 0],
  [3, 4, 0],
  [0, 0, 0],
];

test("all classes are shown while they fit", () => {
  expect(shownClasses(COUNTS)).toEqual([0, 1, 2]);
});

test("of too many classes those with mistakes are shown, in their order", () => {
  const counts = [
    [9, 0, 0],
    [0, 7, 2],
    [0, 1, 8],
  ];
  expect(shownClasses(counts, 2)).toEqual([1, 2]);
});

test("the worst mistake is the largest cell off the diagonal", () => {
  expect(worstMistake(COUNTS, [0, 1, 2])).toEqual({ row: 1, column: 0, count: 3 });
});

test("a model without mistakes has no worst one", () => {
  expect(worstMistake([[5, 0], [0, 5]], [0, 1])).toBeNull();
});

test("a cell's share is that of its true class; a class without images has none", () => {
  expect(shareOfRow(COUNTS, 1, 0)).toBeCloseTo(3 / 7);
  expect(shareOfRow(COUNTS, 2, 2)).toBe(0);
});

test("arrows move by one cell and stop at the border", () => {
  expect(step("ArrowDown", 0, 1, 3)).toEqual([1, 1]);
  expect(step("ArrowUp", 0, 1, 3)).toEqual([0, 1]);
  expect(step("End", 1, 0, 3)).toEqual([1, 2]);
  expect(step("a", 1, 0, 3)).toBeNull();
});
