import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Anchor, Button, Center, Loader, Paper, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "react-router";

import { ApiError, messageOf } from "../api/errors";

/** A page that a link with a secret leads to. */
export function LinkFrame({ children }: { children: ReactNode }) {
  return (
    <Center component="main" mih="100vh" p="md">
      <Paper withBorder p="xl" w={420} maw="100%" shadow="sm">
        <Stack>
          <Text fw={650}>
            <img src="/icon.svg" alt="" width={20} height={20} style={{ verticalAlign: "-4px" }} /> Nextbatch
          </Text>
          {children}
        </Stack>
      </Paper>
    </Center>
  );
}

export function LinkLoading() {
  return (
    <LinkFrame>
      <Center>
        <Loader aria-label={t`Loading`} />
      </Center>
    </LinkFrame>
  );
}

interface Props {
  error: unknown;
  /** How the codes begin after which no second try helps. */
  final: string;
  onRetry: () => void;
}

/** Why the link leads nowhere. */
export function LinkRefused({ error, final, onRetry }: Props) {
  const over = error instanceof ApiError && error.code.startsWith(final);
  return (
    <LinkFrame>
      <Title order={1} size="h3">{over ? t`This link does not work` : t`That did not work`}</Title>
      <Text data-testid="link-refused">{messageOf(error)}</Text>
      {over ? (
        <Anchor component={Link} to="/">
          <Trans>Go to Nextbatch</Trans>
        </Anchor>
      ) : (
        <Button variant="default" onClick={onRetry}>
          <Trans>Try again</Trans>
        </Button>
      )}
    </LinkFrame>
  );
}
