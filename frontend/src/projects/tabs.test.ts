import { expect, test } from "vitest";

import { tabsFor } from "./tabs";

test("annotators see what they may use", () => {
  expect(tabsFor("annotator").map((tab) => tab.label)).toEqual(["Overview", "Label", "Classes", "Guidelines", "Members"]);
});

test("engineers see backtests and settings as well", () => {
  expect(tabsFor("engineer").map((tab) => tab.label).slice(5)).toEqual(["Review", "Label check", "Backtests", "Settings"]);
});
