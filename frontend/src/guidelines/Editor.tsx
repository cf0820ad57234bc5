import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Card, Group, SimpleGrid, Stack, Text, Textarea } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useState } from "react";

import type { Revision } from "../api/client";
import { messageOf } from "../api/errors";
import Markdown from "./Markdown";
import { useWriteGuidelines } from "./useGuidelines";

const NARROW = "(max-width: 48em)";

/** The text in Markdown, and beside it what annotators will see. */
export function Editor({ project, revision, onClose }: { project: string; revision: Revision | null; onClose: () => void }) {
  // What the writer began with: a revision that somebody else saves meanwhile is not overwritten.
  const [begun] = useState(revision);
  const [text, setText] = useState(revision?.text ?? "");
  const write = useWriteGuidelines(project);
  const narrow = useMediaQuery(NARROW);
  return (
    <Stack className="guide-editor">
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Textarea
          label={t`Text, in Markdown`}
          autosize
          minRows={12}
          maxRows={narrow ? 14 : 28}
          maxLength={50_000}
          data-autofocus
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
          }}
        />
        <div>
          <Text size="sm" fw={500} mb={4}>
            <Trans>Preview</Trans>
          </Text>
          <Card withBorder p="sm" data-testid="guidelines-preview">
            <Markdown text={text} />
          </Card>
        </div>
      </SimpleGrid>
      {write.error && <Alert color="red">{messageOf(write.error)}</Alert>}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          <Trans>Cancel</Trans>
        </Button>
        <Button
          loading={write.isPending}
          disabled={text === (begun?.text ?? "")}
          onClick={() => {
            write.mutate({ text, replaces: begun?.id ?? null }, { onSuccess: onClose });
          }}
        >
          <Trans>Save</Trans>
        </Button>
      </Group>
    </Stack>
  );
}
