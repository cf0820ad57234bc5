import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Anchor, Card, Group, Skeleton, Text, Title } from "@mantine/core";
import { Link } from "react-router";

import { contentUrl, type PretextRun } from "../api/client";
import { Failed } from "../app/States";
import { type Filter, galleryOf } from "../gallery/filter";
import { useExamples } from "./useMeasures";
import "./measures.css";

const COUNT = 8;
const ORDER: Filter = { order: "hardest" };

/** What a pretext run finds hard, and what easy. */
export function Examples({ run }: { run: PretextRun }) {
  const { data, error, refetch } = useExamples(run.project_id, run.id, COUNT);
  return (
    <Card withBorder data-testid="examples">
      <Group justify="space-between" gap="xs">
        <Title order={2} size="h4"><Trans>From hard to easy</Trans></Title>
        <Anchor component={Link} size="sm" to={galleryOf(run.project_id, ORDER)}>
          <Trans>See all in the gallery</Trans>
        </Anchor>
      </Group>
      <Text size="sm" c="dimmed" mb="xs">
        <Trans>Images at equal distances of the ranking, with their pretext loss.</Trans>
      </Text>
      {error && <Failed error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton h={80} />}
      <div className="pictures small">
        {data?.map((example) => (
          <Link key={example.image_id} to={galleryOf(run.project_id, ORDER, example.image_id)}>
            <span className="suspect-picture">
              <img
                src={contentUrl(example.image_id, "thumb")}
                alt={t`${{ filename: example.filename }}, rank ${{ rank: example.rank + 1 }}`}
                loading="lazy"
              />
            </span>
            <Text size="xs" c="dimmed" className="figures">{example.loss.toPrecision(2)}</Text>
          </Link>
        ))}
      </div>
    </Card>
  );
}
