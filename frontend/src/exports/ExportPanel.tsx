import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Anchor, Button, Card, Checkbox, Group, Progress, Select, Stack, Text, Title } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useState } from "react";

import type { Export, Project } from "../api/client";
import { messageOf } from "../api/errors";
import { isLive, jobNews } from "../jobs/words";
import { when } from "../language/format";
import { exportUrl } from "./exportUrl";
import { formats, type LabelFormat, nameOf } from "./formats";
import { useExports, useStartExport } from "./useExports";

/** Takes the labels away, with the images if one likes: as a table, a dataset, or for another tool. */
export function ExportPanel({ project }: { project: Project }) {
  const choices = formats(project.task === "multi_label_classification");
  const [format, setFormat] = useState<LabelFormat>("csv");
  const [asked, setAsked] = useState(false);
  const exports = useExports(project.id);
  const start = useStartExport(project.id);
  const choice = choices.find((one) => one.value === format);
  const always = choice?.images === "always";
  return (
    <Card withBorder data-testid="exports">
      <Stack gap="sm">
        <Title order={2} size="h4">
          <Trans>Export</Trans>
        </Title>
        <Select
          label={t`Format`}
          description={choice?.help}
          allowDeselect={false}
          data={choices.map(({ value, label }) => ({ value, label }))}
          value={format}
          onChange={(value) => {
            if (value) setFormat(value);
          }}
        />
        <Group justify="space-between" gap="xs">
          <Checkbox
            label={t`With the images`}
            checked={always || asked}
            disabled={always}
            onChange={(event) => {
              setAsked(event.currentTarget.checked);
            }}
          />
          <Button
            variant="default"
            loading={start.isPending}
            onClick={() => {
              start.mutate({ format, images: always || asked });
            }}
          >
            <Trans>Export the labels</Trans>
          </Button>
        </Group>
        {start.error && (
          <Text size="sm" c="red" role="alert">
            {messageOf(start.error)}
          </Text>
        )}
        {exports.data && exports.data.length > 0 && (
          <Stack gap={6} role="list" aria-label={t`Exports`}>
            {exports.data.map((one) => (
              <Entry key={one.id} entry={one} />
            ))}
          </Stack>
        )}
      </Stack>
    </Card>
  );
}

function Entry({ entry }: { entry: Export }) {
  const { job } = entry;
  const name = nameOf(entry);
  return (
    <div role="listitem">
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text size="sm" truncate>
          {name}
        </Text>
        {job.status === "succeeded" && (
          <Anchor size="sm" href={exportUrl(entry.id)} download aria-label={t`Download ${name}`} style={{ flex: "none" }}>
            <Group gap={4} wrap="nowrap">
              <IconDownload size={14} aria-hidden />
              <Trans>Download</Trans>
            </Group>
          </Anchor>
        )}
      </Group>
      <Text size="xs" c="dimmed">
        {when(entry.created_at)}
        {job.status === "succeeded" && entry.rows !== null && ` · ${plural(entry.rows, { one: "# label", other: "# labels" })}`}
        {job.status !== "succeeded" && ` · ${jobNews(job)}`}
      </Text>
      {isLive(job) && <Progress value={100 * job.progress} size="sm" mt={4} aria-label={t`Progress of ${name}`} />}
    </div>
  );
}
