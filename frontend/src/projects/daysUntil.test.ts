import { expect, test } from "vitest";

import { daysUntil } from "./daysUntil";

const NOW = Date.parse("2026-01-01T12:00:00Z");

test("only whole days are promised", () => {
  expect(daysUntil("2026-01-08T11:59:00Z", NOW)).toBe(6);
  expect(daysUntil("2026-01-02T12:00:00Z", NOW)).toBe(1);
  expect(daysUntil("2026-01-02T11:00:00Z", NOW)).toBe(0);
});

test("what is over has no days left", () => {
  expect(daysUntil("2025-12-24T00:00:00Z", NOW)).toBe(0);
});
