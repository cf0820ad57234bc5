import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Card, Group, Skeleton, Stack, Text, Title } from "@mantine/core";

import type { Throughput } from "../api/client";
import { Failed } from "../app/States";
import { number, percent } from "../language/format";
import { took } from "../review/words";
import { DayBars } from "./DayBars";
import { useThroughput } from "./usePeople";

/** How much everybody answers, how quickly, and how it compares with the labels; for reviewers and above. */
export function PeopleCard({ project }: { project: string }) {
  const found = useThroughput(project);
  if (found.error) return <Failed error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton h={120} />;
  const most = Math.max(1, ...found.data.flatMap((one) => one.days));
  return (
    <Card withBorder data-testid="people">
      <Title order={2} size="h4"><Trans>People</Trans></Title>
      {found.data.length === 0 ? (
        <Text size="sm" c="dimmed"><Trans>Nobody has answered yet. Invite annotators on the page of members.</Trans></Text>
      ) : (
        <>
          <Text size="sm" c="dimmed">
            <Trans>Answers a day over two weeks, on one scale for all.</Trans>
          </Text>
          <Stack component="ul" gap="sm" mt="sm" p={0} style={{ listStyle: "none" }}>
            {found.data.map((one) => <Person key={one.user_id} one={one} most={most} />)}
          </Stack>
        </>
      )}
    </Card>
  );
}

function Person({ one, most }: { one: Throughput; most: number }) {
  const facts = [
    t`${{ week: number(one.week) }} in 7 days`,
    t`${{ answers: number(one.answers) }} altogether`,
    one.seconds === null ? null : t`${{ took: took(1000 * one.seconds) }} each`,
  ].filter((fact) => fact !== null);
  return (
    <li>
      <Group justify="space-between" gap="md" wrap="nowrap">
        <div style={{ minWidth: 0, flex: 1 }}>
          <Text size="sm" fw={500} truncate>{one.name}</Text>
          <Text size="xs" c="dimmed" style={{ fontVariantNumeric: "tabular-nums" }}>{facts.join(" · ")}</Text>
          <Text size="xs" c="dimmed" style={{ fontVariantNumeric: "tabular-nums" }}>{agreed(one)}</Text>
        </div>
        <DayBars days={one.days} most={most} name={one.name} />
      </Group>
    </li>
  );
}

/** How often somebody says what the label says; an answer counts in the label, so this is told with chance taken out, too. */
function agreed({ compared, agreement, kappa }: Throughput): string {
  if (agreement === null) return t`No image yet that others answered, too`;
  const share = percent(agreement);
  if (kappa === null) return t`Agrees with the label in ${{ share }} of ${{ images: number(compared) }}`;
  const beyond = number(kappa, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return t`Agrees with the label in ${{ share }} of ${{ images: number(compared) }} (kappa ${{ kappa: beyond }})`;
}
