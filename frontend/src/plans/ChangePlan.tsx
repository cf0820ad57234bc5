import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Stack, Switch, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";

import { api, ok, type Plan, type Project } from "../api/client";
import { messageOf } from "../api/errors";
import { keys } from "../api/keys";
import { PlanSelect } from "./PlanSelect";
import { PlanWords } from "./PlanWords";
import { asSent, choices, chosen } from "./usePlans";

interface Props {
  project: Project;
  plans: readonly Plan[];
  onDone: () => void;
}

/** Lets an engineer give a project another plan. */
export function ChangePlan({ project, plans, onDone }: Props) {
  const client = useQueryClient();
  const [value, setValue] = useState(chosen(project));
  const before = project.settings.near_duplicates === "ask_once";
  const [askOnce, setAskOnce] = useState(before);
  const offered = choices(project, plans);
  const choice = offered.find((one) => one.value === value);
  const change = useMutation({
    meta: { inline: true },
    mutationFn: (plan: string | Plan) =>
      ok(
        api.PATCH("/api/v1/projects/{project_id}", {
          params: { path: { project_id: project.id } },
          body: { settings: { ...project.settings, plan, near_duplicates: askOnce ? "ask_once" : "ask_all" } },
        }),
      ),
    onSuccess: (changed) => {
      client.setQueryData(keys.project(project.id), changed);
      onDone();
    },
  });

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    if (choice) change.mutate(asSent(choice));
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        <PlanSelect label={t`Plan`} choices={offered} value={value} onChange={setValue} />
        {choice && <PlanWords plan={choice.plan} />}
        <Switch
          label={t`Ask for near-duplicates once`}
          description={t`Of images that show the same shot, a cycle asks for one; the others wait`}
          checked={askOnce}
          onChange={(event) => {
            setAskOnce(event.currentTarget.checked);
          }}
        />
        <Text size="sm" c="dimmed">
          <Trans>
            The next cycle follows it; cycles that ran keep their plan. A plan that needs another pretext run will ask
            for one.
          </Trans>
        </Text>
        {change.error && <Alert color="red">{messageOf(change.error)}</Alert>}
        <Button type="submit" loading={change.isPending} disabled={!choice || (value === chosen(project) && askOnce === before)}>
          <Trans>Change plan</Trans>
        </Button>
      </Stack>
    </form>
  );
}
