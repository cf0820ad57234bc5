import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Center, Group, Kbd, Progress, Stack, Text, Title } from "@mantine/core";
import { lazy, Suspense } from "react";
import { Link } from "react-router";

import type { Project } from "../api/client";
import { percent } from "../language/format";
import { moreWords } from "../language/more";
import { useCycles, useJobs } from "../projects/useProject";
import { waiting } from "./waiting";

const Leaderboard = lazy(async () => (await Promise.all([import("../people/Leaderboard"), moreWords()]))[0]);

interface Props {
  project: Project;
  /** Whether the open queue has images that others hold. */
  held: boolean;
  /** Open images that this person is done with, and others are not. */
  others: number;
  onUndo: (() => void) | null;
}

/** In place of an image: why there is none, and how long it may take. */
export function Wait({ project, held, others, onUndo }: Props) {
  const cycles = useCycles(project.id);
  const jobs = useJobs(project.id);
  const told = others > 0
    ? { title: t`You are done with this cycle`, text: plural(others, { one: "# image waits for the answers of others.", other: "# images wait for the answers of others." }), part: null, left: null }
    : held
    ? { title: t`Others hold the last images`, text: t`If they give any back, they come to you by themselves.`, part: null, left: null }
    : waiting(cycles.data?.at(-1), jobs.data ?? [], project.settings.auto_next_cycle, jobs.dataUpdatedAt);
  return (
    <Center style={{ flex: 1 }}>
      {!held && cycles.isPending ? null : (
        <Stack align="center" gap="md" w="100%" maw={420} className="appears" data-testid="wait">
          <Title order={2} size="h3" ta="center" aria-live="polite">
            {told.title}
          </Title>
          {/* Its place is kept, so that nothing moves when a training ends. */}
          <Stack gap={6} w="100%" style={{ visibility: told.part === null ? "hidden" : "visible" }}>
            <Progress value={100 * (told.part ?? 0)} aria-label={told.title} transitionDuration={400} />
            <Group justify="space-between" mih={20}>
              <Text size="sm" c="dimmed" className="figures">
                {percent(Math.floor(100 * (told.part ?? 0)) / 100)}
              </Text>
              <Text size="sm" c="dimmed" className="figures">
                {told.left}
              </Text>
            </Group>
          </Stack>
          <Text c="dimmed" ta="center">
            {told.text}
          </Text>
          {project.settings.leaderboard && (
            <Suspense>
              <Leaderboard project={project.id} />
            </Suspense>
          )}
          <Group>
            {onUndo && (
              <Button variant="default" onClick={onUndo} rightSection={<Kbd size="xs">z</Kbd>}>
                <Trans>Undo</Trans>
              </Button>
            )}
            <Button component={Link} to={`/projects/${project.id}`} variant="light">
              <Trans>See the project</Trans>
            </Button>
          </Group>
        </Stack>
      )}
    </Center>
  );
}
