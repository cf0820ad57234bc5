import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Checkbox, Modal, Stack, Text } from "@mantine/core";
import { type SyntheticEvent, useState } from "react";

import { AccountFields, emptyAccount, NewPasswordField } from "../account/fields";
import type { User } from "../api/client";
import { fieldErrors, messageOf } from "../api/errors";
import { useChangeUser, useCreateUser } from "./useUsers";

/** Makes an account. */
export function NewUser({ onClose }: { onClose: () => void }) {
  const [account, setAccount] = useState(emptyAccount);
  const [admin, setAdmin] = useState(false);
  const create = useCreateUser();
  const wrong = fieldErrors(create.error);
  function submit(event: SyntheticEvent) {
    event.preventDefault();
    create.mutate({ ...account, is_admin: admin }, { onSuccess: onClose });
  }
  return (
    <Modal opened onClose={onClose} title={t`New user`}>
      <form onSubmit={submit}>
        <Stack>
          <AccountFields own={false} account={account} wrong={wrong} onChange={setAccount} />
          <Checkbox
            label={t`Administrator`}
            description={t`Manages users, and acts as an owner of every project`}
            checked={admin}
            onChange={(event) => {
              setAdmin(event.currentTarget.checked);
            }}
          />
          {create.error && Object.keys(wrong).length === 0 && <Alert color="red">{messageOf(create.error)}</Alert>}
          <Button type="submit" loading={create.isPending}>
            <Trans>Create user</Trans>
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}

/** Sets the password of somebody who has lost theirs. */
export function NewPassword({ user, onClose }: { user: User; onClose: () => void }) {
  const [password, setPassword] = useState("");
  const change = useChangeUser();
  function submit(event: SyntheticEvent) {
    event.preventDefault();
    change.mutate({ id: user.id, password }, { onSuccess: onClose });
  }
  return (
    <Modal opened onClose={onClose} title={t`New password for ${{ name: user.name }}`}>
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm" c="dimmed">
            <Trans>All browsers of {{ name: user.name }} are signed out; API tokens stay.</Trans>
          </Text>
          <NewPasswordField
            data-autofocus
            value={password}
            error={fieldErrors(change.error).password}
            onChange={setPassword}
          />
          <Button type="submit" loading={change.isPending} disabled={!password}>
            <Trans>Set password</Trans>
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
