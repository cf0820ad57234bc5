import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Card, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useParams } from "react-router";

import { api, ok } from "../api/client";
import { messageOf } from "../api/errors";
import { useProjectEvents } from "../api/events";
import { keys } from "../api/keys";
import { withJobs } from "../projects/withJobs";
import { covers, useJobs, useProject } from "../projects/useProject";
import { CheckState } from "./CheckState";
import { Suspects } from "./Suspects";
import { useLabelChecks } from "./useLabelChecks";
import { doubt, found } from "./words";

/** Labels that are probably wrong, and the way to look for them. */
export default function LabelChecks() {
  const { id = "" } = useParams();
  useProjectEvents(id);
  const client = useQueryClient();
  const project = useProject(id);
  const role = project.data?.role ?? "annotator";
  const allowed = project.data !== undefined && covers(role, "reviewer");
  const engineer = covers(role, "engineer");
  const checks = useLabelChecks(id, allowed);
  const jobs = useJobs(id);
  const start = useMutation({
    meta: { inline: true },
    mutationFn: () =>
      ok(api.POST("/api/v1/projects/{project_id}/label-checks", { params: { path: { project_id: id } }, body: { folds: 5 } })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.project(id) }),
  });
  if (project.error) return <Alert color="red">{messageOf(project.error)}</Alert>;
  if (!project.data) return <Skeleton h={200} />;
  const shown = withJobs(checks.data ?? [], jobs.data ?? []);
  const newest = shown[0];
  const done = shown.find((check) => check.checked !== null);
  const live = newest !== undefined && (newest.job.status === "queued" || newest.job.status === "running");
  const warning = done ? doubt(done) : null;

  return (
    <Stack maw={1100}>
      <title>{t`Label check · ${{ name: project.data.name }} · Nextbatch`}</title>
      <div>
        <Group justify="space-between" mt={4}>
          <Title order={2}><Trans>Label check</Trans></Title>
          {allowed && engineer && checks.data && (
            <Button
              variant={done ? "default" : "filled"}
              disabled={live}
              loading={start.isPending}
              onClick={() => {
                start.mutate();
              }}
            >
              {done ? t`Check again` : t`Check the labels`}
            </Button>
          )}
        </Group>
        <Text size="sm" c="dimmed" mt="xs" maw={680}>
          <Trans>
            Models that have not seen a label are asked what the image shows. Where they contradict the label, one of the
            two is wrong: look, and keep the label or change it.
          </Trans>
        </Text>
      </div>
      {!allowed && (
        <Card withBorder data-testid="not-allowed">
          <Title order={4}><Trans>Label checks are for reviewers, engineers and owners</Trans></Title>
          <Text size="sm" c="dimmed" mt={4}>
            <Trans>You are an annotator of this project. An owner can give you the role of a reviewer.</Trans>
          </Text>
        </Card>
      )}
      {start.error && <Alert color="red">{messageOf(start.error)}</Alert>}
      {checks.error && <Alert color="red">{messageOf(checks.error)}</Alert>}
      {allowed && checks.isPending && <Skeleton h={160} />}
      {newest && <CheckState project={id} job={newest.job} engineer={engineer} />}
      {checks.data?.length === 0 && (
        <Card withBorder>
          <Title order={4}><Trans>None yet</Trans></Title>
          <Text size="sm" c="dimmed" mt={4}>
            {engineer
              ? t`A check trains five models, which takes about five times as long as a cycle's training.`
              : t`An engineer or owner can start one.`}
          </Text>
        </Card>
      )}
      {done && (
        <>
          <Text data-testid="found">{found(done)}</Text>
          {warning && <Alert color="yellow">{warning}</Alert>}
          {done.suspects > 0 && <Suspects key={done.id} project={project.data} check={done} />}
        </>
      )}
    </Stack>
  );
}
