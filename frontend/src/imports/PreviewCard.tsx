import { plural, t } from "@lingui/core/macro";
import { Plural, Trans } from "@lingui/react/macro";
import { Alert, Button, Checkbox, Group, Progress, ScrollArea, Select, SimpleGrid, Stack, Table, Text } from "@mantine/core";
import { type ReactNode, useState } from "react";

import type { ImportLabels } from "../api/client";
import { messageOf } from "../api/errors";
import { number, size } from "../language/format";
import { useProject } from "../projects/useProject";
import { said } from "../said/said";
import { LeftOut } from "./LeftOut";
import { guessed, isKnown, outcome, type Preview, previewOf, splitOf } from "./preview";
import { useConfirmImport, useDiscardImport, useJob } from "./useImports";

const ROWS = 100;

interface Props {
  project: string;
  job: string;
  onConfirmed: (job: string) => void;
  onDiscarded: () => void;
}

/** What an import would do; somebody confirms it, or nothing happens. */
export function PreviewCard({ project, job, onConfirmed, onDiscarded }: Props) {
  const now = useJob(job).data;
  const known = useProject(project).data;
  const discard = useDiscardImport(project, job);
  const cancel = (
    <Button
      size="compact-sm"
      variant="default"
      loading={discard.isPending}
      onClick={() => {
        discard.mutate(undefined, { onSuccess: onDiscarded });
      }}
    >
      <Trans>Cancel</Trans>
    </Button>
  );
  if (!now || !known || now.status === "queued" || now.status === "running") {
    return (
      <div>
        <Group justify="space-between" mb={4}>
          <Text size="sm">
            <Trans>Looking through the files… {{ files: now ? said(now.message, now.said.message) : "" }}</Trans>
          </Text>
          {cancel}
        </Group>
        <Progress value={100 * (now?.progress ?? 0)} animated aria-label={t`Preview progress`} />
      </div>
    );
  }
  if (now.status !== "succeeded") {
    return (
      <Alert color="red">
        <Group justify="space-between">
          <Text size="sm">{now.error === null ? t`The preview was cancelled.` : said(now.error, now.said.error)}</Text>
          {cancel}
        </Group>
      </Alert>
    );
  }
  return (
    <Found
      project={project}
      job={job}
      preview={previewOf(now.result)}
      hasClasses={known.classes.length > 0}
      cancel={cancel}
      onConfirmed={onConfirmed}
    />
  );
}

interface FoundProps {
  project: string;
  job: string;
  preview: Preview;
  hasClasses: boolean;
  cancel: ReactNode;
  onConfirmed: (job: string) => void;
}

function Found({ project, job, preview, hasClasses, cancel, onConfirmed }: FoundProps) {
  const [labels, setLabels] = useState<ImportLabels>(guessed(preview, hasClasses));
  const [create, setCreate] = useState(!hasClasses);
  const confirm = useConfirmImport(project, job);
  const named = labels !== "ignore";
  const { labelled, leftOut } = outcome(preview, labels, create);
  const options: { value: ImportLabels; label: string }[] = [
    { value: "ignore", label: t`Pool, without labels` },
    { value: "use", label: t`Folders are labels; train, val and test are splits` },
    { value: "test", label: t`Test split, folders are labels` },
    { value: "validation", label: t`Validation split, folders are labels` },
  ];
  const { unknownClasses } = preview;
  return (
    <Stack gap="sm" data-testid="import-preview">
      <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="xs">
        <Figure value={preview.fresh} label={t`new images`} more={preview.fresh > 0 ? size(preview.bytes) : ""} />
        <Figure value={preview.known} label={t`known already`} />
        <Figure value={preview.twice} label={t`twice in the upload`} />
        <Figure value={preview.rejectedCount} label={t`not usable`} />
      </SimpleGrid>
      <Select
        label={t`What they become`}
        data={options}
        value={labels}
        allowDeselect={false}
        onChange={(value) => {
          setLabels(options.find((option) => option.value === value)?.value ?? "ignore");
        }}
      />
      {preview.places.length > 0 && <Places preview={preview} labels={labels} />}
      {named && unknownClasses.length > 0 && (
        <Checkbox
          checked={create}
          onChange={(event) => {
            setCreate(event.currentTarget.checked);
          }}
          label={plural(unknownClasses.length, { one: "Make # new class", other: "Make # new classes" })}
          description={unknownClasses.slice(0, 20).join(", ")}
        />
      )}
      {named && (
        <Text size="sm" c="dimmed">
          <Plural value={labelled} one="# image comes with a label." other="# images come with a label." />
        </Text>
      )}
      {leftOut > 0 && (
        <Alert color="yellow" p="xs">
          <Plural
            value={leftOut}
            one="# image is left out: a held-out image needs a class."
            other="# images are left out: a held-out image needs a class."
          />
        </Alert>
      )}
      <LeftOut files={preview.rejected} />
      {confirm.error && <Alert color="red">{messageOf(confirm.error)}</Alert>}
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {preview.fresh > 0 && <Trans>Takes about {{ time: duration(preview.seconds) }}.</Trans>}
        </Text>
        <Group gap="xs">
          {cancel}
          <Button
            size="compact-sm"
            loading={confirm.isPending}
            disabled={preview.images === 0}
            onClick={() => {
              confirm.mutate({ labels, create_classes: named && create }, { onSuccess: onConfirmed });
            }}
          >
            <Trans>Import</Trans>
          </Button>
        </Group>
      </Group>
    </Stack>
  );
}

function Figure({ value, label, more }: { value: number; label: string; more?: string }) {
  return (
    <div>
      <Text fw={600} fz="lg" lh={1.2}>
        {number(value)}
      </Text>
      <Text size="xs" c="dimmed">
        {label} {more}
      </Text>
    </div>
  );
}

/** Folders as splits and classes, with their numbers; those whose class is unknown are marked. */
function Places({ preview, labels }: { preview: Preview; labels: ImportLabels }) {
  const known = new Set(preview.knownClasses);
  const splits = { pool: t`Pool`, validation: t`Validation`, test: t`Test` };
  return (
    <ScrollArea.Autosize mah={240}>
      <Table fz="sm" verticalSpacing={3} stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>
              <Trans>Folder</Trans>
            </Table.Th>
            <Table.Th>
              <Trans>Split</Trans>
            </Table.Th>
            <Table.Th ta="right">
              <Trans>Images</Trans>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {preview.places.slice(0, ROWS).map((place) => (
            <Table.Tr key={`${place.split ?? ""}/${place.folder ?? ""}`}>
              <Table.Td style={{ overflowWrap: "anywhere" }}>
                {place.folder ?? "–"}
                {labels !== "ignore" && place.folder !== null && !isKnown(place.folder, known) && place.folder !== preview.noneFolder && (
                  <Text span size="xs" c="dimmed" ml="xs">
                    <Trans>no such class</Trans>
                  </Text>
                )}
                {labels !== "ignore" && place.folder === preview.noneFolder && (
                  <Text span size="xs" c="dimmed" ml="xs">
                    <Trans>none of the classes</Trans>
                  </Text>
                )}
              </Table.Td>
              <Table.Td>{splits[splitOf(place, labels)]}</Table.Td>
              <Table.Td ta="right">{number(place.images)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea.Autosize>
  );
}

function duration(seconds: number): string {
  const [unit, scale] = seconds >= 5400 ? (["hour", 3600] as const) : seconds >= 90 ? (["minute", 60] as const) : (["second", 1] as const);
  return number(Math.max(1, Math.ceil(seconds / scale)), { style: "unit", unit, unitDisplay: "long" });
}
