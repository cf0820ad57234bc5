import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, type Job, ok } from "../api/client";
import { keys } from "../api/keys";

/** Ends a job that runs or waits. */
export function CancelJob({ project, job }: { project: string; job: Job }) {
  const client = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => ok(api.POST("/api/v1/jobs/{job_id}/cancellation", { params: { path: { job_id: job.id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.project(project) }),
  });
  return (
    <Button
      size="compact-sm"
      variant="default"
      flex="none"
      disabled={job.cancel_requested}
      loading={cancel.isPending}
      onClick={() => {
        cancel.mutate();
      }}
    >
      {job.cancel_requested ? t`Stopping` : t`Cancel`}
    </Button>
  );
}

/** Begins a job that failed or was cancelled again. */
export function RetryJob({ project, job }: { project: string; job: Job }) {
  const client = useQueryClient();
  const retry = useMutation({
    mutationFn: () => ok(api.POST("/api/v1/jobs/{job_id}/retry", { params: { path: { job_id: job.id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.project(project) }),
  });
  return (
    <Button
      size="compact-sm"
      variant="default"
      flex="none"
      loading={retry.isPending}
      onClick={() => {
        retry.mutate();
      }}
    >
      <Trans>Try again</Trans>
    </Button>
  );
}
