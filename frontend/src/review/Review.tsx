import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Card, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useParams } from "react-router";

import { messageOf } from "../api/errors";
import { ControlCard } from "../controls/ControlCard";
import { covers, useProject } from "../projects/useProject";
import { AgreementCard } from "./AgreementCard";
import { ReviewQueue } from "./ReviewQueue";
import { SuggestionCard } from "./SuggestionCard";

/** What people disagree on, doubt or skip, for reviewers to settle; and how far people agree. */
export default function Review() {
  const { id = "" } = useParams();
  const project = useProject(id);
  if (project.error) return <Alert color="red">{messageOf(project.error)}</Alert>;
  if (!project.data) return <Skeleton h={200} />;
  return (
    <Stack>
      <title>{t`Review · ${{ name: project.data.name }} · Nextbatch`}</title>
      <Title order={2} size="h3" mt={4}>
        <Trans>Review</Trans>
      </Title>
      {covers(project.data.role, "reviewer") ? (
        <>
          <ReviewQueue project={project.data} />
          <ControlCard project={project.data} />
          <AgreementCard project={project.data} />
          <SuggestionCard project={id} />
        </>
      ) : (
        <Card withBorder data-testid="not-allowed">
          <Title order={3} size="h4"><Trans>Reviews are for reviewers, engineers and owners</Trans></Title>
          <Text size="sm" c="dimmed" mt={4}>
            <Trans>You are an annotator of this project. An owner can give you the role of a reviewer.</Trans>
          </Text>
        </Card>
      )}
    </Stack>
  );
}
