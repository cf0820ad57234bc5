import type { Project } from "../api/client";

/** Whether the images of a project are kept from its reader, so that control images are not found out. */
export function isBlind({ role, settings }: Pick<Project, "role" | "settings">): boolean {
  return role === "annotator" && settings.control_share > 0;
}
