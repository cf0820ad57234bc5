import { Trans } from "@lingui/react/macro";
import { Alert, Button } from "@mantine/core";

import type { PoolOrder, PretextTask } from "../api/client";
import { ApiError } from "../api/errors";
import { orders, tasks } from "../plans/words";
import type { WantedRun } from "./StartRun";

/** The pretext run that the server says is missing; null for any other error. */
export function wantedBy(error: unknown): WantedRun | null {
  if (!(error instanceof ApiError) || error.code !== "no_pretext_run") return null;
  const { task, order } = error.details;
  if (typeof task !== "string" || typeof order !== "string" || !(task in tasks()) || !(order in orders())) return null;
  return { task: task as PretextTask, order: order as PoolOrder };
}

interface Props {
  message: string;
  wanted: WantedRun;
  onStart: (wanted: WantedRun) => void;
}

/** Says that a plan waits for a pretext run, and offers to start it. */
export function NoRun({ message, wanted, onStart }: Props) {
  return (
    <Alert color="orange" variant="light">
      {message}
      <Button
        mt="xs"
        size="compact-sm"
        variant="default"
        display="block"
        onClick={() => {
          onStart(wanted);
        }}
      >
        <Trans>Start that pretext run</Trans>
      </Button>
    </Alert>
  );
}
