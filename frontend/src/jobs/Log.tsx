import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Card, Group, Skeleton, Text, Title } from "@mantine/core";
import { useEffect, useRef } from "react";

import type { JobListed, LogLine } from "../api/client";
import { Failed } from "../app/States";
import { clock } from "../language/format";
import { useJobLog } from "./useJobList";
import { isLive } from "./words";

/** Within so many pixels of its end a log goes on scrolling with what comes. */
const AT_THE_END = 24;

/** A job's log. While one looks at its end, it scrolls with what is new. */
export function Log({ project, job }: { project: string; job: JobListed }) {
  const { data: lines, error, refetch } = useJobLog(project, job);
  const box = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const last = lines?.at(-1)?.number;
  useEffect(() => {
    if (box.current && follows.current) box.current.scrollTop = box.current.scrollHeight;
  }, [last]);
  return (
    <Card withBorder p={0} data-testid="job-log">
      <Group justify="space-between" px="md" py="xs">
        <Title order={3} size="h4"><Trans>Log</Trans></Title>
        {isLive(job) && lines && <Text size="xs" c="dimmed"><Trans>New lines appear by themselves.</Trans></Text>}
      </Group>
      {error && <Failed error={error} onRetry={() => void refetch()} />}
      {!lines && !error && <Skeleton h={200} />}
      {lines?.length === 0 && (
        <Text size="sm" c="dimmed" px="md" pb="md">
          {job.status === "queued" ? t`The job waits for a worker; it has said nothing yet.` : t`The job has said nothing.`}
        </Text>
      )}
      {lines && lines.length > 0 && (
        <div
          ref={box}
          className="log"
          role="log"
          aria-live="off"
          aria-label={t`Log`}
          tabIndex={0}
          onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
            follows.current = scrollHeight - scrollTop - clientHeight < AT_THE_END;
          }}
        >
          {lines.map((line) => (
            <Line key={line.number} line={line} />
          ))}
        </div>
      )}
    </Card>
  );
}

function Line({ line }: { line: LogLine }) {
  const levels = { info: null, warning: t`warning`, error: t`error` };
  const level = levels[line.level];
  return (
    <div className={`log-line ${line.level}`}>
      <time dateTime={line.at}>{clock(line.at)}</time>
      <span>
        {level && <b>{level}</b>}
        {line.text}
      </span>
    </div>
  );
}
