import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Paper, Radio, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";
import { useNavigate } from "react-router";

import { api, ok, type Project } from "../api/client";
import { messageOf } from "../api/errors";
import { keys } from "../api/keys";
import { PlanSelect } from "../plans/PlanSelect";
import { shippedChoices, usePlans, useRecommended } from "../plans/usePlans";
import { ClassEditor } from "./ClassEditor";
import { type DraftClass, problem } from "./classes";

const TASKS = ["classification", "multi_label_classification"] as const;
type Task = (typeof TASKS)[number];

const kinds = (): Record<Task, { label: string; description: string }> => ({
  classification: { label: t`One class`, description: t`Every image gets exactly one of the classes.` },
  multi_label_classification: {
    label: t`Any number of classes`,
    description: t`An image may get several of the classes, or none of them.`,
  },
});

export default function NewProject() {
  const navigate = useNavigate();
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [classes, setClasses] = useState<DraftClass[]>([]);
  const [task, setTask] = useState<Task>("classification");
  const plans = usePlans();
  const recommended = useRecommended();
  const [chosen, setChosen] = useState<string | null>(null);
  const plan = chosen ?? recommended;
  const faulty = classes.some((_, place) => problem(classes, place) !== null);
  const create = useMutation({
    meta: { inline: true },
    mutationFn: () => {
      const wanted = classes.map(({ hotkey, ...rest }) => ({ ...rest, guideline: "", hotkey: hotkey || null }));
      // The server fills in what is not said; the generated types know only whole settings.
      const settings = { plan } as Project["settings"];
      return ok(api.POST("/api/v1/projects", { body: { name, classes: wanted, task, settings } }));
    },
    onSuccess: async (project) => {
      await client.invalidateQueries({ queryKey: keys.projects });
      await navigate(`/projects/${project.id}`);
    },
  });

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    create.mutate();
  }

  return (
    <Paper component="form" onSubmit={submit} withBorder p="lg" maw={720} mx="auto">
      <title>{t`New project · Nextbatch`}</title>
      <Stack>
        <Title order={1} size="h2"><Trans>New project</Trans></Title>
        <TextInput
          label={t`Name`}
          required
          autoFocus
          value={name}
          onChange={(event) => {
            setName(event.currentTarget.value);
          }}
        />
        <Radio.Group
          label={t`What each image shows`}
          value={task}
          onChange={(value) => {
            setTask(value);
          }}
        >
          <Stack gap={6} mt={6}>
            {TASKS.map((value) => (
              <Radio key={value} value={value} {...kinds()[value]} />
            ))}
          </Stack>
        </Radio.Group>
        <div>
          <Text fw={500} size="sm">
            <Trans>Classes</Trans>
          </Text>
          <Text size="xs" c="dimmed" mb="xs">
            <Trans>What annotators choose from. The hotkey is the key that gives the answer.</Trans>
          </Text>
          <ClassEditor classes={classes} onChange={setClasses} />
        </div>
        {plans.data && plan && (
          <PlanSelect
            label={t`Plan: which images are asked for`}
            choices={shippedChoices(plans.data).map((choice) =>
              choice.value === recommended ? { ...choice, label: t`${{ plan: choice.label }} (recommended)` } : choice,
            )}
            value={plan}
            onChange={setChosen}
          />
        )}
        {create.error && <Alert color="red">{messageOf(create.error)}</Alert>}
        <Button type="submit" loading={create.isPending} disabled={faulty || !name.trim() || !plan}>
          <Trans>Create project</Trans>
        </Button>
      </Stack>
    </Paper>
  );
}
