import "./gallery.css";

import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Card, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useCallback, useEffect, useMemo } from "react";
import { useParams, useSearchParams } from "react-router";

import type { Project } from "../api/client";
import { Failed, NotAllowed } from "../app/States";
import { isBlind } from "../projects/blind";
import { covers, useProject } from "../projects/useProject";
import { conditions, readFilter, written } from "./filter";
import { Filters } from "./Filters";
import { ImageView } from "./ImageView";
import { Sheet } from "./Sheet";
import { useCount, useGallery } from "./useGallery";

/** All images of a project, by whatever is known of them; one of them large. */
export default function Gallery() {
  const { id = "" } = useParams();
  const project = useProject(id);
  if (project.error) return <Failed error={project.error} onRetry={() => void project.refetch()} />;
  if (!project.data) return <Skeleton h={200} />;
  return isBlind(project.data) ? <Blind name={project.data.name} /> : <AllImages project={project.data} />;
}

function Blind({ name }: { name: string }) {
  return (
    <Stack gap="sm">
      <title>{t`Images · ${{ project: name }} · Nextbatch`}</title>
      <NotAllowed title={t`The images are for reviewers, engineers and owners`}>
        {t`Control images are mixed in among those that annotators get. To see all images would give them away.`}
      </NotAllowed>
    </Stack>
  );
}

function AllImages({ project }: { project: Project }) {
  const { id } = project;
  const [search, setSearch] = useSearchParams();
  const filter = useMemo(() => readFilter(search), [search]);
  const pages = useGallery(id, filter);
  const count = useCount(id, filter);
  const images = useMemo(() => pages.data?.pages.flatMap((page) => page.items) ?? [], [pages.data]);
  const { error, hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const none = images.length === 0;
  // A page may be empty while others follow.
  useEffect(() => {
    if (none && !error) more();
  }, [none, error, more]);

  const reviewer = covers(project.role, "reviewer");
  const change = (part: Readonly<Record<string, string | number | boolean | null>>, replace = true) => {
    setSearch((now) => written(now, part), { replace });
  };
  const opened = search.get("image");
  const place = images.findIndex((image) => image.id === opened);
  /** From the address of now: a second key may come before the page has followed the first. */
  const step = (by: 1 | -1) => {
    const now = new URLSearchParams(window.location.search);
    const at = images.findIndex((image) => image.id === now.get("image"));
    const next = at < 0 ? undefined : images[at + by];
    if (next) setSearch(written(now, { image: next.id }), { replace: true });
  };
  const total = count.data?.images;
  return (
    <Stack gap="sm">
      <title>{t`Images · ${{ project: project.name }} · Nextbatch`}</title>
      <div>
        <Title order={2} size="h3">
          <Trans>Images</Trans>
        </Title>
        <Text size="sm" c="dimmed" role="status" mih={20}>
          {total !== undefined && plural(total, { one: "# image", other: "# images" })}
        </Text>
      </div>
      <Filters
        project={project}
        filter={filter}
        reviewer={reviewer}
        onChange={change}
        onClear={() => {
          setSearch(written(new URLSearchParams(), { order: filter.order ?? null }), { replace: true });
        }}
      />
      {error ? (
        <Failed error={error} onRetry={() => void pages.refetch()} />
      ) : pages.isPending || (none && hasNextPage) ? (
        <Skeleton h={400} />
      ) : none ? (
        <Card withBorder data-testid="no-images">
          <Title order={3} size="h4">{conditions(filter) > 0 ? t`No image is like that` : t`There are no images yet`}</Title>
          <Text size="sm" c="dimmed" mt={4}>
            {conditions(filter) > 0 ? t`Take a condition away, or show all.` : t`They come by an import, on the overview.`}
          </Text>
        </Card>
      ) : (
        <Sheet
          images={images}
          classes={project.classes}
          onOpen={(image) => {
            change({ image }, false);
          }}
          onEnd={more}
        />
      )}
      {opened !== null && (
        <ImageView
          project={project}
          image={opened}
          reviewer={reviewer}
          onClose={() => {
            change({ image: null });
          }}
          hasPrevious={place > 0}
          hasNext={place >= 0 && place < images.length - 1}
          onStep={step}
        />
      )}
    </Stack>
  );
}
