import { expect, test } from "vitest";

import type { Model } from "../api/client";
import { gainWords } from "./advice";
import { measureOf } from "./measure";

test("the curve shows mean average precision where images may have several classes", () => {
  const sets = { mean_average_precision: 0.5 } as Model["set_metrics"];
  expect(measureOf({ metrics: null, set_metrics: sets })).toEqual({ value: 0.5, name: "map", balanced: null });
});

test("without held-out images, or images there with a class, there is nothing to show", () => {
  const none = { mean_average_precision: null } as Model["set_metrics"];
  expect([measureOf({ metrics: null, set_metrics: null }), measureOf({ metrics: null, set_metrics: none })]).toEqual([null, null]);
});

test("what more labels should bring is told in the curve's measure", () => {
  const gain = { labels: 10, guess: 0.01, low: 0, high: 0.02 };
  expect(gainWords(gain, "map")).toContain("+1.0 points of mean average precision");
});
