import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Card, Select, Stack, Switch, Title } from "@mantine/core";

import type { LabelRule, Project } from "../api/client";
import { covers } from "../projects/useProject";
import { labelRules, rulesOf } from "../review/words";
import type { Draft } from "./draft";

interface Props {
  project: Project;
  draft: Draft;
  wrong: Record<string, string>;
  set: (part: Partial<Draft>) => void;
}

/** How people's answers become labels, and whether people see how much others answer. */
export function PeopleSettings({ project, draft, wrong, set }: Props) {
  const rule = draft.label_rule as LabelRule;
  // Whoever may not turn it on may still turn it off, and change their mind before saving.
  const locked = !covers(project.role, "owner") && !project.settings.leaderboard;
  return (
    <Card withBorder>
      <Stack>
        <Title order={3} size="h4"><Trans>People</Trans></Title>
        <Select
          maw={360}
          label={t`Label by`}
          description={labelRules()[rule].does}
          data={rulesOf(project).map((name) => ({ value: name, label: labelRules()[name].label }))}
          allowDeselect={false}
          value={rule}
          error={wrong.label_rule}
          onChange={(value) => {
            set({ label_rule: value });
          }}
        />
        <Switch
          label={t`Leaderboard`}
          description={
            locked
              ? t`Shows annotators how much each person has answered. Only an owner may turn it on.`
              : t`Shows annotators how much each person has answered, while they wait for images. It spurs some on, and makes others hurry.`
          }
          disabled={locked}
          error={wrong.leaderboard}
          checked={Boolean(draft.leaderboard)}
          onChange={(event) => {
            set({ leaderboard: event.currentTarget.checked });
          }}
        />
      </Stack>
    </Card>
  );
}
