import { expect, test } from "vitest";

import type { HistoryEvent } from "../api/client";
import { told } from "./History";

const event = (kind: HistoryEvent["kind"], more: Partial<HistoryEvent> = {}): HistoryEvent => ({
  kind, at: null, user_id: null, name: "Ada", cycle: 2, class: null, confidence: null, model_id: null, suggestion: null,
  revision: null, elapsed_ms: null, note: null, flagged: false, control: false, retracted_at: null, to: null, previous: null,
  previous_source: null, ...more,
});

test.each([
  [event("queued"), "Asked in cycle 2"],
  [event("queued", { class: "cat", confidence: 0.42 }), "Asked in cycle 2; the model suggested cat, 42% sure"],
  [event("answer", { class: "cat" }), "Ada answered cat"],
  [event("answer", { class: "cat", retracted_at: "2026-01-01T00:00:00Z" }), "Ada answered cat, and took it back"],
  [event("skip"), "Ada skipped it"],
  [event("review", { class: "cat" }), "Ada reviewed it: cat"],
  [event("review", { class: "cat", previous: "cat" }), "Ada confirmed cat"],
  [event("review", { class: "cat", previous: "dog" }), "Ada changed dog to cat"],
  [event("return", { to: "Ben" }), "Ada sent it back to Ben"],
])("%o is told", (one, words) => {
  expect(told(one)).toBe(words);
});
