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
        Close and train now
      </Button>
      {opened && (
        <Confirm
          title={`Close cycle ${cycle.number}?`}
          action="Close and train"
          pending={end.isPending}
          error={end.error}
          onClose={close}
          onConfirm={() => {
            end.mutate();
          }}
        >
          {left === 1 ? "1 image has no answer yet. It stays" : `${left} images have no answer yet. They stay`} in the pool
          without a label, and a later cycle may ask for {left === 1 ? "it" : "them"} again. Answers that people are still
          sending are kept. The cycle cannot be opened again.
        </Confirm>
      )}
    </>
  );
}
