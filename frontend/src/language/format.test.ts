import { expect, test } from "vitest";

import { duration, size } from "./format";

test.each([
  [0.2, "0 sec"],
  [59.6, "1 min"],
  [125, "2 min 5 sec"],
  [3600, "1 hr"],
  [3725, "1 hr 2 min"],
  [90_061, "1 day 1 hr"],
])("%d seconds are told in at most two units", (seconds, told) => {
  expect(duration(seconds)).toBe(told);
});

test.each([
  [520, "0.5 kB"],
  [1_234_000, "1.2 MB"],
  [2_500_000_000, "2.5 GB"],
])("%d bytes are told in the unit that suits", (bytes, told) => {
  expect(size(bytes)).toBe(told);
});
