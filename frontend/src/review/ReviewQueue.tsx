import "./review.css";

import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Badge, Button, Card, Grid, Group, Kbd, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useEffect, useState } from "react";

import { contentUrl, type Project, type ReviewItem } from "../api/client";
import { messageOf } from "../api/errors";
import { setWords } from "../bench/answerWords";
import { readable } from "../bench/keystrokes";
import { Answers } from "./Answers";
import { SendBack } from "./SendBack";
import { useReviewKeys } from "./useReviewKeys";
import { useReviewQueue, useSendBack, useSettle } from "./useReview";
import { reasons, remaining, returnKey, saidWords } from "./words";

const TINY_PIXELS = 128;
const FEW = 5;

/** One image after the other: a class key settles it, and the next one is there at once. */
export function ReviewQueue({ project }: { project: Project }) {
  const pages = useReviewQueue(project.id, true);
  const [done, setDone] = useState<readonly string[]>([]);
  const [choice, setChoice] = useState<{ image: string; names: readonly string[] }>({ image: "", names: [] });
  const [returning, setReturning] = useState(false);
  const refused = (image: string) => {
    setDone((now) => now.filter((one) => one !== image));
  };
  const { mutate: putLabel } = useSettle(project.id, refused);
  const { mutate: putBack } = useSendBack(project.id, refused);

  const left = remaining(pages.data?.pages.flatMap((page) => page.items) ?? [], done);
  const item = left[0];
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  useEffect(() => {
    if (left.length < FEW && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [left.length, hasNextPage, isFetchingNextPage, fetchNextPage]);

  const pass = () => {
    if (item) setDone((now) => [...now, item.image.id]);
  };
  const several = project.task === "multi_label_classification";
  const names = choice.image === item?.image.id ? choice.names : (item?.image.labels ?? []);
  const put = (label: string | readonly string[]) => {
    if (!item) return;
    putLabel({ image: item.image.id, label });
    pass();
  };
  const settle = (name: string) => {
    if (!several) put(name);
    else if (item) setChoice({ image: item.image.id, names: toggled(names, name) });
  };
  const submit = several ? () => { put(names); } : null;
  const undo = () => {
    setDone((now) => now.slice(0, -1));
  };
  const askBack = () => {
    if (item && item.answers.length > 0) setReturning(true);
  };
  useReviewKeys(project.classes, { settle, submit, sendBack: askBack, later: pass, undo });

  if (pages.error) return <Alert color="red">{messageOf(pages.error)}</Alert>;
  if (!pages.data || (!item && isFetchingNextPage)) return <Skeleton h={420} />;
  if (!item) {
    return (
      <Card withBorder data-testid="nothing-to-review">
        <Title order={3} size="h4"><Trans>Nothing is left to review</Trans></Title>
        <Text size="sm" c="dimmed" mt={4}>
          <Trans>
            Images come here when people disagree, flag or skip them, or when a label check doubts their label, as soon as
            all their answers are in.
          </Trans>
        </Text>
        <Group mt="sm">
          <Button variant="default" loading={pages.isFetching} onClick={() => { setDone([]); void pages.refetch(); }}>
            <Trans>Look again</Trans>
          </Button>
          {done.length > 0 && <Button variant="default" onClick={undo}><Trans>Back to the last one</Trans></Button>}
        </Group>
      </Card>
    );
  }
  const now = saidWords({ class: item.image.label ?? null, classes: item.image.labels ?? null });
  return (
    <>
      <Grid data-testid="review-item" data-image={item.image.id}>
        <Grid.Col span={{ base: 12, md: 8 }}>
          <div className="review-stage">
            <ReviewPicture key={item.image.id} image={item.image} />
          </div>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Stack gap="sm">
            <Group gap={6}>
              {item.reasons.map((reason) => (
                <Badge key={reason} variant="light" color={reasons()[reason].color}>
                  {reasons()[reason].label}
                </Badge>
              ))}
            </Group>
            <Text size="sm">
              {now === null ? t`No label yet` : t`Label now: ${{ label: now }}`}
              {item.suggested && ` · ${t`models see ${{ suggested: item.suggested }}`}`}
            </Text>
            <Answers answers={item.answers} classes={project.classes} />
          </Stack>
        </Grid.Col>
      </Grid>
      <Group gap="xs" justify="center" mah="24vh" style={{ overflowY: "auto" }}>
        {project.classes.map((one) => (
          <Button
            key={one.id}
            variant={several && names.includes(one.name) ? "light" : "default"}
            aria-pressed={several ? names.includes(one.name) : undefined}
            title={one.guideline}
            leftSection={<span className="dot" style={{ background: one.color }} aria-hidden />}
            rightSection={one.hotkey ? <Kbd size="xs">{one.hotkey}</Kbd> : undefined}
            onClick={(event) => {
              // After a click Enter must settle, not press the button again.
              if (several && event.detail > 0) event.currentTarget.blur();
              settle(one.name);
            }}
          >
            {one.name}
          </Button>
        ))}
      </Group>
      {submit && (
        <Group justify="center" gap="xs">
          <Text size="sm" data-testid="chosen">{setWords(names)}</Text>
          <Button rightSection={<Kbd size="xs">{readable("enter")}</Kbd>} onClick={submit}>
            <Trans>Set the label</Trans>
          </Button>
        </Group>
      )}
      <Group justify="space-between">
        <Button variant="default" disabled={done.length === 0} rightSection={<Kbd size="xs">z</Kbd>} onClick={undo}>
          <Trans>Back</Trans>
        </Button>
        <Group gap="xs">
          <Button
            variant="default"
            disabled={item.answers.length === 0}
            rightSection={<Kbd size="xs">{returnKey(project.classes.map((one) => one.hotkey))}</Kbd>}
            onClick={askBack}
          >
            <Trans>Send back</Trans>
          </Button>
          <Button variant="default" rightSection={<Kbd size="xs">s</Kbd>} onClick={pass}>
            <Trans>Later</Trans>
          </Button>
        </Group>
      </Group>
      {left.slice(1, 4).map((next) => (
        <link key={next.image.id} rel="preload" as="image" href={contentUrl(next.image.id, "display")} />
      ))}
      {returning && (
        <SendBack
          answers={item.answers}
          onClose={() => { setReturning(false); }}
          onSend={(comment, to) => {
            putBack({ image: item.image.id, comment, to });
            pass();
            setReturning(false);
          }}
        />
      )}
    </>
  );
}

function toggled(names: readonly string[], name: string): readonly string[] {
  return names.includes(name) ? names.filter((one) => one !== name) : [...names, name];
}

function ReviewPicture({ image }: { image: ReviewItem["image"] }) {
  const [broken, setBroken] = useState(false);
  if (broken) return <Text c="red"><Trans>The picture cannot be loaded.</Trans></Text>;
  return (
    <img
      className="review-image"
      data-tiny={Math.max(image.width, image.height) < TINY_PIXELS || undefined}
      src={contentUrl(image.id, "display")}
      alt={image.filename}
      onError={() => { setBroken(true); }}
    />
  );
}
