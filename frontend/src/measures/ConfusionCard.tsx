import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Card, Group, NativeSelect, Skeleton, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useSearchParams } from "react-router";

import type { Cycle } from "../api/client";
import { Failed } from "../app/States";
import { splitNames } from "../classes/words";
import { CellImages } from "./CellImages";
import { Matrix } from "./Matrix";
import { shownClasses } from "./cells";
import { useConfusion } from "./useMeasures";

/** What a cycle's task model takes held-out images for; each cell opens the images behind it. */
export function ConfusionCard({ project, cycles }: { project: string; cycles: readonly Cycle[] }) {
  const measured = cycles.filter((cycle) => cycle.model?.metrics);
  const [params, setParams] = useSearchParams();
  const [chosen, setChosen] = useState(params.get("cycle"));
  const cycle = measured.find((one) => one.id === chosen) ?? measured.at(-1);
  if (!cycle) return null;
  const [row, column] = [params.get("true"), params.get("predicted")];
  const point = (cell: { true: string; predicted: string } | null) => {
    setParams(cell ? { cycle: cycle.id, ...cell } : {}, { replace: true, preventScrollReset: true });
  };
  return (
    <Card withBorder data-testid="confusion">
      <Group justify="space-between" gap="xs">
        <Title order={2} size="h4"><Trans>Confusion matrix</Trans></Title>
        {measured.length > 1 && (
          <NativeSelect
            size="xs"
            aria-label={t`Cycle of the matrix`}
            value={cycle.id}
            onChange={(event) => { setChosen(event.currentTarget.value); }}
            data={measured.toReversed().map((one) => ({ value: one.id, label: t`Cycle ${{ number: one.number }}` }))}
          />
        )}
      </Group>
      <Body project={project} cycle={cycle.id} onOpen={point} />
      {row !== null && column !== null && (
        <CellImages
          project={project}
          cycle={cycle}
          cell={{ true: row, predicted: column }}
          onClose={() => { point(null); }}
        />
      )}
    </Card>
  );
}

interface BodyProps {
  project: string;
  cycle: string;
  onOpen: (cell: { true: string; predicted: string }) => void;
}

function Body({ project, cycle, onOpen }: BodyProps) {
  const { data, error, refetch } = useConfusion(project, cycle);
  if (error) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton h={240} mt="xs" />;
  const shown = shownClasses(data.counts);
  const total = data.counts.flat().reduce((sum, count) => sum + count, 0);
  const hidden = data.classes.length - shown.length;
  return (
    <>
      <Text size="sm" c="dimmed" mb="xs">
        {plural(total, { one: "# image", other: "# images" })} ({splitNames()[data.split] ?? data.split}) ·{" "}
        <Trans>rows are what images are, columns what the model takes them for</Trans>
        {hidden > 0 && ` · ${plural(hidden, { one: "# class with fewer mistakes is not shown", other: "# classes with fewer mistakes are not shown" })}`}
      </Text>
      <Matrix confusion={data} shown={shown} onOpen={data.kept ? onOpen : null} />
      {!data.kept && (
        <Text size="xs" c="dimmed" mt={4}>
          <Trans>This model is from before the images behind the cells were kept; later ones have them.</Trans>
        </Text>
      )}
    </>
  );
}
