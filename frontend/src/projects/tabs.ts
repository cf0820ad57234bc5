import { t } from "@lingui/core/macro";

import type { Project, Role } from "../api/client";
import { covers } from "./useProject";

export interface Tab {
  label: string;
  /** Below `/projects/:id`; empty for the overview. */
  path: string;
}

const allTabs = (): readonly (Tab & { least: Role; oneClass?: true; allImages?: true })[] => [
  { label: t`Overview`, path: "", least: "annotator" },
  { label: t`Label`, path: "label", least: "annotator" },
  { label: t`Images`, path: "images", least: "annotator", allImages: true },
  { label: t`Classes`, path: "classes", least: "annotator" },
  { label: t`Guidelines`, path: "guidelines", least: "annotator" },
  { label: t`Members`, path: "members", least: "annotator" },
  { label: t`Review`, path: "review", least: "reviewer" },
  { label: t`Label check`, path: "label-check", least: "reviewer", oneClass: true },
  { label: t`Backtests`, path: "backtests", least: "engineer", oneClass: true },
  { label: t`Map`, path: "map", least: "engineer" },
  { label: t`Jobs`, path: "jobs", least: "engineer" },
  { label: t`Settings`, path: "settings", least: "engineer" },
];

/**
 * The pages of a project that somebody of this role may see; some are for images with one class each.
 * To whom is `blind`, images are not shown but those they are asked for.
 */
export function tabsFor(role: Role, task: Project["task"] = "classification", blind = false): readonly Tab[] {
  const several = task === "multi_label_classification";
  return allTabs().filter((tab) => covers(role, tab.least) && !(several && tab.oneClass) && !(blind && tab.allImages));
}
