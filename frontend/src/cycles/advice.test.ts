import { expect, test } from "vitest";

import type { Cycle, Stopping } from "../api/client";
import { gainWords, latestAdvice } from "./advice";

const advice = (state: Stopping["state"]): Stopping => ({ state, reasons: [], said: {}, next_gain: null });
const cycle = (stopping?: Stopping | null) => ({ model: stopping === undefined ? null : { stopping } }) as Cycle;

test("the newest task model's advice counts, not that of a cycle without a model", () => {
  expect(latestAdvice([cycle(advice("improving")), cycle(advice("stable")), cycle()])?.state).toBe("stable");
});

test("models of before there was advice have none", () => {
  expect(latestAdvice([cycle(null)])).toBeNull();
  expect(latestAdvice([])).toBeNull();
});

test("a gain is told in points with its interval", () => {
  const gain = { labels: 100, guess: 0.0123, low: -0.004, high: 0.0286 };
  expect(gainWords(gain)).toBe("100 more labels: about +1.2 points of accuracy (−0.4 to 2.9).");
});

test("no gain has no sign", () => {
  expect(gainWords({ labels: 5, guess: -0.0001, low: -0.02, high: 0 })).toContain("about 0.0 points of accuracy (−2.0 to 0.0)");
});
