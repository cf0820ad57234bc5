import { expect, test } from "vitest";

import { fieldWords } from "./changeWords";

test("a field that changed is told with what it was", () => {
  expect(fieldWords({ details: { before: { budget: 5, plan: null }, after: { budget: 9, plan: "pt4al" } } })).toEqual([
    "budget: 5 → 9",
    "plan: – → pt4al",
  ]);
});

test("what is new is told as it is, and what went with nothing after it", () => {
  expect(fieldWords({ details: { name: "Someone", after: { role: "owner" } } })).toEqual(["role: owner"]);
  expect(fieldWords({ details: { before: { caption: "a cat" } } })).toEqual(["caption: a cat → –"]);
});

test("an empty text is shown as nothing", () => {
  expect(fieldWords({ details: { before: { guideline: "" }, after: { guideline: "round" } } })).toEqual(["guideline: – → round"]);
});

test("an event without fields has none", () => {
  expect(fieldWords({ details: {} })).toEqual([]);
});
