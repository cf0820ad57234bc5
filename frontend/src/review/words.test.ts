import { expect, test } from "vitest";

import type { ReviewItem } from "../api/client";
import { coefficient, remaining, returnKey, took } from "./words";

test("durations are told in seconds, and in minutes where they are long", () => {
  expect(took(940)).toBe("0.9 sec");
  expect(took(125_000)).toBe("2 min");
});

test("a coefficient without a meaning is a dash", () => {
  expect(coefficient(null)).toBe("–");
  expect(coefficient(0.4567)).toBe("0.46");
});

test("a class that has the key b keeps it", () => {
  expect(returnKey(["a", null])).toBe("b");
  expect(returnKey(["a", "b"])).toBe("B");
});

test("what was settled here is not shown again", () => {
  const items = ["x", "y"].map((id) => ({ image: { id } }) as ReviewItem);
  expect(remaining(items, ["x"]).map((item) => item.image.id)).toEqual(["y"]);
});
