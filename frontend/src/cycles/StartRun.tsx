import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Group, NumberInput, Select, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";

import { api, ok, type PoolOrder, type PretextTask, type Project } from "../api/client";
import { messageOf } from "../api/errors";
import { keys } from "../api/keys";
import { orders, tasks } from "../plans/words";

/** What a pretext run is to be: a plan's task and order, or what the server asked for. */
export interface WantedRun {
  task: PretextTask;
  order: PoolOrder;
}

interface Props {
  project: Project;
  wanted: WantedRun;
  onDone: () => void;
}

/** Asks how to train a pretext task on the pool, and starts it. */
export function StartRun({ project, wanted, onDone }: Props) {
  const client = useQueryClient();
  const pool = Math.max(1, project.counts.pool - project.counts.labelled);
  const [task, setTask] = useState(wanted.task);
  const [order, setOrder] = useState(wanted.order);
  const [batches, setBatches] = useState<string | number>(Math.min(10, pool));
  const [epochs, setEpochs] = useState<string | number>("");
  const [seed, setSeed] = useState<string | number>(0);
  const start = useMutation({
    meta: { inline: true },
    mutationFn: () =>
      ok(
        api.POST("/api/v1/projects/{project_id}/pretext-runs", {
          params: { path: { project_id: project.id } },
          body: {
            task,
            order,
            pool_batches: Number(batches),
            epochs: epochs === "" ? null : Number(epochs),
            seed: Number(seed),
          },
        }),
      ),
    onSuccess: () => {
      onDone();
      void client.invalidateQueries({ queryKey: keys.jobs(project.id) });
    },
  });

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    start.mutate();
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm" c="dimmed">
          <Trans>
            Without any labels, a network learns {{ learns: tasks()[task].learns }}. Its loss ranks the pool, and the ranking is cut
            into equal pool batches.
          </Trans>
        </Text>
        <Select
          label={t`Pretext task`}
          data={entries(tasks(), ({ label }) => label)}
          value={task}
          onChange={(value) => {
            if (value) setTask(value as PretextTask);
          }}
          allowDeselect={false}
        />
        <Select
          label={t`Order of pool batches`}
          data={entries(orders(), ({ label, says }) => `${label}: ${says}`)}
          value={order}
          onChange={(value) => {
            if (value) setOrder(value as PoolOrder);
          }}
          allowDeselect={false}
        />
        <NumberInput
          label={t`Pool batches (planned cycles)`}
          min={1}
          max={Math.min(1000, pool)}
          allowDecimal={false}
          value={batches}
          onChange={setBatches}
        />
        <Group grow align="flex-start">
          <NumberInput
            label={t`Epochs`}
            placeholder={t`by pool size`}
            min={1}
            max={1000}
            allowDecimal={false}
            value={epochs}
            onChange={setEpochs}
          />
          <NumberInput label={t`Seed`} min={0} allowDecimal={false} value={seed} onChange={setSeed} />
        </Group>
        {start.error && <Alert color="red">{messageOf(start.error)}</Alert>}
        <Button type="submit" loading={start.isPending} disabled={batches === "" || seed === ""}>
          <Trans>Start</Trans>
        </Button>
      </Stack>
    </form>
  );
}

function entries<T>(words: Record<string, T>, label: (entry: T) => string) {
  return Object.entries(words).map(([value, entry]) => ({ value, label: label(entry) }));
}
