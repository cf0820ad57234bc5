import "./bench.css";

import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Center, Loader, Skeleton, VisuallyHidden } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, use, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useParams } from "react-router";

import { useMe } from "../account/useMe";
import { useChangePreferences } from "../account/usePreferences";
import { contentUrl, type Me, type Project, type Queue } from "../api/client";
import { messageOf } from "../api/errors";
import { useProjectEvents } from "../api/events";
import { keys } from "../api/keys";
import { useGuide } from "../guidelines/useGuide";
import { useProject, useQueue } from "../projects/useProject";
import { moreWords } from "../language/more";
import { Answers } from "./Answers";
import { CommandContext } from "./CommandButton";
import { commandsFor } from "./commands";
import { columnsOf, focusedCell, Grid } from "./Grid";
import { Head } from "./Head";
import type { Outbox } from "./outbox";
import { outboxOf, useOutboxState } from "./outboxes";
import { Panels } from "./Panels";
import { dismissLosses, visible, waiting } from "./session";
import { Losses, Remarks } from "./Remarks";
import { DISPLAY_PIXELS, Stage } from "./Stage";
import { Tools } from "./Tools";
import { useControls } from "./useControls";
import { useDesk } from "./useDesk";
import { useKeys } from "./useKeys";
import type { Size } from "./view";
import { Wait } from "./Wait";

const Guide = lazy(async () => (await Promise.all([import("../guidelines/Pane"), moreWords()]))[0]);
const Today = lazy(async () => (await Promise.all([import("../people/Today"), moreWords()]))[0]);
const BEHIND = 4; // pictures kept for undo
const NO_SIZE: Size = { width: 1, height: 1 };

export default function Bench() {
  const { id = "" } = useParams();
  useProjectEvents(id);
  const me = useMe();
  const project = useProject(id);
  const progress = useQueue(id);
  if (project.error) return <Alert color="red">{messageOf(project.error)}</Alert>;
  if (!project.data || !me.data) return <Skeleton h={300} />;
  return <Workbench key={`${me.data.user.id} ${id}`} me={me.data} project={project.data} progress={progress.data} />;
}

/** No image is on the screen. While the last answers are on their way, what is left is not known. */
function Idle({ outbox, coming, children }: { outbox: Outbox; coming: boolean; children: ReactNode }) {
  const { unsent, line } = useOutboxState(outbox);
  if (!coming && (unsent === 0 || line !== "up")) return <div className="bench-whole">{children}</div>;
  return (
    <Center className="bench-whole">
      <Loader aria-label={t`The next images are on their way`} />
    </Center>
  );
}

interface Props {
  me: Me;
  project: Project;
  progress: Queue | undefined;
}

function Workbench({ me, project, progress }: Props) {
  const { id, classes } = project;
  const outbox = use(outboxOf(me.user.id));
  const { desk, pictures, state } = useDesk(id, project.settings.lease_minutes, outbox);
  const { session } = state;
  const change = useChangePreferences();
  const client = useQueryClient();
  const stage = useRef(NO_SIZE);
  const grid = useRef<HTMLDivElement>(null);

  const items = visible(session);
  const [item] = items;
  const own = me.preferences.keys;
  const keep = me.preferences.keep_picture;
  const several = project.task === "multi_label_classification";
  const commands = useMemo(() => commandsFor(classes, several), [classes, several]);
  const guide = useGuide(id, me.preferences.guidelines_open);
  const [pointed, setPointed] = useState<string | null>(null);
  const page = useControls({
    desk,
    session,
    classCount: classes.length,
    several,
    keep,
    setKeep: (kept) => {
      change({ keep_picture: kept });
    },
    toggleGuide: guide.toggle,
    sizes: () => ({ stage: stage.current, picture: item?.assignment.image ?? NO_SIZE }),
    columns: () => columnsOf(grid.current),
    enterGrid: () => {
      focusedCell(grid.current)?.focus();
    },
  });
  const { controls, view } = page;
  useKeys(commands, own, controls, page.panel !== null);

  // When something was answered anywhere, or another cycle has opened, there may be more to label.
  const cycle = progress?.cycle_id ?? null;
  const done = (progress?.answered ?? 0) + (progress?.skipped ?? 0);
  const known = progress !== undefined;
  useEffect(() => {
    if (known) desk.enter(cycle);
  }, [desk, known, cycle, done]);

  const size = controls.mode === "grid" ? "thumb" : "display";
  const closer = view.scale > 1 && item && Math.max(item.assignment.image.width, item.assignment.image.height) > DISPLAY_PIXELS;
  useEffect(() => {
    const behind = session.items.slice(Math.max(session.at - BEHIND, 0), session.at).toReversed();
    const wanted = [...visible(session), ...waiting(session), ...behind];
    const urls = wanted.map((one) => contentUrl(one.assignment.image.id, size));
    const [first] = wanted;
    if (closer && first) urls.splice(1, 0, contentUrl(first.assignment.image.id, "full"));
    pictures.want(urls);
  }, [closer, pictures, session, size]);

  // Whoever is signed in now is not the one whose answers wait: the page has to know.
  useEffect(
    () =>
      outbox.subscribe(() => {
        if (outbox.state.line === "signed-out") void client.invalidateQueries({ queryKey: keys.me });
      }),
    [client, outbox],
  );

  const choose = useRef(controls.answer);
  useEffect(() => {
    choose.current = controls.answer;
  });
  const onChoose = useCallback((name: string) => {
    choose.current(name);
  }, []);
  const onSize = useCallback((measured: Size) => {
    stage.current = measured;
  }, []);

  const first = session.items.find((one) => one.key === page.aimed[0]);
  return (
    <CommandContext value={{ commands, own, controls }}>
      <title>{t`Label · ${{ name: project.name }}`}</title>
      <VisuallyHidden component="h1">{t`Label · ${{ name: project.name }}`}</VisuallyHidden>
      <div className="bench" data-mode={controls.mode} data-guide={guide.opened || undefined}>
        <Head
          project={id}
          name={project.name}
          progress={progress}
          today={<Today desk={desk} outbox={outbox} given={state.given} />}
          outbox={outbox}
          guide={guide.opened}
        />
        <Losses
          losses={session.losses}
          onDismiss={() => {
            desk.act(dismissLosses);
          }}
        />
        {item ? (
          <>
            {controls.mode === "grid" ? (
              <Grid
                items={items}
                classes={classes}
                selection={page.selection}
                grid={grid}
                onClick={page.clickCell}
                onDrag={page.dragOver}
              />
            ) : (
              <Stage image={item.assignment.image} pictures={pictures} view={view} onLook={page.look} onSize={onSize}>
                <Remarks item={item} />
              </Stage>
            )}
            <Answers classes={classes} several={several} item={first} disabled={!controls.hasTarget} onChoose={onChoose} onPoint={setPointed} />
            <Tools view={view} keep={keep} chosen={page.selection.chosen.size} />
          </>
        ) : state.trouble !== null ? (
          <Alert className="bench-whole" color="red" title={t`The next images cannot be fetched now`}>
            {messageOf(state.trouble)} <Trans>It is tried again by itself.</Trans>
          </Alert>
        ) : (
          <Idle outbox={outbox} coming={progress === undefined || (state.asking && !state.empty)}>
            <Wait
              project={project}
              held={cycle !== null && done < (progress?.queued ?? 0)}
              others={progress?.waiting_for_others ?? 0}
              onUndo={controls.canUndo ? controls.undo : null}
            />
          </Idle>
        )}
        {guide.opened && (
          <Suspense>
            <Guide project={id} classes={classes} pointed={pointed} onClose={guide.toggle} />
          </Suspense>
        )}
      </div>
      <Panels panel={page.panel} classes={classes} several={several} mark={first?.mark} onNote={page.note} onClose={page.close} />
    </CommandContext>
  );
}
