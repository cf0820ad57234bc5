import type { Project, Role } from "../api/client";
import { covers } from "./useProject";

export interface Tab {
  label: string;
  /** Below `/projects/:id`; empty for the overview. */
  path: string;
}

const TABS: readonly (Tab & { least: Role; oneClass?: true })[] = [
  { label: "Overview", path: "", least: "annotator" },
  { label: "Label", path: "label", least: "annotator" },
  { label: "Classes", path: "classes", least: "annotator" },
  { label: "Members", path: "members", least: "annotator" },
  { label: "Review", path: "review", least: "reviewer" },
  { label: "Label check", path: "label-check", least: "reviewer", oneClass: true },
  { label: "Backtests", path: "backtests", least: "engineer", oneClass: true },
  { label: "Settings", path: "settings", least: "engineer" },
];

/** The pages of a project that somebody of this role may see; some are for images with one class each. */
export function tabsFor(role: Role, task: Project["task"] = "classification"): readonly Tab[] {
  const several = task === "multi_label_classification";
  return TABS.filter((tab) => covers(role, tab.least) && !(several && tab.oneClass));
}
