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

const KINDS = [
  { value: "classification", label: "One class", description: "Every image gets exactly one of the classes." },
  {
    value: "multi_label_classification",
    label: "Any number of classes",
    description: "An image may get several of the classes, or none of them.",
  },
] as const;

export default function NewProject() {
  const navigate = useNavigate();
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [classes, setClasses] = useState<DraftClass[]>([]);
  const [task, setTask] = useState<(typeof KINDS)[number]["value"]>("classification");
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
      <title>New project · Nextbatch</title>
      <Stack>
        <Title order={2}>New project</Title>
        <TextInput
          label="Name"
          required
          autoFocus
          value={name}
          onChange={(event) => {
            setName(event.currentTarget.value);
          }}
        />
        <Radio.Group
          label="What each image shows"
          value={task}
          onChange={(value) => {
            setTask(value);
          }}
        >
          <Stack gap={6} mt={6}>
            {KINDS.map((kind) => (
              <Radio key={kind.value} {...kind} />
            ))}
          </Stack>
        </Radio.Group>
        <div>
          <Text fw={500} size="sm">
            Classes
          </Text>
          <Text size="xs" c="dimmed" mb="xs">
            What annotators choose from. The hotkey is the key that gives the answer.
          </Text>
          <ClassEditor classes={classes} onChange={setClasses} />
        </div>
        {plans.data && plan && (
          <PlanSelect
            label="Plan: which images are asked for"
            choices={shippedChoices(plans.data).map((choice) =>
              choice.value === recommended ? { ...choice, label: `${choice.label} (recommended)` } : choice,
            )}
            value={plan}
            onChange={setChosen}
          />
        )}
        {create.error && <Alert color="red">{messageOf(create.error)}</Alert>}
        <Button type="submit" loading={create.isPending} disabled={faulty || !name.trim() || !plan}>
          Create project
        </Button>
      </Stack>
    </Paper>
  );
}
