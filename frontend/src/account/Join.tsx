import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, SegmentedControl, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";

import { api, type Me, ok } from "../api/client";
import { ApiError, fieldErrors, messageOf } from "../api/errors";
import { keys } from "../api/keys";
import { LanguageSwitch } from "../language/LanguageSwitch";
import { asRole } from "../members/roles";
import { AccountFields, emptyAccount } from "./fields";
import { LinkFrame, LinkLoading, LinkRefused } from "./LinkFrame";
import { SignIn } from "./Login";
import { REFUSED } from "./openIdUrl";

/** Where an invitation's link leads: to a project, with the account one has or a new one. */
export default function Join({ me }: { me: Me | null }) {
  const { secret = "" } = useParams();
  const [params] = useSearchParams();
  const [way, setWay] = useState(params.has(REFUSED) ? "old" : "new");
  const invited = useQuery({
    queryKey: ["join", secret],
    staleTime: Infinity, // it was open when the page opened; joining will tell if it is not any more
    queryFn: () => ok(api.POST("/api/v1/join/preview", { body: { secret } })),
  });
  if (invited.isPending) return <LinkLoading />;
  if (invited.error) return <LinkRefused error={invited.error} final="invitation_" onRetry={() => void invited.refetch()} />;
  const { project_name: project, role, invited_by: by } = invited.data;
  return (
    <LinkFrame>
      <title>{t`Join ${project} · Nextbatch`}</title>
      <div>
        <Title order={1} size="h3">
          <Trans>Join {project}</Trans>
        </Title>
        <Text c="dimmed" size="sm" mt={4}>
          {by === null
            ? t`Somebody invites you to label images with Nextbatch, as ${{ role: asRole(role) }}.`
            : t`${by} invites you to label images with Nextbatch, as ${{ role: asRole(role) }}.`}
        </Text>
      </div>
      {me ? (
        <WithAccount me={me} secret={secret} />
      ) : (
        <>
          <SegmentedControl
            fullWidth
            aria-label={t`Account`}
            value={way}
            onChange={setWay}
            data={[
              { value: "new", label: t`I am new here` },
              { value: "old", label: t`I have an account` },
            ]}
          />
          {way === "new" ? <NewAccount secret={secret} /> : <SignIn />}
          <LanguageSwitch />
        </>
      )}
    </LinkFrame>
  );
}

function WithAccount({ me, secret }: { me: Me; secret: string }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const join = useMutation({
    meta: { inline: true },
    mutationFn: () => ok(api.POST("/api/v1/join", { body: { secret } })),
    onSuccess: async (joined) => {
      await client.invalidateQueries();
      await navigate(`/projects/${joined.project_id}`);
    },
  });
  const out = useMutation({
    mutationFn: () => ok(api.POST("/api/v1/auth/logout")),
    onSuccess: () => {
      client.setQueryData(keys.me, null);
    },
  });
  const member = join.error instanceof ApiError && join.error.code === "already_member" ? join.error.details.project_id : null;
  return (
    <>
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        <Trans>
          You are signed in as {{ name: me.user.name }} ({{ email: me.user.email }}).
        </Trans>
      </Text>
      {join.error && <Alert color="red">{messageOf(join.error)}</Alert>}
      {typeof member === "string" ? (
        <Button component={Link} to={`/projects/${member}`}>
          <Trans>Go to the project</Trans>
        </Button>
      ) : (
        <Button
          loading={join.isPending}
          onClick={() => {
            join.mutate();
          }}
        >
          <Trans>Join the project</Trans>
        </Button>
      )}
      <Button
        variant="subtle"
        loading={out.isPending}
        onClick={() => {
          out.mutate();
        }}
      >
        <Trans>Use another account</Trans>
      </Button>
    </>
  );
}

function NewAccount({ secret }: { secret: string }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [account, setAccount] = useState(emptyAccount);
  const join = useMutation({
    meta: { inline: true },
    mutationFn: () => ok(api.POST("/api/v1/join/account", { body: { secret, ...account } })),
    onSuccess: async (me) => {
      client.setQueryData(keys.me, me);
      const [project] = Object.keys(me.roles);
      await navigate(project ? `/projects/${project}` : "/");
    },
  });
  const taken = join.error instanceof ApiError && join.error.code === "email_taken";
  const wrong = taken
    ? { email: t`There is an account for this address: choose “I have an account”.` }
    : fieldErrors(join.error);
  function submit(event: SyntheticEvent) {
    event.preventDefault();
    join.mutate();
  }
  return (
    <Stack component="form" onSubmit={submit}>
      <AccountFields own account={account} wrong={wrong} onChange={setAccount} />
      {join.error && Object.keys(wrong).length === 0 && <Alert color="red">{messageOf(join.error)}</Alert>}
      <Button type="submit" loading={join.isPending}>
        <Trans>Create account and join</Trans>
      </Button>
    </Stack>
  );
}
