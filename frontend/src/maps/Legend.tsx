import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Text, UnstyledButton } from "@mantine/core";

import { number } from "../language/format";
import type { Group } from "./coloring";
import { outline } from "./paint";

interface Props {
  groups: readonly Group[];
  highlighted: number | null;
  onHighlight: (group: number | null) => void;
}

/** What the marks mean, with counts. A click lets one group stand out, another one takes that back. */
export function Legend({ groups, highlighted, onHighlight }: Props) {
  return (
    <div>
      <ul className="map-legend" aria-label={t`Legend`} data-testid="map-legend">
        {groups.map((group, place) => (
          <li key={group.label}>
            <UnstyledButton
              aria-pressed={highlighted === place}
              onClick={() => {
                onHighlight(highlighted === place ? null : place);
              }}
            >
              <svg width="14" height="14" aria-hidden>
                <path d={outline(group.shape, 5.5, 7)} fill={group.color} />
              </svg>
              <span>{group.label}</span>
              <span className="figures">{number(group.count)}</span>
            </UnstyledButton>
          </li>
        ))}
      </ul>
      <Text size="xs" c="dimmed" mt={4}><Trans>Choose a line to let its images stand out.</Trans></Text>
    </div>
  );
}
