import { Alert, Card, Group, Skeleton, Table, Text, Title } from "@mantine/core";

import type { Agreement, Project } from "../api/client";
import { messageOf } from "../api/errors";
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
      <Title order={4}>Agreement</Title>
      {images === 0 ? (
        <Text size="sm" c="dimmed" mt={4}>
          No image has answers of two people yet. The overlap on the overview says how many are asked for the same one.
        </Text>
      ) : (
        <>
          <Group gap="xl" mt="xs">
            <Figure name="Fleiss' kappa" value={coefficient(found.data.fleiss_kappa)} />
            <Figure name="Krippendorff's alpha" value={coefficient(found.data.alpha)} />
            <Figure name="Images with one answer from all" value={`${unanimous} of ${images}`} />
            <Figure name="Answers compared" value={answers.toLocaleString("en")} />
          </Group>
          <Text size="xs" c="dimmed" mt={4}>
            1: all agree. 0: they agree as by chance.
          </Text>
          <Pairs found={found.data} />
          <Title order={5} mt="md">By class, against all others</Title>
          <Table.ScrollContainer minWidth={400}>
            <Table verticalSpacing={4} className="figures">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Class</Table.Th>
                  <Table.Th ta="right">Images</Table.Th>
                  <Table.Th ta="right">Of one mind</Table.Th>
                  <Table.Th ta="right">Fleiss&apos; kappa</Table.Th>
                  <Table.Th ta="right">Alpha</Table.Th>
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
      <Title order={5} mt="md">Cohen&apos;s kappa of every two</Title>
      <Table.ScrollContainer minWidth={300}>
        <Table verticalSpacing={4} className="figures" withColumnBorders>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Annotator</Table.Th>
              {people.map((one) => <Table.Th key={one.user_id} ta="right">{one.name}</Table.Th>)}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {people.map((row) => (
              <Table.Tr key={row.user_id}>
                <Table.Th scope="row">
                  {row.name} <Text span size="xs" c="dimmed">{row.answers} answers</Text>
                </Table.Th>
                {people.map((column) => {
                  const both = pair(row.user_id, column.user_id);
                  return (
                    <Table.Td
                      key={column.user_id}
                      ta="right"
                      title={both && `${both.images} images, the same answer for ${Math.round(100 * both.agreement)} %`}
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
