import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Card, Group, Progress, Select, Stack, Table, Text, Title } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useDropzone } from "react-dropzone";

import { api, ok } from "../api/client";
import { messageOf } from "../api/errors";
import { keys } from "../api/keys";
import { reportOf } from "./report";
import { upload } from "./upload";

const labelUses = () => [
  { value: "ignore", label: t`Pool, without labels` },
  { value: "use", label: t`Folders are labels; train, val and test are splits` },
  { value: "test", label: t`Test split, folders are labels` },
  { value: "validation", label: t`Validation split, folders are labels` },
];

export function ImportPanel({ project }: { project: string }) {
  const client = useQueryClient();
  const [labels, setLabels] = useState("ignore");
  const [sent, setSent] = useState<number | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [job, setJob] = useState<string | null>(null);

  async function send(files: File[]) {
    if (files.length === 0) return;
    setError(null);
    setSent(0);
    try {
      setJob(await upload(project, files, labels, setSent));
      await client.invalidateQueries({ queryKey: keys.jobs(project) });
    } catch (refused) {
      setError(messageOf(refused));
    } finally {
      setSent(null);
    }
  }

  const drop = useDropzone({ onDrop: (files) => void send(files), disabled: sent !== null });
  return (
    <Card withBorder>
      <Stack gap="xs">
        <Title order={4}><Trans>Import</Trans></Title>
        <Select
          label={t`What they become`}
          data={labelUses()}
          value={labels}
          allowDeselect={false}
          onChange={(value) => {
            setLabels(value ?? "ignore");
          }}
        />
        <div
          {...drop.getRootProps({
            className: drop.isDragActive ? "drop over" : "drop",
            "aria-label": t`Choose files to import`,
          })}
        >
          <input {...drop.getInputProps()} data-testid="import-drop" />
          <Text><Trans>Drop images, a folder or a zip here</Trans></Text>
          <Text size="sm" c="dimmed">
            <Trans>or click to choose. JPEG, PNG, WebP, BMP, TIFF, GIF</Trans>
          </Text>
        </div>
        {sent !== null && (
          <div>
            <Text size="sm"><Trans>Uploading…</Trans></Text>
            <Progress value={100 * sent} aria-label={t`Upload progress`} />
          </div>
        )}
        {error && <Alert color="red">{error}</Alert>}
        {job && (
          <Report
            job={job}
            onClose={() => {
              setJob(null);
            }}
          />
        )}
      </Stack>
    </Card>
  );
}

/** What an import did, as soon as it is known. */
function Report({ job, onClose }: { job: string; onClose: () => void }) {
  const found = useQuery({
    queryKey: ["job", job],
    queryFn: () => ok(api.GET("/api/v1/jobs/{job_id}", { params: { path: { job_id: job } } })),
    refetchInterval: ({ state }) =>
      state.data?.status === "running" || state.data?.status === "queued" || !state.data ? 500 : false,
  });
  const now = found.data;
  if (!now || now.status === "queued" || now.status === "running") {
    return (
      <div>
        <Text size="sm"><Trans>Importing…</Trans> {now?.message}</Text>
        <Progress value={100 * (now?.progress ?? 0)} animated aria-label={t`Import progress`} />
      </div>
    );
  }
  if (now.status !== "succeeded") return <Alert color="red">{now.error ?? t`The import was cancelled.`}</Alert>;
  const report = reportOf(now.result);
  return (
    <Alert color={report.rejectedCount > 0 ? "yellow" : "green"} data-testid="import-report" title={t`Imported`}>
      <Group justify="space-between">
        <Text size="sm">
          <Trans>
            {{ imported: report.imported }} new, {{ duplicates: report.duplicates }} known already, {{ labelled: report.labelled }} labelled,{" "}
            {{ rejected: report.rejectedCount }} left out
          </Trans>
        </Text>
        <Button size="compact-xs" variant="subtle" onClick={onClose}>
          <Trans>Close</Trans>
        </Button>
      </Group>
      {report.rejected.length > 0 && (
        <Table fz="xs" verticalSpacing={2}>
          <Table.Tbody>
            {report.rejected.slice(0, 50).map((file) => (
              <Table.Tr key={file.name}>
                <Table.Td>{file.name}</Table.Td>
                <Table.Td>{file.reason}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Alert>
  );
}
