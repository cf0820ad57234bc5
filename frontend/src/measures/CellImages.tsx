import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Anchor, Button, Center, Group, Modal, Skeleton, Text } from "@mantine/core";
import { Link } from "react-router";

import { contentUrl, type Cycle } from "../api/client";
import { Failed } from "../app/States";
import { type Filter, galleryOf } from "../gallery/filter";
import { percent } from "../language/format";
import { usePredictions } from "./useMeasures";
import "./measures.css";

interface Props {
  project: string;
  cycle: Pick<Cycle, "id" | "number">;
  cell: { true: string; predicted: string };
  onClose: () => void;
}

/** The images behind one cell of the confusion matrix, the surest first. */
export function CellImages({ project, cycle, cell, onClose }: Props) {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = usePredictions(project, cycle.id, cell);
  const found = data?.pages.flatMap((page) => page.items) ?? [];
  const filter: Filter = { measured_in: cycle.number, ...cell };
  const [is, taken] = [cell.true, cell.predicted];
  return (
    <Modal
      opened
      onClose={onClose}
      size="xl"
      title={is === taken ? t`${is}, recognised` : t`${is}, taken for ${taken}`}
    >
      <Group justify="space-between" mb="sm">
        <Text size="sm" c="dimmed">
          <Trans>The surest first.</Trans>{" "}
          {data && !hasNextPage && plural(found.length, { one: "# image", other: "# images" })}
        </Text>
        {found.length > 0 && (
          <Anchor component={Link} size="sm" to={galleryOf(project, filter)}>
            <Trans>See all in the gallery</Trans>
          </Anchor>
        )}
      </Group>
      {error && <Failed error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton h={200} />}
      {data && found.length === 0 && <Text size="sm" c="dimmed"><Trans>No image is behind this cell.</Trans></Text>}
      <div className="pictures" data-testid="cell-images">
        {found.map((item) => (
          <Link key={item.image_id} to={galleryOf(project, filter, item.image_id)}>
            <span className="suspect-picture">
              <img src={contentUrl(item.image_id, "thumb")} alt={item.filename} loading="lazy" />
            </span>
            <Text size="xs" truncate title={item.filename}>{item.filename}</Text>
            <Text size="xs" c="dimmed" className="figures">
              <Trans>{{ share: percent(item.confidence) }} sure</Trans>
            </Text>
            {item.label !== item.true && (
              <Text size="xs">{item.label ? t`now labelled ${{ label: item.label }}` : t`no label now`}</Text>
            )}
          </Link>
        ))}
      </div>
      {hasNextPage && (
        <Center mt="md">
          <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            <Trans>Show more</Trans>
          </Button>
        </Center>
      )}
    </Modal>
  );
}
