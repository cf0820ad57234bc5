import { t } from "@lingui/core/macro";
import { Progress } from "@mantine/core";
import { IconCloudOff, IconCloudUp, IconBook, IconGridDots, IconKeyboard, IconPhoto } from "@tabler/icons-react";
import { type ReactNode, Suspense } from "react";
import { Link } from "react-router";

import type { Queue } from "../api/client";
import { CommandButton, useKnown } from "./CommandButton";
import type { Outbox } from "./outbox";
import { useOutboxState } from "./outboxes";

interface Props {
  project: string;
  name: string;
  progress: Queue | undefined;
  /** One's own figures. */
  today: ReactNode;
  outbox: Outbox;
  /** Whether the guidelines are beside the image. */
  guide: boolean;
}

export function Head({ project, name, progress, today, outbox, guide }: Props) {
  const { controls } = useKnown();
  const done = (progress?.answered ?? 0) + (progress?.skipped ?? 0);
  return (
    <header className="bench-head">
      <Link className="bench-back" to={`/projects/${project}`}>
        ← {name}
      </Link>
      <span className="bench-progress" data-testid="queue-progress" aria-live="polite">
        {progress?.cycle_id && progress.number
          ? t`Cycle ${{ number: progress.number }}: ${done} of ${{ queued: progress.queued }}, ${{ mine: progress.mine }} by you`
          : t`No queue is open`}
      </span>
      <span className="bench-today" data-testid="today">
        <Suspense>{today}</Suspense>
      </span>
      <Unsent outbox={outbox} />
      <div className="bench-head-buttons">
        <CommandButton
          id="grid"
          iconOnly
          icon={controls.mode === "grid" ? <IconPhoto size={18} /> : <IconGridDots size={18} />}
          pressed={controls.mode === "grid"}
        />
        <CommandButton id="guide" iconOnly icon={<IconBook size={18} />} pressed={guide} />
        <CommandButton id="help" iconOnly icon={<IconKeyboard size={18} />} />
      </div>
      <Progress
        className="bench-bar"
        size={3}
        aria-label={t`Answered share of the queue`}
        value={(100 * done) / Math.max(1, progress?.queued ?? 1)}
      />
    </header>
  );
}

/** A quiet sign of answers that the server does not have yet. Nothing to be done about: they are kept. */
function Unsent({ outbox }: { outbox: Outbox }) {
  const { unsent, line } = useOutboxState(outbox);
  const where = {
    up: "",
    away: t`The server cannot be reached. Your answers are kept in this browser and sent later.`,
    "signed-out": t`Sign in again to send your answers. They are kept in this browser.`,
  }[line];
  return (
    <span className="bench-unsent" data-testid="unsent" data-line={line} role="status" title={where || undefined}>
      {unsent > 0 && (line === "up" ? <IconCloudUp size={16} aria-hidden /> : <IconCloudOff size={16} aria-hidden />)}
      {unsent > 0 && <span>{line === "up" ? t`${unsent} unsent` : t`${unsent} unsent, kept here`}</span>}
    </span>
  );
}
