import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Group, Progress, Text } from "@mantine/core";
import { said } from "../said/said";

import { LeftOut } from "./LeftOut";
import { reportOf } from "./report";
import { useJob } from "./useImports";

/** What an import did, as soon as it is known. */
export function Report({ job, onClose }: { job: string; onClose: () => void }) {
  const now = useJob(job).data;
  if (!now || now.status === "queued" || now.status === "running") {
    return (
      <div>
        <Text size="sm">
          <Trans>Importing… {{ files: now ? said(now.message, now.said.message) : "" }}</Trans>
        </Text>
        <Progress value={100 * (now?.progress ?? 0)} animated aria-label={t`Import progress`} />
      </div>
    );
  }
  if (now.status !== "succeeded") return <Alert color="red">{now.error === null ? t`The import was cancelled.` : said(now.error, now.said.error)}</Alert>;
  const { imported, duplicates, labelled, rejectedCount, rejected } = reportOf(now.result);
  return (
    <Alert color={rejectedCount > 0 ? "yellow" : "green"} data-testid="import-report" title={t`Imported`}>
      <Group justify="space-between">
        <Text size="sm">
          <Trans>
            {imported} new, {duplicates} known already, {labelled} labelled, {rejectedCount} left out
          </Trans>
        </Text>
        <Button size="compact-xs" variant="subtle" onClick={onClose}>
          <Trans>Close</Trans>
        </Button>
      </Group>
      <LeftOut files={rejected} />
    </Alert>
  );
}
