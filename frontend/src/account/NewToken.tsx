import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Modal, Radio, Select, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";

import { api, ok, type TokenScope } from "../api/client";
import { messageOf } from "../api/errors";
import { keys } from "../api/keys";
import { CopyOnce } from "../app/CopyOnce";
import { scopeList } from "./scopes";

const lifetimes = () => [
  { value: "30", label: t`30 days` },
  { value: "90", label: t`90 days` },
  { value: "365", label: t`One year` },
  { value: "", label: t`Until it is revoked` },
];

/** Makes a token, and shows it this once. */
export function NewToken({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [scope, setScope] = useState<string>("read");
  const [days, setDays] = useState("90");
  const create = useMutation({
    meta: { inline: true },
    mutationFn: () => {
      const expires = days ? new Date(Date.now() + Number(days) * 24 * 3600 * 1000).toISOString() : null;
      return ok(api.POST("/api/v1/tokens", { body: { name, scope: scope as TokenScope, expires_at: expires } }));
    },
    onSuccess: () => client.invalidateQueries({ queryKey: keys.tokens }),
  });
  function submit(event: SyntheticEvent) {
    event.preventDefault();
    create.mutate();
  }
  return (
    <Modal opened onClose={onClose} title={create.data ? t`Your new token` : t`New API token`}>
      {create.data ? (
        <CopyOnce
          label={t`Token`}
          value={create.data.token}
          note={t`It is shown this once. Keep it like a password.`}
          onDone={onClose}
        />
      ) : (
        <form onSubmit={submit}>
          <Stack>
            <TextInput
              label={t`Name`}
              description={t`What it is for, so that you know it again`}
              placeholder={t`nightly import`}
              required
              data-autofocus
              value={name}
              onChange={(event) => {
                setName(event.currentTarget.value);
              }}
            />
            <Radio.Group label={t`It may be used to`} value={scope} onChange={setScope}>
              <Stack gap="xs" mt="xs">
                {scopeList().map((one) => (
                  <Radio key={one.value} value={one.value} label={one.label} description={one.may} />
                ))}
              </Stack>
            </Radio.Group>
            <Select
              label={t`It works for`}
              data={lifetimes()}
              value={days}
              allowDeselect={false}
              onChange={(next) => {
                setDays(next ?? "");
              }}
            />
            {create.error && <Alert color="red">{messageOf(create.error)}</Alert>}
            <Button type="submit" loading={create.isPending} disabled={!name.trim()}>
              <Trans>Create token</Trans>
            </Button>
          </Stack>
        </form>
      )}
    </Modal>
  );
}
