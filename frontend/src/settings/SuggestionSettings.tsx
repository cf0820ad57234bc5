import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Card, NumberInput, Stack, Switch, Title } from "@mantine/core";

import type { Draft } from "./draft";

interface Props {
  draft: Draft;
  wrong: Record<string, string>;
  set: (part: Partial<Draft>) => void;
}

/** Whether annotators see what the model takes an image for. */
export function SuggestionSettings({ draft, wrong, set }: Props) {
  const share = draft.audit_share;
  return (
    <Card withBorder>
      <Stack>
        <Title order={3} size="h4">
          <Trans>Suggestions</Trans>
        </Title>
        <Switch
          label={t`Show annotators what the model suggests`}
          description={t`One key takes it. Suggestions save time, and pull people towards the model's mistakes.`}
          checked={Boolean(draft.suggestions)}
          onChange={(event) => {
            set({ suggestions: event.currentTarget.checked });
          }}
        />
        {draft.suggestions && (
          <NumberInput
            maw={360}
            label={t`Share of images asked without`}
            description={t`Drawn by chance in each new cycle, so that the pull can be measured: the review page tells it.`}
            suffix=" %"
            min={0}
            max={100}
            error={wrong.audit_share}
            value={share === "" || share === null ? "" : Math.round(Number(share) * 1000) / 10}
            onChange={(value) => {
              set({ audit_share: value === "" ? "" : Number(value) / 100 });
            }}
          />
        )}
      </Stack>
    </Card>
  );
}
