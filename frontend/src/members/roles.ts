import type { Role } from "../api/client";

/** The roles of a project, from the least on, and what each may do. */
export const ROLES: readonly { value: Role; label: string; may: string }[] = [
  { value: "annotator", label: "Annotator", may: "labels images and sees how the project goes" },
  { value: "reviewer", label: "Reviewer", may: "also sees all answers and labels" },
  { value: "engineer", label: "Engineer", may: "also imports, trains, changes classes and settings, exports" },
  { value: "owner", label: "Owner", may: "also decides who belongs to the project, and may delete it" },
];

export function roleLabel(role: Role): string {
  return ROLES.find((one) => one.value === role)?.label ?? role;
}

/** The role with its article. */
export function asRole(role: Role): string {
  return `${/^[aeiou]/.test(role) ? "an" : "a"} ${role}`;
}
