import { t } from "@lingui/core/macro";
import { Badge, Progress } from "@mantine/core";

import type { Job } from "../api/client";
import { jobStatus } from "../projects/states";
import { isLive, jobKind } from "./words";

const COLORS: Record<Job["status"], string> = {
  queued: "gray",
  running: "blue",
  succeeded: "green",
  failed: "red",
  cancelled: "gray",
};

export function JobBadge({ job }: { job: Job }) {
  return (
    <Badge color={COLORS[job.status]} variant="light" flex="none">
      {jobStatus(job.status)}
    </Badge>
  );
}

/** How far a job is that waits or runs; nothing afterwards. */
export function JobProgress({ job }: { job: Job }) {
  if (!isLive(job)) return null;
  return (
    <Progress
      value={100 * job.progress}
      aria-label={t`${{ job: jobKind(job.kind) }} progress`}
      animated={job.status === "running"}
    />
  );
}
