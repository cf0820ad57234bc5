import { expect, test } from "vitest";

import { add, all, click, NONE, none, type Selection, step, targets, toggle } from "./selection";

const chosen = (selection: Selection) => [...selection.chosen].sort((a, b) => a - b);

test("a click chooses, another lets go", () => {
  const two = click(click(NONE, 3, false), 5, false);
  expect(chosen(two)).toEqual([3, 5]);
  expect(chosen(click(two, 3, false))).toEqual([5]);
});

test("a click with shift chooses all from the last click on, either way", () => {
  expect(chosen(click(click(NONE, 4, false), 7, true))).toEqual([4, 5, 6, 7]);
  expect(chosen(click(click(NONE, 4, false), 2, true))).toEqual([2, 3, 4]);
});

test("arrows move the focus within the grid, with shift they choose", () => {
  const down = step(step(NONE, "down", 5, 12, false), "right", 5, 12, false);
  expect(down.focus).toBe(6);
  expect(step(down, "down", 5, 11, false).focus).toBe(6); // below it there is no cell
  expect(step(NONE, "up", 5, 12, false).focus).toBe(0);
  expect(chosen(step(down, "right", 5, 12, true))).toEqual([6, 7]);
});

test("an answer is for the chosen cells, else for the focused one", () => {
  expect(targets(step(NONE, "right", 5, 12, false))).toEqual([1]);
  expect(targets(toggle(step(toggle(NONE), "right", 5, 12, false)))).toEqual([0, 1]);
  expect(targets(all(NONE, 3))).toEqual([0, 1, 2]);
  expect(targets(none(all(NONE, 3)))).toEqual([0]);
});

test("a drag adds what it goes over", () => {
  expect(chosen(add(click(NONE, 1, false), [4, 5]))).toEqual([1, 4, 5]);
});
