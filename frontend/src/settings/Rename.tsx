import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Card, Group, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";

import { api, ok, type Project } from "../api/client";
import { fieldErrors, messageOf } from "../api/errors";
import { keys } from "../api/keys";

/** A project's name. */
export function Rename({ project }: { project: Project }) {
  const client = useQueryClient();
  const [name, setName] = useState(project.name);
  const rename = useMutation({
    meta: { inline: true },
    mutationFn: () => {
      const params = { path: { project_id: project.id } };
      return ok(api.PATCH("/api/v1/projects/{project_id}", { params, body: { name } }));
    },
    onSuccess: async (changed) => {
      client.setQueryData(keys.project(project.id), changed);
      await client.invalidateQueries({ queryKey: keys.projects });
    },
  });
  function submit(event: SyntheticEvent) {
    event.preventDefault();
    rename.mutate();
  }
  return (
    <Card withBorder component="form" onSubmit={submit}>
      <Group align="flex-end" wrap="nowrap">
        <TextInput
          label={t`Name of the project`}
          style={{ flex: 1 }}
          maxLength={200}
          value={name}
          error={rename.error && (fieldErrors(rename.error).name ?? messageOf(rename.error))}
          onChange={(event) => {
            setName(event.currentTarget.value);
          }}
        />
        <Button type="submit" variant="default" loading={rename.isPending} disabled={!name.trim() || name.trim() === project.name}>
          <Trans>Rename</Trans>
        </Button>
      </Group>
    </Card>
  );
}
