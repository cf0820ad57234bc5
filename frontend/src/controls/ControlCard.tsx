import "./controls.css";

import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Anchor, Card, Skeleton, Stack, Table, Text, Title } from "@mantine/core";
import { Link } from "react-router";

import type { ControlReport, Project, Share } from "../api/client";
import { Failed } from "../app/States";
import { percent } from "../language/format";
import { covers } from "../projects/useProject";
import { DrawControls } from "./DrawControls";
import { useControlReport } from "./useControls";
import { WrongAnswers } from "./WrongAnswers";
import { intervalWords, rightWords } from "./words";

/** A table that is wider than the page can be scrolled by keys, too. */
const BY_KEYS = { viewportProps: { tabIndex: 0 } };

/** How right each annotator is, by images whose answer is known. */
export function ControlCard({ project }: { project: Project }) {
  const found = useControlReport(project.id);
  return (
    <Card withBorder data-testid="controls">
      <Stack gap="md">
        <div>
          <Title order={3} size="h4">
            <Trans>Control images</Trans>
          </Title>
          {found.data && <State project={project} report={found.data} />}
        </div>
        {found.error && <Failed error={found.error} onRetry={() => void found.refetch()} />}
        {found.isPending && <Skeleton h={120} />}
        {found.data && <Accuracy report={found.data} />}
        {found.data?.annotators
          .filter((one) => one.wrong.length > 0)
          .map((one) => <WrongAnswers key={one.user_id} project={project.id} person={one} />)}
        {found.data && <DrawControls project={project.id} />}
      </Stack>
    </Card>
  );
}

/** How many there are, and whether anybody gets them. */
function State({ project, report }: { project: Project; report: ControlReport }) {
  const marked = plural(report.images, {
    one: "# image with a known answer is a control image.",
    other: "# images with a known answer are control images.",
  });
  const share = percent(report.share, report.share > 0 && report.share < 0.01 ? 1 : 0);
  const settings = `/projects/${project.id}/settings`;
  const engineer = covers(project.role, "engineer");
  return (
    <Text size="sm" c="dimmed" mt={4}>
      {report.images === 0 ? (
        <Trans>Annotators can be asked for images whose answer is known, without knowing which. It then says here how right they are. No image is one yet.</Trans>
      ) : (
        marked
      )}{" "}
      {report.share > 0 ? (
        <Trans>They are {share} of what annotators get.</Trans>
      ) : (
        <Trans>Nobody gets any: their share is 0 in the settings.</Trans>
      )}{" "}
      {engineer && (
        <Anchor component={Link} to={settings} size="sm" underline="always">
          <Trans>Settings</Trans>
        </Anchor>
      )}
    </Text>
  );
}

/** By annotator, and by class. */
function Accuracy({ report }: { report: ControlReport }) {
  if (report.annotators.length === 0) {
    return report.images > 0 && report.share > 0 ? (
      <Text size="sm">
        <Trans>Nobody has answered one yet.</Trans>
      </Text>
    ) : null;
  }
  const skipped = report.annotators.reduce((sum, one) => sum + one.skipped, 0);
  return (
    <>
      <Table.ScrollContainer minWidth={440} scrollAreaProps={BY_KEYS}>
        <Table verticalSpacing={4} className="figures">
          <Table.Thead>
            <Table.Tr>
              <Table.Th><Trans>Annotator</Trans></Table.Th>
              <Table.Th ta="right"><Trans>Right</Trans></Table.Th>
              <Table.Th ta="right"><Trans>95 % interval</Trans></Table.Th>
              <Table.Th ta="right"><Trans>Skipped</Trans></Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {report.annotators.map((one) => (
              <Row key={one.user_id} name={one.name} right={one.right} skipped={one.skipped} />
            ))}
            {report.annotators.length > 1 && <Row name={t`Everybody`} right={report.right} skipped={skipped} sum />}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {report.classes.length > 0 && <ByClass classes={report.classes} />}
    </>
  );
}

function Row({ name, right, skipped, sum = false }: { name: string; right: Share; skipped?: number; sum?: boolean }) {
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={sum ? 600 : 400}>{name}</Table.Th>
      <Table.Td ta="right">{rightWords(right)}</Table.Td>
      <Table.Td ta="right">{intervalWords(right)}</Table.Td>
      {skipped !== undefined && <Table.Td ta="right">{skipped}</Table.Td>}
    </Table.Tr>
  );
}

function ByClass({ classes }: { classes: ControlReport["classes"] }) {
  const worst = [...classes].sort((a, b) => share(a.right) - share(b.right));
  return (
    <div>
      <Title order={4} size="h5"><Trans>By known class, the worst first</Trans></Title>
      <Table.ScrollContainer minWidth={300} scrollAreaProps={BY_KEYS}>
        <Table verticalSpacing={4} className="figures">
          <Table.Thead>
            <Table.Tr>
              <Table.Th><Trans>Class</Trans></Table.Th>
              <Table.Th ta="right"><Trans>Right</Trans></Table.Th>
              <Table.Th ta="right"><Trans>95 % interval</Trans></Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {worst.map((one) => (
              <Row key={one.class} name={one.class} right={one.right} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </div>
  );
}

function share(right: Share): number {
  return right.share ?? 1;
}
