import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Anchor, SegmentedControl, Stack, Text, useComputedColorScheme } from "@mantine/core";
import { useMemo, useState } from "react";
import { Link } from "react-router";

import type { MapPoints, Project } from "../api/client";
import { coloringOf, type Mode, modesOf } from "./coloring";
import { Legend } from "./Legend";
import { MapCanvas } from "./MapCanvas";

const modes = (): Record<Mode, string> => ({
  class: t`Class`,
  cycle: t`Cycle`,
  loss: t`Pretext loss`,
  confidence: t`Confidence`,
});

/** The map with its legend: what it is coloured by, and which points stand out. */
export function Explorer({ project, points }: { project: Project; points: MapPoints }) {
  const dark = useComputedColorScheme("light") === "dark";
  const possible = useMemo(() => modesOf(points), [points]);
  const [chosen, setChosen] = useState<Mode | null>(null);
  const [highlighted, setHighlighted] = useState<number | null>(null);
  const mode = chosen ?? possible[0] ?? "loss";
  const coloring = useMemo(() => coloringOf(mode, points, project.classes, dark), [mode, points, project.classes, dark]);
  return (
    <div className="map-explorer">
      <MapCanvas project={project} points={points} coloring={coloring} highlighted={highlighted} />
      <Stack gap="sm">
        <div>
          <Text size="sm" fw={500} id="map-coloured-by" mb={4}><Trans>Coloured by</Trans></Text>
          <SegmentedControl
            aria-labelledby="map-coloured-by"
            size="xs"
            fullWidth
            data={possible.map((value) => ({ value, label: modes()[value] }))}
            value={mode}
            onChange={(value) => {
              setChosen(value);
              setHighlighted(null);
            }}
          />
        </div>
        <Legend groups={coloring.groups} highlighted={highlighted} onHighlight={setHighlighted} />
        <Text size="sm">
          <Anchor component={Link} to={`/projects/${project.id}/images?split=pool`} size="sm">
            <Trans>The same images as a list</Trans>
          </Anchor>
        </Text>
      </Stack>
    </div>
  );
}
