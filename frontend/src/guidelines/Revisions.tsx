import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Accordion, Button, Text } from "@mantine/core";
import { useState } from "react";

import { Failed } from "../app/States";
import { when } from "../language/format";
import Markdown from "./Markdown";
import { useRevisions } from "./useGuidelines";

/** All that the text ever was, newest first; asked for when somebody wants to see it. */
export function Revisions({ project }: { project: string }) {
  const [opened, setOpened] = useState<string | null>(null);
  const [wanted, setWanted] = useState(false);
  const found = useRevisions(project, wanted);
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  if (!wanted) {
    return (
      <div>
        <Button
          variant="subtle"
          size="compact-sm"
          onClick={() => {
            setWanted(true);
          }}
        >
          <Trans>Earlier versions</Trans>
        </Button>
      </div>
    );
  }
  return (
    <div data-testid="revisions">
      {found.error && <Failed error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && items.length === 0 && (
        <Text size="sm" c="dimmed">
          <Trans>There are none.</Trans>
        </Text>
      )}
      <Accordion variant="separated" value={opened} onChange={setOpened}>
        {items.map((revision) => (
          <Accordion.Item key={revision.id} value={revision.id}>
            <Accordion.Control>
              <Text size="sm">
                {when(revision.created_at)} · {revision.user?.name ?? t`somebody who left`}
              </Text>
            </Accordion.Control>
            <Accordion.Panel>{opened === revision.id && <Markdown text={revision.text} />}</Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
      {found.hasNextPage && (
        <Button mt="xs" variant="default" size="compact-sm" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          <Trans>More</Trans>
        </Button>
      )}
    </div>
  );
}
