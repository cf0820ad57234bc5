import { t } from "@lingui/core/macro";
import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";

import { queryClient } from "./queries";

const SHOWN_FOR = 10_000; // milliseconds; a pointer or the keyboard's focus on it stops the clock

/** Says that something was taken away, and brings it back for whoever wants that. */
export function offerUndo(message: string, bringBack: () => Promise<unknown>): void {
  const id = notifications.show({
    message: (
      <Offer
        message={message}
        bringBack={bringBack}
        onBack={() => {
          notifications.hide(id);
        }}
      />
    ),
    autoClose: SHOWN_FOR,
  });
}

/**
 * Offers back what a removal takes away, once it is gone. The row that asked for it may be gone
 * before its mutation has settled, and callbacks of `mutate` with it: a promise outlives the row.
 */
export async function undoable(removal: Promise<unknown>, message: string, bringBack: () => Promise<unknown>): Promise<void> {
  try {
    await removal;
  } catch {
    return; // the mutation tells it
  }
  offerUndo(message, bringBack);
}

interface Props {
  message: string;
  bringBack: () => Promise<unknown>;
  onBack: () => void;
}

function Offer({ message, bringBack, onBack }: Props) {
  // It lives longer than the page that offered it, and outside of its providers.
  const back = useMutation({ mutationFn: bringBack, onSuccess: onBack }, queryClient);
  return (
    <Group justify="space-between" wrap="nowrap" gap="xs">
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        {message}
      </Text>
      <Button
        size="compact-sm"
        variant="light"
        style={{ flex: "none" }}
        loading={back.isPending}
        onClick={() => {
          back.mutate();
        }}
      >
        {t`Undo`}
      </Button>
    </Group>
  );
}
