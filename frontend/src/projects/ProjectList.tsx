import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Badge, Button, Card, Group, Progress, SimpleGrid, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";

import { api, ok } from "../api/client";
import { messageOf } from "../api/errors";
import { keys } from "../api/keys";
import { Deleted } from "./Deleted";
import { roleNames } from "./roleNames";

export function ProjectList() {
  const projects = useQuery({
    queryKey: keys.projects,
    queryFn: () => ok(api.GET("/api/v1/projects", { params: { query: { limit: 1000 } } })),
  });
  return (
    <Stack maw={1100} mx="auto">
      <title>{t`Projects · Nextbatch`}</title>
      <Group justify="space-between">
        <Title order={1} size="h2"><Trans>Projects</Trans></Title>
        <Button component={Link} to="/projects/new" leftSection={<IconPlus size={16} />}>
          <Trans>New project</Trans>
        </Button>
      </Group>
      {projects.error && <Alert color="red">{messageOf(projects.error)}</Alert>}
      {projects.isPending && <Skeleton h={120} />}
      {projects.data?.items.length === 0 && (
        <Text c="dimmed"><Trans>No projects yet. Make one, import a folder of images, and start labelling what matters.</Trans></Text>
      )}
      <SimpleGrid cols={{ base: 1, sm: 2, md: 3 }}>
        {projects.data?.items.map((project) => (
          <Card
            key={project.id}
            withBorder
            shadow="xs"
            renderRoot={(props) => <Link to={`/projects/${project.id}`} {...props} />}
          >
            <Group justify="space-between" wrap="nowrap">
              <Text fw={600} truncate>
                {project.name}
              </Text>
              <Badge variant="light" style={{ flex: "none" }}>{roleNames()[project.role]}</Badge>
            </Group>
            <Text size="sm" c="dimmed" mt="xs">
              <Trans>{{ labelled: project.counts.labelled }} of {{ pool: project.counts.pool }} pool images labelled</Trans>
            </Text>
            <Progress
              mt="xs"
              aria-label={t`Labelled share`}
              value={(100 * project.counts.labelled) / Math.max(1, project.counts.pool)}
            />
          </Card>
        ))}
      </SimpleGrid>
      <Deleted />
    </Stack>
  );
}
