import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Center, Modal, Skeleton, Text } from "@mantine/core";

import { contentUrl } from "../api/client";
import { Failed } from "../app/States";
import { percent } from "../language/format";
import { usePredictions } from "./useMeasures";
import "./measures.css";

interface Props {
  project: string;
  cycle: string;
  cell: { true: string; predicted: string };
  onClose: () => void;
}

/** The images behind one cell of the confusion matrix, the surest first. */
export function CellImages({ project, cycle, cell, onClose }: Props) {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = usePredictions(project, cycle, cell);
  const found = data?.pages.flatMap((page) => page.items) ?? [];
  const [is, taken] = [cell.true, cell.predicted];
  return (
    <Modal
      opened
      onClose={onClose}
      size="xl"
      title={is === taken ? t`${is}, recognised` : t`${is}, taken for ${taken}`}
    >
      <Text size="sm" c="dimmed" mb="sm">
        <Trans>The surest first.</Trans>{" "}
        {data && !hasNextPage && plural(found.length, { one: "# image", other: "# images" })}
      </Text>
      {error && <Failed error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton h={200} />}
      {data && found.length === 0 && <Text size="sm" c="dimmed"><Trans>No image is behind this cell.</Trans></Text>}
      <div className="pictures" data-testid="cell-images">
        {found.map((item) => (
          <a key={item.image_id} href={contentUrl(item.image_id, "display")} target="_blank" rel="noopener">
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
          </a>
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
