import type { Role } from "../api/client";
import { covers } from "./useProject";

export interface Tab {
  label: string;
  /** Below `/projects/:id`; empty for the overview. */
  path: string;
}

const TABS: readonly (Tab & { least: Role })[] = [
  { label: "Overview", path: "", least: "annotator" },
  { label: "Label", path: "label", least: "annotator" },
  { label: "Classes", path: "classes", least: "annotator" },
  { label: "Guidelines", path: "guidelines", least: "annotator" },
  { label: "Members", path: "members", least: "annotator" },
  { label: "Review", path: "review", least: "reviewer" },
  { label: "Label check", path: "label-check", least: "reviewer" },
  { label: "Backtests", path: "backtests", least: "engineer" },
  { label: "Settings", path: "settings", least: "engineer" },
];

/** The pages of a project that somebody of this role may see. */
export function tabsFor(role: Role): readonly Tab[] {
  return TABS.filter((tab) => covers(role, tab.least));
}
