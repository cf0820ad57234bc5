import { expect, test } from "vitest";

import { intervalWords, named, rightWords } from "./words";

test("a share is told with what it is of, and with its interval", () => {
  const share = { count: 9, total: 12, share: 0.75, low: 0.468, high: 0.911 };
  expect(rightWords(share)).toBe("75% (9 of 12)");
  expect(intervalWords(share)).toBe("47% to 91%");
});

test("without answers there is nothing to tell", () => {
  const none = { count: 0, total: 0, share: null, low: null, high: null };
  expect([rightWords(none), intervalWords(none)]).toEqual(["–", "–"]);
});

test("an answer is a class, or a set of them", () => {
  expect([named("cat", null), named(null, ["cat", "dog"]), named(null, []), named(null, null)]).toEqual([
    "cat",
    "cat, dog",
    "none of the classes",
    "–",
  ]);
});
