import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Modal, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";

import { api, ok, type User } from "../api/client";
import { messageOf } from "../api/errors";
import { CopyOnce } from "../app/CopyOnce";
import { LinkHours } from "../app/LinkHours";

/** Makes a link by which somebody who has lost their password sets a new one, and shows it this once. */
export function PasswordLink({ user, onClose }: { user: User; onClose: () => void }) {
  const [hours, setHours] = useState(24);
  const make = useMutation({
    meta: { inline: true },
    mutationFn: () =>
      ok(
        api.POST("/api/v1/users/{user_id}/password-links", {
          params: { path: { user_id: user.id } },
          body: { expires_in_hours: hours },
        }),
      ),
  });
  function submit(event: SyntheticEvent) {
    event.preventDefault();
    make.mutate();
  }
  return (
    <Modal opened onClose={onClose} title={make.data ? t`Send this link` : t`Password link for ${{ name: user.name }}`}>
      {make.data ? (
        <CopyOnce
          label={t`Password link`}
          value={`${window.location.origin}${make.data.path}`}
          note={t`It is shown this once, and works once. Whoever has it gets into the account: send it to ${{ name: user.name }} alone.`}
          onDone={onClose}
        />
      ) : (
        <form onSubmit={submit}>
          <Stack>
            <Text size="sm" c="dimmed">
              <Trans>
                With it they choose a new password themselves. All their browsers are signed out then; API tokens stay. Earlier
                links end.
              </Trans>
            </Text>
            <LinkHours choices={[1, 24, 168]} value={hours} onChange={setHours} />
            {make.error && <Alert color="red">{messageOf(make.error)}</Alert>}
            <Button type="submit" loading={make.isPending}>
              <Trans>Make the link</Trans>
            </Button>
          </Stack>
        </form>
      )}
    </Modal>
  );
}
