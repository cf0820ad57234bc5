import type { Project } from "../api/client";

export type ProjectSettings = Project["settings"];

/** Settings as they are edited: numbers may be empty or half typed. */
export type Draft = { [Key in keyof ProjectSettings]: ProjectSettings[Key] | string | number | null };

/** What may be left to the service; every other field that is empty goes to the server as it is, which says so. */
const OPTIONAL: readonly (keyof ProjectSettings)[] = ["task_epochs", "backbone"];

/** A draft as the API takes it. */
export function asSent(draft: Draft): ProjectSettings {
  const filled = Object.entries(draft).map(([key, value]) => [
    key,
    value === "" && OPTIONAL.includes(key as keyof ProjectSettings) ? null : value,
  ]);
  return Object.fromEntries(filled) as ProjectSettings;
}

/** Whether anything is different from what is stored. */
export function changed(draft: Draft, stored: ProjectSettings): boolean {
  const sent = asSent(draft);
  return (Object.keys(stored) as (keyof ProjectSettings)[]).some(
    (key) => JSON.stringify(sent[key]) !== JSON.stringify(stored[key]),
  );
}
