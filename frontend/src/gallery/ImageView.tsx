import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { ActionIcon, Group, Modal, MultiSelect, Select, SimpleGrid, Skeleton, Stack, Table, Text, Title } from "@mantine/core";
import { useHotkeys, useMediaQuery } from "@mantine/hooks";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { Link } from "react-router";

import { contentUrl, type Image, type ImageDetail, type Project } from "../api/client";
import { Failed } from "../app/States";
import { ControlMark } from "../controls/ControlMark";
import { number, size } from "../language/format";
import { useSettle } from "../review/useReview";
import { labelWords } from "./filter";
import { History } from "./History";
import { useImage, useRefreshImages } from "./useGallery";

const NARROW = "(max-width: 48em)";
const BACK = "ArrowLeft";
const ON = "ArrowRight";

interface Props {
  project: Project;
  image: string;
  reviewer: boolean;
  onClose: () => void;
  hasPrevious: boolean;
  hasNext: boolean;
  onStep: (by: 1 | -1) => void;
}

/** One image large, with all that is known of it. */
export function ImageView({ project, image, reviewer, onClose, hasPrevious, hasNext, onStep }: Props) {
  const narrow = useMediaQuery(NARROW);
  const found = useImage(project.id, image);
  useHotkeys([
    [BACK, () => { onStep(-1); }],
    [ON, () => { onStep(1); }],
  ]);
  return (
    <Modal
      opened
      onClose={onClose}
      size={1080}
      fullScreen={narrow}
      title={found.data?.filename ?? ""}
      closeButtonProps={{ "aria-label": t`Close` }}
      data-testid="image-view"
    >
      {found.error && <Failed error={found.error} onRetry={() => void found.refetch()} />}
      {found.isPending && <Skeleton h={400} />}
      {found.data && (
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="lg">
          <Stack gap="xs">
            <div className="gallery-stage">
              <img
                key={found.data.id}
                className="gallery-picture"
                data-tiny={Math.max(found.data.width, found.data.height) < 128 || undefined}
                src={contentUrl(found.data.id, "display")}
                alt={found.data.filename}
              />
            </div>
            <Group justify="space-between">
              <ActionIcon variant="default" size="lg" aria-label={t`Previous image`} disabled={!hasPrevious} onClick={() => { onStep(-1); }}>
                <IconChevronLeft size={18} />
              </ActionIcon>
              <ActionIcon variant="default" size="lg" aria-label={t`Next image`} disabled={!hasNext} onClick={() => { onStep(1); }}>
                <IconChevronRight size={18} />
              </ActionIcon>
            </Group>
          </Stack>
          <Stack gap="md">
            {reviewer && <SetLabel project={project} image={found.data} />}
            <Facts project={project.id} image={found.data} />
            {reviewer && <ControlMark key={found.data.id} project={project.id} image={found.data} />}
            {reviewer && (
              <div>
                <Title order={3} size="h5" mb={4}>
                  <Trans>History</Trans>
                </Title>
                <History project={project.id} image={found.data.id} />
              </div>
            )}
          </Stack>
        </SimpleGrid>
      )}
    </Modal>
  );
}

/** The label as a reviewer sets it; like any review, it stands. */
function SetLabel({ project, image }: { project: Project; image: Image }) {
  const refresh = useRefreshImages(project.id);
  const settle = useSettle(project.id, () => undefined);
  const set = (label: string | readonly string[]) => {
    settle.mutate({ image: image.id, label }, { onSettled: () => void refresh() });
  };
  const shown = settle.isPending ? settle.variables.label : (image.label ?? image.labels ?? null);
  if (project.task === "multi_label_classification") {
    return (
      <MultiSelect
        label={t`Label`}
        description={t`A label that a reviewer sets stands, whatever is answered later.`}
        placeholder={shown === null ? t`none yet` : t`none of the classes`}
        searchable
        data={project.classes.map((one) => one.name)}
        value={typeof shown === "string" ? [shown] : [...(shown ?? [])]}
        disabled={settle.isPending}
        onChange={set}
      />
    );
  }
  return (
    <Select
      label={t`Label`}
      description={t`A label that a reviewer sets stands, whatever is answered later.`}
      placeholder={t`none yet`}
      searchable={project.classes.length > 8}
      allowDeselect={false}
      data={project.classes.map((one) => one.name)}
      value={typeof shown === "string" ? shown : null}
      disabled={settle.isPending}
      onChange={(name) => {
        if (typeof name === "string") set(name);
      }}
    />
  );
}

function Facts({ project, image }: { project: string; image: ImageDetail }) {
  const { width, height, format } = image;
  const bytes = size(image.bytes);
  const splits = { pool: t`pool`, validation: t`validation`, test: t`test` };
  const rows: [string, React.ReactNode][] = [
    [t`Label`, labelWords(image) ?? t`none yet`],
    [t`Split`, splits[image.split]],
    [t`Size`, t`${width} × ${height} px, ${format}, ${{ size: bytes }}`],
    ...(image.pool_batch === null
      ? []
      : ([[t`Pool batch`, <Link key="batch" to={`/projects/${project}/images?pool_batch=${image.pool_batch}`}>{image.pool_batch}</Link>]] as [string, React.ReactNode][])),
    ...(image.pretext_loss === null
      ? []
      : ([[t`Pretext loss`, number(image.pretext_loss, { maximumSignificantDigits: 3 })]] as [string, React.ReactNode][])),
    ...(image.duplicate_of_id
      ? ([[t`Near-duplicate`, <Link key="alike" to={`/projects/${project}/images?alike=${image.duplicate_of_id}`}><Trans>Show all of this shot</Trans></Link>]] as [string, React.ReactNode][])
      : []),
    ...(image.source_uri === null ? [] : ([[t`Lies at`, image.source_uri]] as [string, React.ReactNode][])),
  ];
  const told = Object.entries(image.metadata).map(([name, value]): [string, React.ReactNode] => [
    name,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return (
    <Table withRowBorders={false} verticalSpacing={3} horizontalSpacing={0} className="figures" aria-label={t`What is known of the image`}>
      <Table.Tbody>
        {[...rows, ...told].map(([name, value], place) => (
          <Table.Tr key={place}>
            <Table.Th fw={400} w={130}>
              <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
                {name}
              </Text>
            </Table.Th>
            <Table.Td style={{ overflowWrap: "anywhere" }}>{value}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
