import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Card, NumberInput, Stack, Text, Title } from "@mantine/core";

import type { Draft } from "./draft";

interface Props {
  draft: Draft;
  wrong: Record<string, string>;
  set: (part: Partial<Draft>) => void;
}

/** How many of the images that annotators get have a known answer. */
export function ControlSettings({ draft, wrong, set }: Props) {
  const share = draft.control_share;
  return (
    <Card withBorder>
      <Stack>
        <div>
          <Title order={3} size="h4">
            <Trans>Control images</Trans>
          </Title>
          <Text size="sm" c="dimmed">
            <Trans>Images whose answer is known, mixed in among the others so that nobody can tell which. The review page says how right each annotator is.</Trans>
          </Text>
        </div>
        <NumberInput
          maw={360}
          label={t`Share of control images`}
          description={t`Of the images that annotators get, from now on. Above 0 they see no images but those they are asked for, so that none gives itself away.`}
          suffix=" %"
          min={0}
          max={50}
          error={wrong.control_share}
          value={share === "" || share === null ? "" : Math.round(Number(share) * 1000) / 10}
          onChange={(value) => {
            set({ control_share: value === "" ? "" : Number(value) / 100 });
          }}
        />
      </Stack>
    </Card>
  );
}
