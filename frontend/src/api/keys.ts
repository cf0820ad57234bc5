/** Keys of cached queries: everything of a project lies below ["project", id]. */
export const keys = {
  me: ["me"] as const,
  tokens: ["tokens"] as const,
  users: ["users"] as const,
  plans: ["plans"] as const,
  projects: ["projects"] as const,
  project: (id: string) => ["project", id] as const,
  jobs: (id: string) => ["project", id, "jobs"] as const,
  runs: (id: string) => ["project", id, "runs"] as const,
  cycles: (id: string) => ["project", id, "cycles"] as const,
  backtests: (id: string) => ["project", id, "backtests"] as const,
  classes: (id: string) => ["project", id, "classes"] as const,
  schemaChanges: (id: string) => ["project", id, "schema-changes"] as const,
  members: (id: string) => ["project", id, "members"] as const,
  invitations: (id: string) => ["project", id, "invitations"] as const,
  queue: (id: string) => ["project", id, "queue"] as const,
};
