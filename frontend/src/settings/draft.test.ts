import { expect, test } from "vitest";

import { asSent, changed, type ProjectSettings } from "./draft";

const stored = { budget: 10, task_epochs: 5, backbone: null, plan: "pt4al" } as ProjectSettings;

test("what is emptied is left to the service where that is possible", () => {
  expect(asSent({ ...stored, task_epochs: "" })).toMatchObject({ task_epochs: null });
});

test("what must not be empty is sent so that the server says so", () => {
  expect(asSent({ ...stored, budget: "" })).toMatchObject({ budget: "" });
});

test("a draft is changed until it is as it was", () => {
  expect(changed({ ...stored, budget: 11 }, stored)).toBe(true);
  expect(changed({ ...stored, backbone: "" }, stored)).toBe(false);
});
