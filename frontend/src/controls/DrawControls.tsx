import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Group, NumberInput, Text } from "@mantine/core";
import { type SyntheticEvent, useState } from "react";

import { messageOf } from "../api/errors";
import { useDraw } from "./useControls";

const USUAL = 20;

/** Takes labelled images as control images, by chance. */
export function DrawControls({ project }: { project: string }) {
  const [count, setCount] = useState<number | string>(USUAL);
  const draw = useDraw(project);
  const added = draw.data?.added;
  function submit(event: SyntheticEvent) {
    event.preventDefault();
    draw.mutate(Number(count));
  }
  return (
    <form onSubmit={submit}>
      <Group align="flex-end" gap="sm">
        <NumberInput
          size="xs"
          w={150}
          label={t`More control images`}
          min={1}
          max={1000}
          allowDecimal={false}
          value={count}
          onChange={setCount}
        />
        <Button type="submit" size="xs" variant="default" loading={draw.isPending} disabled={!(Number(count) >= 1)}>
          <Trans>Draw from the labelled images</Trans>
        </Button>
        <Text size="sm" c="dimmed" role="status">
          {added !== undefined && (added === 0 ? t`No other labelled image can be one.` : addedWords(added))}
        </Text>
      </Group>
      {draw.error && (
        <Alert color="red" mt="xs" role="alert">
          {messageOf(draw.error)}
        </Alert>
      )}
    </form>
  );
}

function addedWords(added: number): string {
  return plural(added, { one: "# image was drawn.", other: "# images were drawn." });
}
