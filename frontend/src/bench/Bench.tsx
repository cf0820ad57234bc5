import { Alert, Badge, Button, Center, Group, Kbd, Loader, Progress, Skeleton, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { Link, useParams } from "react-router";

import { api, type Class, contentUrl, ok } from "../api/client";
import { messageOf } from "../api/errors";
import { useProjectEvents } from "../api/events";
import { keys } from "../api/keys";
import { useProject, useQueue } from "../projects/useProject";
import { Picture } from "./Picture";
import { answer, current, EMPTY, type Queue, receive, saved, skip, undo, unsaved, upcoming } from "./queue";
import { Saver } from "./saver";
import { useHotkeys } from "./useHotkeys";
import { Wait } from "./Wait";

const AHEAD = 10; // images held at once: the one on the screen, and the next, loaded already

export default function Bench() {
  const { id = "" } = useParams();
  useProjectEvents(id);
  const client = useQueryClient();
  const project = useProject(id);
  const progress = useQueue(id);
  const [queue, setQueue] = useState<Queue>(EMPTY);
  const [error, setError] = useState<string | null>(null);
  const shownAt = useRef(0);
  const asking = useRef(false);
  const [asked, setAsked] = useState("");

  const [saver] = useState(
    () =>
      new Saver((save, how, refused) => {
        setQueue((now) => saved(now, save.assignment, how));
        if (how === "refused") {
          notifications.show({ color: "red", title: "An answer was refused", message: messageOf(refused) });
        }
        void client.invalidateQueries({ queryKey: keys.queue(id) });
      }),
  );

  const item = current(queue);
  const left = queue.items.length - queue.at;
  const losing = unsaved(queue);
  const open = progress.data?.cycle_id ?? null;
  const done = (progress.data?.answered ?? 0) + (progress.data?.skipped ?? 0);

  // Asks again when something was answered somewhere, or when the next cycle has opened.
  const seen = [open, left, losing, done].join(" ");
  useEffect(() => {
    if (asking.current || asked === seen || left > AHEAD / 2 || open === null) return;
    asking.current = true;
    const params = { path: { project_id: id } };
    // Images whose answers are still on their way count as held: they come again, and new ones after them.
    const limit = Math.min(100, AHEAD + losing);
    ok(api.POST("/api/v1/projects/{project_id}/assignments", { params, body: { limit } }))
      .then(({ items }) => {
        setError(null);
        setQueue((now) => receive(now, items));
      })
      .catch((refused: unknown) => {
        setError(messageOf(refused));
      })
      .finally(() => {
        asking.current = false;
        setAsked(seen);
      });
  }, [id, left, losing, open, asked, seen]);

  const shown = item?.assignment.id;
  useEffect(() => {
    shownAt.current = performance.now();
  }, [shown]);

  useEffect(() => {
    if (losing === 0) return;
    const warn = (event: BeforeUnloadEvent) => {
      event.preventDefault();
    };
    window.addEventListener("beforeunload", warn);
    return () => {
      window.removeEventListener("beforeunload", warn);
    };
  }, [losing]);

  const give = useCallback(
    (name: string | null) => {
      if (!item) return;
      saver.add({ assignment: item.assignment.id, answer: name, elapsedMs: performance.now() - shownAt.current });
      setQueue(name === null ? skip : (now) => answer(now, name));
    },
    [item, saver],
  );
  const back = useCallback(() => {
    setQueue(undo);
  }, []);

  const classes = project.data?.classes ?? [];
  useHotkeys(classes, give, back);

  if (project.error) return <Alert color="red">{messageOf(project.error)}</Alert>;
  if (!project.data) return <Skeleton h={300} />;
  return (
    <Stack h="calc(100dvh - 84px)" maw={1100} mx="auto" gap="xs">
      <title>{`Label · ${project.data.name}`}</title>
      <Group justify="space-between" gap="xs">
        <Button component={Link} to={`/projects/${id}`} variant="subtle" size="compact-sm">
          ← {project.data.name}
        </Button>
        <Group gap="xs">
          {losing > 0 && <Badge color="yellow">saving {losing}</Badge>}
          <Text size="sm" data-testid="queue-progress" aria-live="polite">
            {progress.data?.cycle_id
              ? `Cycle ${progress.data.number ?? ""}: ${done} of ${progress.data.queued}, ${progress.data.mine} by you`
              : "No queue is open"}
          </Text>
        </Group>
      </Group>
      <Progress
        size="xs"
        aria-label="Answered share of the queue"
        value={(100 * done) / Math.max(1, progress.data?.queued ?? 1)}
      />
      {error && <Alert color="red">{error}</Alert>}
      {item ? (
        <>
          <div className="bench-stage">
            <Picture key={item.assignment.id} image={item.assignment.image} />
          </div>
          <Answers classes={classes} chosen={item.skipped ? null : item.answer} onChoose={give} />
          <Group justify="space-between">
            <Button variant="default" onClick={back} disabled={queue.at === 0} rightSection={<Kbd size="xs">z</Kbd>}>
              Undo
            </Button>
            <Button
              variant="default"
              rightSection={<Kbd size="xs">s</Kbd>}
              onClick={() => {
                give(null);
              }}
            >
              Skip
            </Button>
          </Group>
          {upcoming(queue).map((next) => (
            <link key={next.assignment.id} rel="preload" as="image" href={contentUrl(next.assignment.image.id, "display")} />
          ))}
        </>
      ) : losing > 0 || (open !== null && asked !== seen) ? (
        <Center style={{ flex: 1 }}>
          <Loader aria-label="The next images are on their way" />
        </Center>
      ) : (
        <Wait
          project={project.data}
          held={open !== null && done < (progress.data?.queued ?? 0)}
          onUndo={queue.at > 0 ? back : null}
        />
      )}
    </Stack>
  );
}

interface AnswersProps {
  classes: readonly Class[];
  chosen: string | null;
  onChoose: (name: string) => void;
}

function Answers({ classes, chosen, onChoose }: AnswersProps) {
  return (
    <Group gap="xs" justify="center" mah="34vh" style={{ overflowY: "auto" }}>
      {classes.map((entry) => (
        <Button
          key={entry.id}
          data-testid={`class-${entry.name}`}
          size="md"
          variant={chosen === entry.name ? "filled" : "default"}
          color={entry.color}
          autoContrast
          aria-pressed={chosen === entry.name}
          title={entry.guideline}
          leftSection={<span style={{ width: 10, height: 10, borderRadius: 5, background: entry.color }} />}
          rightSection={entry.hotkey ? <Kbd size="xs">{entry.hotkey}</Kbd> : undefined}
          onClick={() => {
            onChoose(entry.name);
          }}
        >
          {entry.name}
        </Button>
      ))}
    </Group>
  );
}
