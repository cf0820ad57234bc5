import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconTargetArrow, IconTargetOff } from "@tabler/icons-react";

import type { Image } from "../api/client";
import { messageOf } from "../api/errors";
import { Failed } from "../app/States";
import { labelWords } from "../gallery/filter";
import { useControl, useMark } from "./useControls";
import { named } from "./words";

/** Whether an image is a control image, and the button that changes it. */
export function ControlMark({ project, image }: { project: string; image: Image }) {
  const found = useControl(project, image.id);
  const change = useMark(project, image.id);
  const mark = found.data ?? null;
  const labelled = labelWords(image) !== null;
  return (
    <Stack gap={6} data-testid="control-mark">
      <Title order={3} size="h5">
        <Trans>Control image</Trans>
      </Title>
      {found.error ? (
        <Failed error={found.error} onRetry={() => void found.refetch()} />
      ) : found.isPending ? (
        <Skeleton h={40} />
      ) : (
        <>
          <Text size="sm" {...(mark ? {} : { c: "dimmed" })}>
            {mark ? knownWords(named(mark.class, mark.classes)) : labelled ? whatItDoes() : whyNot()}
          </Text>
          {(mark !== null || labelled) && (
            <Group>
              <Button
                size="xs"
                variant="default"
                leftSection={mark ? <IconTargetOff size={16} aria-hidden /> : <IconTargetArrow size={16} aria-hidden />}
                loading={change.isPending}
                onClick={() => {
                  change.mutate(mark === null);
                }}
              >
                {mark ? t`Take the mark away` : t`Make it a control image`}
              </Button>
            </Group>
          )}
        </>
      )}
      {change.error && (
        <Alert color="red" role="alert">
          {messageOf(change.error)}
        </Alert>
      )}
    </Stack>
  );
}

function knownWords(known: string): string {
  return t`Annotators get it among theirs without knowing. The known answer is ${known}.`;
}

function whatItDoes(): string {
  return t`Annotators would get it among theirs without knowing, and its present label would be the known answer.`;
}

function whyNot(): string {
  return t`An image becomes one once it has a label.`;
}
