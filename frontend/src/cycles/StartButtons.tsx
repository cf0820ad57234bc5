import { Button, Modal, NumberInput, Select, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { api, ok, type Project } from "../api/client";
import { keys } from "../api/keys";

export function StartRun({ project }: { project: Project }) {
  const client = useQueryClient();
  const [opened, { open, close }] = useDisclosure();
  const [batches, setBatches] = useState<string | number>(10);
  const [epochs, setEpochs] = useState<string | number>("");
  const start = useMutation({
    mutationFn: () =>
      ok(
        api.POST("/api/v1/projects/{project_id}/pretext-runs", {
          params: { path: { project_id: project.id } },
          body: {
            task: "rotation",
            pool_batches: Number(batches),
            epochs: epochs === "" ? null : Number(epochs),
            seed: 0,
          },
        }),
      ),
    onSuccess: () => {
      close();
      void client.invalidateQueries({ queryKey: keys.jobs(project.id) });
    },
  });
  return (
    <>
      <Button variant="default" onClick={open} disabled={project.counts.pool === project.counts.labelled}>
        Start a pretext run
      </Button>
      <Modal opened={opened} onClose={close} title="Start a pretext run">
        <Stack>
          <Text size="sm" c="dimmed">
            A network learns to tell how images are turned, without any labels. What it finds hard comes first.
          </Text>
          <NumberInput label="Pool batches (planned cycles)" min={1} max={1000} value={batches} onChange={setBatches} />
          <NumberInput
            label="Epochs"
            placeholder="chosen by the size of the pool"
            min={1}
            max={1000}
            value={epochs}
            onChange={setEpochs}
          />
          <Button
            loading={start.isPending}
            onClick={() => {
              start.mutate();
            }}
          >
            Start
          </Button>
        </Stack>
      </Modal>
    </>
  );
}

export function StartCycle({ project }: { project: Project }) {
  const client = useQueryClient();
  const [opened, { open, close }] = useDisclosure();
  const [budget, setBudget] = useState<string | number>(project.settings.budget);
  const [strategy, setStrategy] = useState<string | null>(project.settings.strategy);
  const start = useMutation({
    mutationFn: () =>
      ok(
        api.POST("/api/v1/projects/{project_id}/cycles", {
          params: { path: { project_id: project.id } },
          body: { budget: Number(budget), strategy: strategy === "random" ? "random" : "least_confidence", overlap: 1 },
        }),
      ),
    onSuccess: () => {
      close();
      void client.invalidateQueries({ queryKey: keys.project(project.id) });
    },
  });
  return (
    <>
      <Button variant="default" onClick={open}>
        Start a cycle
      </Button>
      <Modal opened={opened} onClose={close} title="Start a cycle">
        <Stack>
          <NumberInput label="Budget: images to label" min={1} value={budget} onChange={setBudget} />
          <Select
            label="Query strategy after the first cycle"
            data={[
              { value: "least_confidence", label: "Least confidence" },
              { value: "random", label: "Random (the baseline)" },
            ]}
            value={strategy}
            onChange={setStrategy}
            allowDeselect={false}
          />
          <Button
            loading={start.isPending}
            onClick={() => {
              start.mutate();
            }}
          >
            Start
          </Button>
        </Stack>
      </Modal>
    </>
  );
}
