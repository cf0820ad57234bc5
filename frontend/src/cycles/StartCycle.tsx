import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, NumberInput, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";

import { api, type Cycle, ok, type Plan, type PretextRun, type Project } from "../api/client";
import { messageOf } from "../api/errors";
import { keys } from "../api/keys";
import { forecast } from "../plans/forecast";
import { PlanSelect } from "../plans/PlanSelect";
import { asSent, choices, chosen } from "../plans/usePlans";
import { NoRun, wantedBy } from "./NoRun";
import type { WantedRun } from "./StartRun";

interface Props {
  project: Project;
  plans: readonly Plan[];
  cycles: readonly Cycle[];
  run: PretextRun | null;
  /** A pretext run is going on; a cycle may have to wait for it. */
  ranking: boolean;
  onDone: () => void;
  onRun: (wanted: WantedRun) => void;
}

/** Asks for a budget and a plan, says what the cycle will do, and starts it. */
export function StartCycle({ project, plans, cycles, run, ranking, onDone, onRun }: Props) {
  const client = useQueryClient();
  const usual = chosen(project);
  const [budget, setBudget] = useState<string | number>(project.settings.budget);
  const [value, setValue] = useState(usual);
  const offered = choices(project, plans);
  const choice = offered.find((one) => one.value === value);
  const next = choice && forecast(choice.plan, cycles, run);
  const start = useMutation({
    meta: { inline: true },
    mutationFn: () =>
      ok(
        api.POST("/api/v1/projects/{project_id}/cycles", {
          params: { path: { project_id: project.id } },
          body: {
            budget: Number(budget),
            plan: choice && value !== usual ? asSent(choice) : null,
            overlap: 1,
          },
        }),
      ),
    onSuccess: () => {
      onDone();
      void client.invalidateQueries({ queryKey: keys.project(project.id) });
    },
  });
  const refused = wantedBy(start.error);

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    start.mutate();
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        <NumberInput
          label={t`Budget: images to label`}
          min={1}
          max={100_000}
          allowDecimal={false}
          value={budget}
          onChange={setBudget}
        />
        <PlanSelect
          label={t`Plan`}
          choices={offered}
          value={value}
          onChange={(other) => {
            setValue(other);
            start.reset();
          }}
        />
        {next && (
          <Text size="sm" data-testid="forecast">
            {next.rule} {next.from}{" "}
            {value !== usual && t`Only this cycle follows it: the project keeps its own plan.`}
          </Text>
        )}
        {start.error && !refused && <Alert color="red">{messageOf(start.error)}</Alert>}
        {refused && <NoRun message={messageOf(start.error)} wanted={refused} onStart={onRun} />}
        {!refused && !ranking && choice && next?.problem && (
          <NoRun
            message={next.problem}
            wanted={{ task: choice.plan.pretext_task, order: choice.plan.order }}
            onStart={onRun}
          />
        )}
        <Button type="submit" loading={start.isPending} disabled={budget === ""}>
          <Trans>Start</Trans>
        </Button>
      </Stack>
    </form>
  );
}
