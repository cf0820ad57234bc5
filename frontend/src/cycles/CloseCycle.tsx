import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, type Cycle, ok } from "../api/client";
import { keys } from "../api/keys";
import { Confirm } from "../app/Confirm";

/** Ends a cycle's labelling before its queue is answered; says first what that means for the open images. */
export function CloseCycle({ cycle }: { cycle: Cycle }) {
  const client = useQueryClient();
  const [opened, { open, close }] = useDisclosure();
  const end = useMutation({
    meta: { inline: true },
    mutationFn: () => ok(api.POST("/api/v1/cycles/{cycle_id}/closure", { params: { path: { cycle_id: cycle.id } } })),
    onSuccess: () => {
      close();
      return client.invalidateQueries({ queryKey: keys.project(cycle.project_id) });
    },
  });
  const left = cycle.queued - cycle.answered - cycle.skipped;
  return (
    <>
      <Button size="compact-xs" variant="default" onClick={open}>
        <Trans>Close and train now</Trans>
      </Button>
      {opened && (
        <Confirm
          title={t`Close cycle ${{ number: cycle.number }}?`}
          action={t`Close and train`}
          pending={end.isPending}
          error={end.error}
          onClose={close}
          onConfirm={() => {
            end.mutate();
          }}
        >
          {plural(left, {
            one: "# image has no answer yet. It stays in the pool without a label, and a later cycle may ask for it again.",
            other: "# images have no answer yet. They stay in the pool without a label, and a later cycle may ask for them again.",
          })}{" "}
          <Trans>Answers that people are still sending are kept. The cycle cannot be opened again.</Trans>
        </Confirm>
      )}
    </>
  );
}
