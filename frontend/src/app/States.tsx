import { Trans } from "@lingui/react/macro";
import { Alert, Button, Card, Group, Text, Title } from "@mantine/core";

import { messageOf } from "../api/errors";

/** What could not be read, and another try. */
export function Failed({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  return (
    <Alert color="red" role="alert">
      <Group justify="space-between">
        <Text size="sm">{messageOf(error)}</Text>
        {onRetry && (
          <Button size="compact-sm" variant="default" onClick={onRetry}>
            <Trans>Try again</Trans>
          </Button>
        )}
      </Group>
    </Alert>
  );
}

/** Says whom a page is for, to somebody whose role is not enough. */
export function NotAllowed({ title, children }: { title: string; children: string }) {
  return (
    <Card withBorder data-testid="not-allowed">
      <Title order={4}>{title}</Title>
      <Text size="sm" c="dimmed" mt={4}>
        {children}
      </Text>
    </Card>
  );
}
