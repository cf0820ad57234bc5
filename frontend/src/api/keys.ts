/** Keys of cached queries: everything of a project lies below ["project", id]. */
export const keys = {
  me: ["me"] as const,
  plans: ["plans"] as const,
  projects: ["projects"] as const,
  project: (id: string) => ["project", id] as const,
  jobs: (id: string) => ["project", id, "jobs"] as const,
  runs: (id: string) => ["project", id, "runs"] as const,
  cycles: (id: string) => ["project", id, "cycles"] as const,
  backtests: (id: string) => ["project", id, "backtests"] as const,
  labelChecks: (id: string) => ["project", id, "label-checks"] as const,
  suspects: (id: string, check: string) => ["project", id, "label-checks", check] as const,
  reviewQueue: (id: string) => ["project", id, "review-queue"] as const,
  agreement: (id: string) => ["project", id, "agreement"] as const,
  queue: (id: string) => ["project", id, "queue"] as const,
};
