import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { ActionIcon, Group, Text, VisuallyHidden } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { IconFocusCentered, IconMinus, IconPlus } from "@tabler/icons-react";
import { useGesture } from "@use-gesture/react";
import { type KeyboardEvent, useId, useLayoutEffect, useRef, useState } from "react";
import { useNavigate } from "react-router";

import type { MapPoints, Project } from "../api/client";
import { ALL, type Camera, pan, showing, toMap, toScreen, zoom } from "./camera";
import type { Coloring } from "./coloring";
import { isArrow, nearest, toward } from "./near";
import { paint } from "./paint";
import { PointCard } from "./PointCard";
import { pointWords } from "./pointWords";

interface Props {
  project: Project;
  points: MapPoints;
  coloring: Coloring;
  highlighted: number | null;
}

const STEP = 1.5;
const PAN = 60;
/** Pixels around a point in which it is meant; a finger is less exact than a mouse. */
const REACH = { mouse: 14, touch: 26 };

/** The points on a canvas, to be moved, zoomed and asked. */
export function MapCanvas({ project, points, coloring, highlighted }: Props) {
  const navigate = useNavigate();
  const help = useId();
  const { ref: sized, width, height } = useElementSize<HTMLDivElement>();
  const stage = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [camera, setCamera] = useState<Camera>(ALL);
  const [chosen, setHere] = useState<number | null>(null);
  const here = chosen !== null && chosen < points.x.length ? chosen : null; // images may have been deleted
  const size = { width, height };
  const place = here === null ? null : toScreen(camera, size, points.x[here] ?? 0, points.y[here] ?? 0);

  useLayoutEffect(() => {
    const target = canvas.current;
    const context = target?.getContext("2d");
    if (!target || !context || width === 0) return;
    const ratio = window.devicePixelRatio || 1;
    if (target.width !== Math.round(width * ratio)) target.width = Math.round(width * ratio);
    if (target.height !== Math.round(height * ratio)) target.height = Math.round(height * ratio);
    paint(context, points, coloring, camera, { width, height }, highlighted);
  }, [points, coloring, camera, width, height, highlighted]);

  const open = (point: number) => {
    const image = points.image_ids[point];
    if (image) void navigate(`/projects/${project.id}/images?image=${image}`);
  };
  const at = (clientX: number, clientY: number): [number, number] => {
    const box = stage.current?.getBoundingClientRect();
    return box ? [clientX - box.left, clientY - box.top] : [0, 0];
  };
  const under = (clientX: number, clientY: number, reach: number): number | null => {
    const [left, top] = at(clientX, clientY);
    const [x, y] = toMap(camera, size, left, top);
    return nearest(points, x, y, toMap(camera, size, left + reach, top)[0] - x);
  };
  useGesture(
    {
      onMove: ({ event, dragging }) => {
        if (!dragging && event.pointerType === "mouse") setHere(under(event.clientX, event.clientY, REACH.mouse));
      },
      onDrag: ({ delta: [dx, dy], tap, pinching, event, xy: [x, y] }) => {
        if (pinching) return;
        if (!tap) {
          setCamera((now) => pan(now, dx, dy, size));
          return;
        }
        const mouse = "pointerType" in event && event.pointerType === "mouse";
        const meant = under(x, y, mouse ? REACH.mouse : REACH.touch);
        // A tap shows what a mouse sees before it clicks; the next one on the same point opens it.
        if (meant !== null && (mouse || meant === here)) open(meant);
        setHere(meant);
      },
      onPinch: ({ origin: [x, y], delta: [by], offset: [scale] }) => {
        setCamera((now) => zoom(now, scale / (scale - by), size, ...at(x, y)));
      },
      onWheel: ({ event, delta: [, dy] }) => {
        event.preventDefault();
        if (!event.ctrlKey) setCamera((now) => zoom(now, Math.exp(-dy / 400), size, ...at(event.clientX, event.clientY)));
      },
    },
    {
      target: stage,
      eventOptions: { passive: false },
      drag: { filterTaps: true },
      pinch: { from: () => [camera.scale, 0], scaleBounds: { min: 0.8, max: 60 } },
    },
  );

  const onKey = (event: KeyboardEvent) => {
    const { key, shiftKey } = event;
    if (isArrow(key) && shiftKey) {
      const [dx, dy] = { ArrowLeft: [PAN, 0], ArrowRight: [-PAN, 0], ArrowUp: [0, PAN], ArrowDown: [0, -PAN] }[key] ?? [0, 0];
      setCamera((now) => pan(now, dx ?? 0, dy ?? 0, size));
    } else if (isArrow(key)) {
      const next = here === null ? nearest(points, camera.x, camera.y, Infinity) : toward(points, here, key);
      setHere(next);
      if (next !== null) setCamera((now) => showing(now, size, points.x[next] ?? 0, points.y[next] ?? 0));
    } else if (key === "Enter" && here !== null) open(here);
    else if (key === "Escape") setHere(null);
    else if (key === "+" || key === "=") setCamera((now) => zoom(now, STEP, size));
    else if (key === "-") setCamera((now) => zoom(now, 1 / STEP, size));
    else if (key === "0") setCamera(ALL);
    else return;
    event.preventDefault();
  };

  return (
    <div>
      <div className="map-frame" ref={sized}>
        <div
          ref={stage}
          className="map-stage"
          role="application"
          tabIndex={0}
          aria-label={plural(points.x.length, { one: "Map of # image", other: "Map of # images" })}
          aria-describedby={help}
          data-testid="map"
          onKeyDown={onKey}
          onPointerLeave={(event) => {
            if (event.pointerType === "mouse") setHere(null);
          }}
        >
          <canvas ref={canvas} aria-hidden />
          {place && <span className="map-here" style={{ left: place[0], top: place[1] }} aria-hidden />}
        </div>
        {here !== null && place && <PointCard project={project} points={points} point={here} place={place} size={size} />}
        <Group className="map-tools" gap={4}>
          <ActionIcon variant="default" size="lg" aria-label={t`Zoom in`} onClick={() => { setCamera((now) => zoom(now, STEP, size)); }}>
            <IconPlus size={18} />
          </ActionIcon>
          <ActionIcon variant="default" size="lg" aria-label={t`Zoom out`} onClick={() => { setCamera((now) => zoom(now, 1 / STEP, size)); }}>
            <IconMinus size={18} />
          </ActionIcon>
          <ActionIcon variant="default" size="lg" aria-label={t`Show the whole map`} onClick={() => { setCamera(ALL); }}>
            <IconFocusCentered size={18} />
          </ActionIcon>
        </Group>
      </div>
      <VisuallyHidden role="status">{here === null ? "" : pointWords(project, points, here).join(", ")}</VisuallyHidden>
      <Text size="xs" c="dimmed" mt={4} id={help}>
        <Trans>
          Drag to move, turn the wheel or pinch to zoom, click to open an image. With the keyboard: arrows go from image to
          image, Enter opens, + and − zoom, Shift with arrows moves, 0 shows all.
        </Trans>
      </Text>
    </div>
  );
}
