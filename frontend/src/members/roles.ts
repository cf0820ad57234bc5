import { t } from "@lingui/core/macro";

import type { Role } from "../api/client";
import { roleNames } from "../projects/roleNames";

/** The roles of a project, from the least on, and what each may do. */
export const roleList = (): readonly { value: Role; label: string; may: string }[] => [
  { value: "annotator", label: roleNames().annotator, may: t`labels images and sees how the project goes` },
  { value: "reviewer", label: roleNames().reviewer, may: t`also sees all answers and labels` },
  { value: "engineer", label: roleNames().engineer, may: t`also imports, trains, changes classes and settings, exports` },
  { value: "owner", label: roleNames().owner, may: t`also decides who belongs to the project, and may delete it` },
];

export function roleLabel(role: Role): string {
  return roleNames()[role];
}

/** The role with its article. */
export function asRole(role: Role): string {
  return { annotator: t`an annotator`, reviewer: t`a reviewer`, engineer: t`an engineer`, owner: t`an owner` }[role];
}
