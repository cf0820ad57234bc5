import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Card, Group, SegmentedControl, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, type Balance, ok, type Project } from "../api/client";
import { messageOf } from "../api/errors";
import { keys } from "../api/keys";
import { balances, balancesOf } from "./balance";

/** How the project's task models are trained, as far as people may want to change it. */
export function TrainingCard({ project, engineer }: { project: Project; engineer: boolean }) {
  const client = useQueryClient();
  const change = useMutation({
    meta: { inline: true },
    mutationFn: (balance: Balance) =>
      ok(
        api.PATCH("/api/v1/projects/{project_id}", {
          params: { path: { project_id: project.id } },
          body: { settings: { ...project.settings, balance } },
        }),
      ),
    onSuccess: (changed) => {
      client.setQueryData(keys.project(project.id), changed);
    },
  });
  // What was clicked shows at once; a refusal takes it back.
  const balance = change.isPending ? change.variables : project.settings.balance;
  return (
    <Card withBorder data-testid="training">
      <Title order={2} size="h4"><Trans>Training</Trans></Title>
      <Group justify="space-between" gap="xs" mt={4}>
        <Text size="sm" id="balance-label">
          <Trans>Class balance</Trans>
        </Text>
        {engineer ? (
          <SegmentedControl
            size="xs"
            aria-labelledby="balance-label"
            data={balancesOf(project).map((name) => ({ value: name, label: balances()[name].label }))}
            value={balance}
            onChange={(name) => {
              change.mutate(name);
            }}
          />
        ) : (
          <Text size="sm">{balances()[balance].label}</Text>
        )}
      </Group>
      <Text size="xs" c="dimmed" mt={4}>
        {balances()[balance].does} {engineer && t`The next training follows it.`}
      </Text>
      {change.error && (
        <Alert color="red" mt="xs">
          {messageOf(change.error)}
        </Alert>
      )}
    </Card>
  );
}
