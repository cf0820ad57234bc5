import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Card, Group, NumberInput, SegmentedControl, Select, SimpleGrid, Stack, Switch, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";

import { api, type Balance, ok, type Plan, type Project } from "../api/client";
import { fieldErrors, messageOf } from "../api/errors";
import { keys } from "../api/keys";
import { PlanSelect } from "../plans/PlanSelect";
import { asSent as planAsSent, choices, chosen } from "../plans/usePlans";
import { balances, balancesOf } from "../projects/balance";
import { ControlSettings } from "./ControlSettings";
import { asSent, changed, type Draft } from "./draft";
import { PeopleSettings } from "./PeopleSettings";
import { SuggestionSettings } from "./SuggestionSettings";

const backbones = () => [
  { value: "", label: t`Chosen by device and size` },
  { value: "small_cnn", label: t`Small CNN` },
  { value: "resnet18_small", label: t`ResNet-18 for small images` },
  { value: "resnet18", label: t`ResNet-18` },
];

interface Props {
  project: Project;
  plans: readonly Plan[];
}

/** All settings of a project; the server says what is wrong with any of them. */
export function SettingsForm({ project, plans }: Props) {
  const client = useQueryClient();
  const [edits, setEdits] = useState<Partial<Draft>>({});
  const draft: Draft = { ...project.settings, ...edits };
  const set = (part: Partial<Draft>) => {
    setEdits((now) => ({ ...now, ...part }));
  };
  const save = useMutation({
    meta: { inline: true },
    mutationFn: () => {
      const params = { path: { project_id: project.id } };
      return ok(api.PATCH("/api/v1/projects/{project_id}", { params, body: { settings: asSent(draft) } }));
    },
    onSuccess: (stored) => {
      client.setQueryData(keys.project(project.id), stored);
      setEdits({});
    },
  });
  const wrong = fieldErrors(save.error);
  const offered = choices(project, plans);
  const plan = offered.find((choice) => JSON.stringify(planAsSent(choice)) === JSON.stringify(draft.plan));
  const dirty = changed(draft, project.settings);
  const number = (field: "budget" | "lease_minutes" | "image_size" | "task_epochs" | "seed") => ({
    value: draft[field] === null ? "" : Number.isNaN(Number(draft[field])) ? "" : (draft[field] as number | string),
    error: wrong[field],
    onChange: (value: number | string) => {
      set({ [field]: value });
    },
  });

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    save.mutate();
  }

  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Card withBorder>
          <Stack>
            <Title order={3} size="h4"><Trans>Cycles</Trans></Title>
            <PlanSelect
              label={t`Plan`}
              choices={offered}
              value={plan?.value ?? chosen(project)}
              onChange={(value) => {
                const choice = offered.find((one) => one.value === value);
                if (choice) set({ plan: planAsSent(choice) });
              }}
            />
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              <NumberInput
                label={t`Images per cycle`}
                description={t`How many images one cycle asks people to label (the budget K). Small cycles learn from answers sooner, large ones train less often.`}
                {...number("budget")}
              />
              <NumberInput
                label={t`Minutes an image is held`}
                description={t`An image that is shown to somebody goes to nobody else for so long. Later answers still count.`}
                {...number("lease_minutes")}
              />
            </SimpleGrid>
            <Switch
              label={t`Open the next cycle by itself`}
              description={t`When a training ends, the next queue opens without anybody starting it.`}
              checked={Boolean(draft.auto_next_cycle)}
              onChange={(event) => {
                set({ auto_next_cycle: event.currentTarget.checked });
              }}
            />
          </Stack>
        </Card>
        <PeopleSettings project={project} draft={draft} wrong={wrong} set={set} />
        <SuggestionSettings draft={draft} wrong={wrong} set={set} />
        <ControlSettings draft={draft} wrong={wrong} set={set} />
        <Card withBorder>
          <Stack>
            <div>
              <Title order={3} size="h4"><Trans>Training</Trans></Title>
              <Text size="sm" c="dimmed">
                <Trans>The next training follows it; models that are trained stay as they are.</Trans>
              </Text>
            </div>
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              <NumberInput
                label={t`Training size`}
                suffix=" px"
                description={t`Images are scaled to squares of this side for training. Larger shows finer detail and takes longer. The images themselves stay as they are.`}
                {...number("image_size")}
              />
              <NumberInput
                label={t`Epochs`}
                placeholder={t`Chosen by the number of labels`}
                description={t`How often a training goes through all labelled images. Empty: chosen by the number of labels.`}
                {...number("task_epochs")}
              />
              <Select
                label={t`Network`}
                description={t`The network of the task model. ResNet-18 wants a GPU.`}
                data={backbones()}
                allowDeselect={false}
                value={(draft.backbone as string | null) ?? ""}
                error={wrong.backbone}
                onChange={(value) => {
                  set({ backbone: value === "" ? null : value });
                }}
              />
              <NumberInput
                label={t`Seed`}
                description={t`The same seed, images and labels give the same queries and trainings.`}
                {...number("seed")}
              />
            </SimpleGrid>
            <div>
              <Text size="sm" fw={500} id="balance-label">
                <Trans>Class balance</Trans>
              </Text>
              <Text size="xs" c="dimmed" mb={6}>
                {balances()[draft.balance as Balance].does}
              </Text>
              <SegmentedControl
                aria-labelledby="balance-label"
                data={balancesOf(project).map((name) => ({ value: name, label: balances()[name].label }))}
                value={draft.balance as Balance}
                onChange={(balance) => {
                  set({ balance });
                }}
              />
            </div>
            <Switch
              label={t`Mirror images`}
              description={t`Training sees images mirrored, too. Off where left and right mean something, as in digits.`}
              checked={Boolean(draft.flip)}
              onChange={(event) => {
                set({ flip: event.currentTarget.checked });
              }}
            />
          </Stack>
        </Card>
        {save.error && (
          <Alert color="red" role="alert">
            {Object.keys(wrong).length > 0 ? t`Nothing is saved: see what is marked above.` : messageOf(save.error)}
          </Alert>
        )}
        <Group>
          <Button type="submit" loading={save.isPending} disabled={!dirty}>
            <Trans>Save settings</Trans>
          </Button>
          {dirty && (
            <Button
              variant="subtle"
              onClick={() => {
                setEdits({});
                save.reset();
              }}
            >
              <Trans>Discard changes</Trans>
            </Button>
          )}
          {save.isSuccess && !dirty && (
            <Text size="sm" c="dimmed" role="status">
              <Trans>Saved.</Trans>
            </Text>
          )}
        </Group>
      </Stack>
    </form>
  );
}
