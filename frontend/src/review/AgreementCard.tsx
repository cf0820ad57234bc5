import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Card, Group, Skeleton, Table, Text, Title } from "@mantine/core";

import type { Agreement, Project } from "../api/client";
import { messageOf } from "../api/errors";
import { number, percent } from "../language/format";
import { useAgreement } from "./useReview";
import { coefficient } from "./words";

/** How far annotators agree beyond chance: all of them, each two of them, and by class. */
export function AgreementCard({ project }: { project: Project }) {
  const found = useAgreement(project.id, true);
  if (found.error) return <Alert color="red">{messageOf(found.error)}</Alert>;
  if (!found.data) return <Skeleton h={160} />;
  const { images, answers, unanimous, classes } = found.data;
  return (
    <Card withBorder data-testid="agreement">
      <Title order={3} size="h4"><Trans>Agreement</Trans></Title>
      {images === 0 ? (
        <Text size="sm" c="dimmed" mt={4}>
          <Trans>No image has answers of two people yet. The overlap on the overview says how many are asked for the same one.</Trans>
        </Text>
      ) : (
        <>
          <Group gap="xl" mt="xs">
            <Figure name={t`Fleiss' kappa`} value={coefficient(found.data.fleiss_kappa)} />
            <Figure name={t`Krippendorff's alpha`} value={coefficient(found.data.alpha)} />
            <Figure name={t`Images with one answer from all`} value={t`${unanimous} of ${images}`} />
            <Figure name={t`Answers compared`} value={number(answers)} />
          </Group>
          <Text size="xs" c="dimmed" mt={4}>
            <Trans>1: all agree. 0: they agree as by chance.</Trans>
          </Text>
          <Pairs found={found.data} />
          <Title order={4} size="h5" mt="md"><Trans>By class, against all others</Trans></Title>
          <Table.ScrollContainer minWidth={400}>
            <Table verticalSpacing={4} className="figures">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th><Trans>Class</Trans></Table.Th>
                  <Table.Th ta="right"><Trans>Images</Trans></Table.Th>
                  <Table.Th ta="right"><Trans>Of one mind</Trans></Table.Th>
                  <Table.Th ta="right"><Trans>Fleiss&apos; kappa</Trans></Table.Th>
                  <Table.Th ta="right"><Trans>Alpha</Trans></Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {classes.filter((one) => one.images > 0).map((one) => (
                  <Table.Tr key={one.class}>
                    <Table.Td>{one.class}</Table.Td>
                    <Table.Td ta="right">{one.images}</Table.Td>
                    <Table.Td ta="right">{one.unanimous}</Table.Td>
                    <Table.Td ta="right">{coefficient(one.fleiss_kappa)}</Table.Td>
                    <Table.Td ta="right">{coefficient(one.alpha)}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </>
      )}
    </Card>
  );
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <Text size="xs" c="dimmed">{name}</Text>
      <Text fw={600} className="figures">{value}</Text>
    </div>
  );
}

/** Cohen's kappa of every two annotators, as a matrix. */
function Pairs({ found }: { found: Agreement }) {
  const people = found.annotators;
  const pair = (a: string, b: string) =>
    found.pairs.find((one) => (one.first === a && one.second === b) || (one.first === b && one.second === a));
  return (
    <>
      <Title order={4} size="h5" mt="md"><Trans>Cohen&apos;s kappa of every two</Trans></Title>
      <Table.ScrollContainer minWidth={300}>
        <Table verticalSpacing={4} className="figures" withColumnBorders>
          <Table.Thead>
            <Table.Tr>
              <Table.Th><Trans>Annotator</Trans></Table.Th>
              {people.map((one) => <Table.Th key={one.user_id} ta="right">{one.name}</Table.Th>)}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {people.map((row) => (
              <Table.Tr key={row.user_id}>
                <Table.Th scope="row">
                  {row.name} <Text span size="xs" c="dimmed"><Trans>{{ answers: row.answers }} answers</Trans></Text>
                  {row.reliability !== null && (
                    <Text size="xs" c="dimmed" fw={400} title={t`Estimated when the last cycle closed`}>
                      {t`about ${{ share: percent(row.reliability) }} right`}
                    </Text>
                  )}
                </Table.Th>
                {people.map((column) => {
                  const both = pair(row.user_id, column.user_id);
                  return (
                    <Table.Td
                      key={column.user_id}
                      ta="right"
                      title={both && t`${{ images: both.images }} images, the same answer for ${{ share: percent(both.agreement) }}`}
                    >
                      {both ? coefficient(both.kappa) : ""}
                    </Table.Td>
                  );
                })}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </>
  );
}
