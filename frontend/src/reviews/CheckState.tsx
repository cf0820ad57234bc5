import { Alert, Button, Card, Group, Progress, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, type Job, ok } from "../api/client";
import { keys } from "../api/keys";

/** The job of the newest check while it has not succeeded; nothing afterwards. */
export function CheckState({ project, job, engineer }: { project: string; job: Job; engineer: boolean }) {
  const client = useQueryClient();
  const params = { path: { job_id: job.id } };
  const onSuccess = () => client.invalidateQueries({ queryKey: keys.project(project) });
  const cancel = useMutation({
    mutationFn: () => ok(api.POST("/api/v1/jobs/{job_id}/cancellation", { params })),
    onSuccess,
  });
  const retry = useMutation({
    mutationFn: () => ok(api.POST("/api/v1/jobs/{job_id}/retry", { params })),
    onSuccess,
  });
  if (job.status === "succeeded") return null;
  const live = job.status === "queued" || job.status === "running";
  const again = engineer && (
    <Button
      size="compact-sm"
      variant="default"
      flex="none"
      loading={retry.isPending}
      onClick={() => {
        retry.mutate();
      }}
    >
      Try again
    </Button>
  );
  return (
    <Card withBorder data-testid="check-state" aria-live="polite">
      {live && (
        <>
          <Group justify="space-between" wrap="nowrap" mb={6}>
            <Text size="sm">
              Checking labels{" "}
              <Text span size="sm" c="dimmed">
                {job.message || (job.status === "queued" ? "waits for a worker" : "begins")}
              </Text>
            </Text>
            {engineer && (
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
                {job.cancel_requested ? "Stopping" : "Cancel"}
              </Button>
            )}
          </Group>
          <Progress value={100 * job.progress} aria-label="Progress of the label check" animated={job.status === "running"} />
        </>
      )}
      {job.status === "cancelled" && (
        <Group justify="space-between" wrap="nowrap">
          <Text size="sm">The last check was cancelled. What was trained is kept: another try goes on from there.</Text>
          {again}
        </Group>
      )}
      {job.status === "failed" && (
        <Alert color="red" title="The last check failed">
          <Group justify="space-between" wrap="nowrap">
            <Text size="sm">{job.error}</Text>
            {again}
          </Group>
        </Alert>
      )}
    </Card>
  );
}
