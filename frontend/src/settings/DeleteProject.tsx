import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Card, Group, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "react-router";

import { api, ok, type Project } from "../api/client";
import { keys } from "../api/keys";
import { Confirm } from "../app/Confirm";
import { offerUndo } from "../app/undo";
import { useRestore } from "../projects/useDeleted";

/** Deletes a project, which asks for its name. */
export function DeleteProject({ project }: { project: Project }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const restore = useRestore();
  const [opened, { open, close }] = useDisclosure();
  const remove = useMutation({
    meta: { inline: true },
    mutationFn: () => ok(api.DELETE("/api/v1/projects/{project_id}", { params: { path: { project_id: project.id } } })),
    onSuccess: async () => {
      await navigate("/");
      client.removeQueries({ queryKey: keys.project(project.id) });
      await client.invalidateQueries({ queryKey: keys.projects });
      offerUndo(t`Deleted ${{ name: project.name }}.`, () => restore(project));
    },
  });
  const { images, labelled } = project.counts;
  return (
    <Card withBorder>
      <Group justify="space-between">
        <div>
          <Title order={3} size="h4"><Trans>Delete the project</Trans></Title>
          <Text size="sm" c="dimmed">
            <Trans>With all its images, answers and models. For 7 days its owners can restore it.</Trans>
          </Text>
        </div>
        <Button color="red" variant="light" onClick={open}>
          <Trans>Delete the project</Trans>
        </Button>
      </Group>
      {opened && (
        <Confirm
          title={t`Delete ${{ name: project.name }}?`}
          action={t`Delete the project`}
          name={project.name}
          pending={remove.isPending}
          error={remove.error}
          onClose={close}
          onConfirm={() => {
            remove.mutate();
          }}
        >
          <Trans>
            {images} images, {labelled} labels of the pool, all answers, cycles and models go with it, and what runs is
            cancelled. For 7 days its owners can restore it from the list of projects; then it goes for good.
          </Trans>
        </Confirm>
      )}
    </Card>
  );
}
