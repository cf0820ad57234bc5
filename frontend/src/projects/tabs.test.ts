import { expect, test } from "vitest";

import { tabsFor } from "./tabs";

test("annotators see what they may use", () => {
  expect(tabsFor("annotator").map((tab) => tab.label)).toEqual(["Overview", "Label", "Images", "Classes", "Guidelines", "Members"]);
});

test("where control images are mixed in annotators see no page of all images", () => {
  expect(tabsFor("annotator", "classification", true).map((tab) => tab.label)).not.toContain("Images");
});

test("engineers see backtests, map, jobs and settings as well", () => {
  expect(tabsFor("engineer").map((tab) => tab.label).slice(6)).toEqual(["Review", "Label check", "Backtests", "Map", "Jobs", "Settings"]);
});

test("where images may have several classes there are no label checks and backtests", () => {
  const tabs = tabsFor("owner", "multi_label_classification").map((tab) => tab.label);
  expect(tabs.slice(6)).toEqual(["Review", "Map", "Jobs", "Settings"]);
});
