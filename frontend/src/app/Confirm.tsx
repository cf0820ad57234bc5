import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { type ReactNode, type SyntheticEvent, useState } from "react";

import { messageOf } from "../api/errors";

interface Props {
  title: string;
  action: string;
  /** What has to be typed first; nothing for what is easily made good. */
  name?: string;
  children: ReactNode;
  pending: boolean;
  error: unknown;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something is taken away, by name where much goes at once. */
export function Confirm({ title, action, name, children, pending, error, onConfirm, onClose }: Props) {
  const [typed, setTyped] = useState("");
  function submit(event: SyntheticEvent) {
    event.preventDefault();
    onConfirm();
  }
  return (
    <Modal opened onClose={onClose} title={title} styles={{ title: { overflowWrap: "anywhere" } }}>
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm" component="div">
            {children}
          </Text>
          {name !== undefined && (
            <TextInput
              label={t`Type ${name} to confirm`}
              autoComplete="off"
              data-autofocus
              value={typed}
              onChange={(event) => {
                setTyped(event.currentTarget.value);
              }}
            />
          )}
          {error !== null && error !== undefined && <Alert color="red">{messageOf(error)}</Alert>}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              <Trans>Cancel</Trans>
            </Button>
            <Button type="submit" color="red.8" loading={pending} disabled={name !== undefined && typed.trim() !== name.trim()}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
