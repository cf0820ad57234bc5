import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Checkbox, List, NumberInput, Select, SimpleGrid, Stack, Switch, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";

import { api, ok, type Plan, type Project } from "../api/client";
import { messageOf } from "../api/errors";
import { keys } from "../api/keys";
import { choices } from "../plans/usePlans";
import { BALANCE_NAMES, balances } from "../projects/balance";
import { complete, type Draft, newDraft, notes, request } from "./request";

interface Props {
  project: Project;
  plans: readonly Plan[];
  onDone: () => void;
}

type Numbers = "budget" | "cycles" | "seeds" | "firstSeed" | "poolBatches" | "pretextEpochs" | "taskEpochs";

/** Asks for a backtest. */
export function StartBacktest({ project, plans, onDone }: Props) {
  const client = useQueryClient();
  const offered = choices(project, plans);
  const [draft, setDraft] = useState(() => newDraft(project, offered));
  const start = useMutation({
    meta: { inline: true },
    mutationFn: () =>
      ok(
        api.POST("/api/v1/projects/{project_id}/backtests", {
          params: { path: { project_id: project.id } },
          body: request(draft, offered),
        }),
      ),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.backtests(project.id) });
      onDone();
    },
  });

  function change(part: Partial<Draft>) {
    setDraft((now) => ({ ...now, ...part }));
  }

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    start.mutate();
  }

  /** What every field of a number has in common. */
  function numeric(key: Numbers, max: number, min = 1) {
    return {
      min,
      max,
      allowDecimal: false,
      value: draft[key],
      onChange: (value: string | number) => {
        change({ [key]: value });
      },
    };
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        <Checkbox.Group
          label={t`Plans`}
          value={draft.plans}
          onChange={(chosen) => {
            change({ plans: chosen });
          }}
        >
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm" verticalSpacing="xs" mt={6}>
            {offered.map((choice) => (
              <Checkbox
                key={choice.value}
                value={choice.value}
                label={choice.label}
                description={choice.plan.summary}
              />
            ))}
          </SimpleGrid>
        </Checkbox.Group>
        <SimpleGrid cols={3} spacing="sm">
          <NumberInput label={t`Budget`} {...numeric("budget", 100_000)} />
          <NumberInput label={t`Cycles`} {...numeric("cycles", 100)} />
          <NumberInput label={t`Seeds`} {...numeric("seeds", 100)} />
        </SimpleGrid>
        <List size="sm" c="dimmed" spacing={2} aria-live="polite">
          {notes(draft, project.counts.labelled).map((note) => (
            <List.Item key={note}>{note}</List.Item>
          ))}
        </List>
        {draft.plans.length === 0 && <Text size="sm"><Trans>Choose at least one plan.</Trans></Text>}
        <details className="more">
          <summary><Trans>Advanced</Trans></summary>
          <Stack mt="sm" gap="sm">
            <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
              <NumberInput label={t`Pretext epochs`} placeholder={t`by pool size`} {...numeric("pretextEpochs", 1000)} />
              <NumberInput label={t`Task epochs`} placeholder={t`the project's`} {...numeric("taskEpochs", 1000)} />
              <NumberInput label={t`Pool batches`} placeholder={t`as many as cycles`} {...numeric("poolBatches", 1000)} />
              <NumberInput label={t`First seed`} {...numeric("firstSeed", 2 ** 31 - 1, 0)} />
            </SimpleGrid>
            <Select
              label={t`Class balance`}
              placeholder={t`the project's`}
              clearable
              data={BALANCE_NAMES.map((name) => ({ value: name, label: balances()[name].label }))}
              value={draft.balance}
              onChange={(balance) => {
                change({ balance });
              }}
            />
            <Switch
              label={t`Ask for near-duplicates once`}
              description={t`Of images that show the same shot, a cycle asks for one; the others wait`}
              checked={draft.askOnce}
              onChange={(event) => {
                change({ askOnce: event.currentTarget.checked });
              }}
            />
            <Switch
              label={t`Ceiling`}
              description={t`Train on all labels, too: what no plan can beat by much`}
              checked={draft.ceiling}
              onChange={(event) => {
                change({ ceiling: event.currentTarget.checked });
              }}
            />
            <Switch
              label={t`Diagnostics`}
              description={t`Does the pretext loss foretell the task's loss? And a map of what each plan picked`}
              checked={draft.diagnostics}
              onChange={(event) => {
                change({ diagnostics: event.currentTarget.checked });
              }}
            />
          </Stack>
        </details>
        {start.error && <Alert color="red">{messageOf(start.error)}</Alert>}
        <Button type="submit" loading={start.isPending} disabled={!complete(draft)}>
          <Trans>Start</Trans>
        </Button>
      </Stack>
    </form>
  );
}
