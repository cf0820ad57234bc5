import { t } from "@lingui/core/macro";
import { Progress } from "@mantine/core";
import { IconCloudOff, IconCloudUp, IconBook, IconGridDots, IconKeyboard, IconPhoto } from "@tabler/icons-react";
import { Link } from "react-router";

import type { Queue, SessionFigures } from "../api/client";
import { number } from "../language/format";
import { CommandButton, useKnown } from "./CommandButton";
import type { Outbox } from "./outbox";
import { useOutboxState } from "./outboxes";

interface Props {
  project: string;
  name: string;
  progress: Queue | undefined;
  /** One's own figures; null while they are not known. */
  today: SessionFigures | null;
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
        {today && today.answers > 0 && <Figures today={today} />}
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

/** How many of today, how quickly, and how many in a row agree: for oneself, so nothing counts or blinks. */
function Figures({ today: { answers, seconds, streak } }: { today: SessionFigures }) {
  const took = seconds !== null && number(seconds, { style: "unit", unit: "second", maximumFractionDigits: 1 });
  return (
    <>
      <span title={t`Your answers today in this project`}>{t`${answers} today`}</span>
      {took !== false && <span title={t`The median of your last answers today`}>{t`${took} an image`}</span>}
      {streak > 1 && (
        <span title={t`Your last ${streak} answers in closed cycles that can be compared all agree with the label`}>
          {t`${streak} in a row agree`}
        </span>
      )}
    </>
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
