import { expect, test } from "vitest";

import type { LabelCheck } from "../api/client";
import { doubt, found } from "./words";

const check = (part: Partial<LabelCheck>) => ({ checked: 1200, left_out: 0, suspects: 0, settled: 0, agreement: 0.9, ...part }) as LabelCheck;

test("a check that is not done has found nothing to say", () => {
  expect(found(check({ checked: null }))).toBe("");
});

test("a check says what it looked at, and what is still open", () => {
  expect(found(check({}))).toBe("1,200 labels checked. None looks wrong. Models agree with 90% of them.");
  expect(found(check({ suspects: 7, settled: 2, left_out: 3 }))).toBe(
    "1,200 labels checked, 3 left out because their class has too few. 7 may be wrong, 2 of those settled. Models agree with 90% of them.",
  );
});

test("models that agree with few labels are not to be believed", () => {
  expect(doubt(check({ agreement: 0.31 }))).toContain("only 31% of the labels");
  expect(doubt(check({ agreement: 0.5 }))).toBeNull();
});
