import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Group, SimpleGrid, Skeleton, Switch, Text } from "@mantine/core";
import { useState } from "react";

import type { LabelCheck, Project } from "../api/client";
import { messageOf } from "../api/errors";
import { SuspectCard } from "./SuspectCard";
import { useReview, useSuspects } from "./useLabelChecks";

/** The labels that a check doubts, the worst first. */
export function Suspects({ project, check }: { project: Project; check: LabelCheck }) {
  const pages = useSuspects(project.id, check.id);
  const review = useReview(project.id);
  const [openOnly, setOpenOnly] = useState(false);
  if (pages.error) return <Alert color="red">{messageOf(pages.error)}</Alert>;
  if (!pages.data) return <Skeleton h={240} />;
  const all = pages.data.pages.flatMap((page) => page.items);
  const shown = openOnly ? all.filter((suspect) => suspect.verdict === null) : all;
  const busy = review.isPending ? review.variables.suspect.image.id : null;

  return (
    <>
      <Group justify="space-between" gap="xs">
        <Text size="sm" c="dimmed">
          <Trans>The least believable first. Nothing changes until you say so.</Trans>
        </Text>
        <Switch
          label={t`Hide what is settled`}
          checked={openOnly}
          onChange={(event) => {
            setOpenOnly(event.currentTarget.checked);
          }}
        />
      </Group>
      {shown.length === 0 && <Text size="sm"><Trans>All that is shown here is settled.</Trans></Text>}
      <SimpleGrid cols={{ base: 2, xs: 3, sm: 4, md: 5 }} spacing="sm">
        {shown.map((suspect) => (
          <SuspectCard
            key={suspect.image.id}
            suspect={suspect}
            classes={project.classes}
            busy={busy === suspect.image.id}
            onSay={(name) => {
              review.mutate({ suspect, name });
            }}
          />
        ))}
      </SimpleGrid>
      {pages.hasNextPage && (
        <Button
          variant="default"
          style={{ alignSelf: "center" }}
          loading={pages.isFetchingNextPage}
          onClick={() => {
            void pages.fetchNextPage();
          }}
        >
          <Trans>Show more</Trans>
        </Button>
      )}
    </>
  );
}
