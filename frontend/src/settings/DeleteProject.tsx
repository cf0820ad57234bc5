import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Card, Group, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "react-router";

import { api, ok, type Project } from "../api/client";
import { keys } from "../api/keys";
import { Confirm } from "../app/Confirm";

/** Deletes a project, which asks for its name. */
export function DeleteProject({ project }: { project: Project }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [opened, { open, close }] = useDisclosure();
  const remove = useMutation({
    meta: { inline: true },
    mutationFn: () => ok(api.DELETE("/api/v1/projects/{project_id}", { params: { path: { project_id: project.id } } })),
    onSuccess: async () => {
      await navigate("/");
      client.removeQueries({ queryKey: keys.project(project.id) });
      await client.invalidateQueries({ queryKey: keys.projects });
    },
  });
  const { images, labelled } = project.counts;
  return (
    <Card withBorder>
      <Group justify="space-between">
        <div>
          <Title order={4}><Trans>Delete the project</Trans></Title>
          <Text size="sm" c="dimmed">
            <Trans>With all its images, answers and models. There is no way back.</Trans>
          </Text>
        </div>
        <Button color="red" variant="light" onClick={open}>
          <Trans>Delete the project</Trans>
        </Button>
      </Group>
      {opened && (
        <Confirm
          title={t`Delete ${{ name: project.name }}?`}
          action={t`Delete for good`}
          name={project.name}
          pending={remove.isPending}
          error={remove.error}
          onClose={close}
          onConfirm={() => {
            remove.mutate();
          }}
        >
          <Trans>
            {images} images, {labelled} labels of the pool, all answers, cycles and models go with it. Export the labels
            first if anybody may need them.
          </Trans>
        </Confirm>
      )}
    </Card>
  );
}
