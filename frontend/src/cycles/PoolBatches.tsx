import "./pool.css";

import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Card, Group, Text, Title, Tooltip, VisuallyHidden } from "@mantine/core";
import { Link } from "react-router";

import type { Cycle, Plan, PretextRun, Project } from "../api/client";
import { number } from "../language/format";
import { runWords } from "../plans/words";
import { type Part, partsOf, total } from "./parts";

interface Props {
  project: Project;
  plan: Plan | undefined;
  run: PretextRun | null;
  cycles: readonly Cycle[];
  /** Images that wait for an answer in the open queue. */
  open: number;
}

/** The pool as a strip: each part as wide as it is large, filled by where its images stand. */
export function PoolBatches({ project, plan, run, cycles, open }: Props) {
  const parts = partsOf(project, plan, run, cycles, open);
  const whole = parts[0]?.number === null;
  const all = total(parts);
  return (
    <Card withBorder data-testid="pool-batches">
      <Group justify="space-between" gap="xs">
        <Title order={2} size="h4">{whole ? t`Pool` : t`Pool batches`}</Title>
        {parts.length > 0 && (
          <Group gap="md" className="pool-legend" component="ul">
            <li><i className="labelled" /><Trans>{{ labelled: number(all.labelled) }} labelled</Trans></li>
            <li><i className="asked" /><Trans>{{ asked: number(all.asked) }} asked</Trans></li>
            <li><i className="waiting" /><Trans>{{ waiting: number(all.waiting) }} waiting</Trans></li>
          </Group>
        )}
      </Group>
      <Text size="sm" c="dimmed" mb="xs">
        {about(parts, run)}
      </Text>
      {parts.length > 0 && (
        <ol className="pool-strip">
          {parts.map((part) => (
            <Segment key={part.number} project={project.id} part={part} />
          ))}
        </ol>
      )}
    </Card>
  );
}

function about(parts: readonly Part[], run: PretextRun | null): string {
  if (parts[0]?.number === null) return t`Cycles ask from the whole pool.`;
  return run ? t`By pretext loss: ${{ run: runWords(run.task, run.order) }}` : t`A pretext run ranks the pool and cuts it into parts.`;
}

function Segment({ project, part }: { project: string; part: Part }) {
  const words = wordsOf(part);
  const search = part.number === null ? "split=pool" : `pool_batch=${part.number}`;
  return (
    <li style={{ flexGrow: part.size }} className={part.cycle === null ? undefined : "current"}>
      <Tooltip
        events={{ hover: true, focus: true, touch: true }}
        label={words.map((line) => (
          <div key={line}>{line}</div>
        ))}
      >
        <Link to={`/projects/${project}/images?${search}`}>
          <span className="pool-bar" aria-hidden>
            {(["labelled", "asked", "waiting"] as const).map((kind) => (
              <i key={kind} className={kind} style={{ flexGrow: part[kind] }} />
            ))}
          </span>
          <span className="pool-number" aria-hidden>{part.number}</span>
          <VisuallyHidden>{words.join(". ")}</VisuallyHidden>
        </Link>
      </Tooltip>
    </li>
  );
}

/** Where the images of a part stand, line by line. */
function wordsOf({ number: batch, size, labelled, asked, waiting, losses, cycle }: Part): string[] {
  const name = batch === null ? t`The whole pool` : t`Pool batch ${batch}`;
  return [
    cycle === null ? name : t`${{ part: name }}, asked from by cycle ${cycle}`,
    t`${labelled} of ${size} labelled, ${asked} asked, ${waiting} waiting`,
    ...(losses ? [t`Loss ${{ lowest: losses[0].toPrecision(2) }} to ${{ highest: losses[1].toPrecision(2) }}`] : []),
  ];
}
