import "./stage.css";

import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useElementSize, useMergedRef } from "@mantine/hooks";
import { useGesture } from "@use-gesture/react";
import { type ReactNode, useEffect, useLayoutEffect, useRef, useSyncExternalStore } from "react";

import { contentUrl } from "../api/client";
import type { components } from "../api/schema";
import type { Pictures, Ready } from "./pictures";
import { css, fit, pan, type Size, type View, zoom } from "./view";

function mount(place: HTMLElement, { element, readyAt }: Ready, image: string): void {
  element.className = "bench-image";
  element.alt = t`The image to label`;
  element.draggable = false;
  element.dataset.testid = "bench-image";
  element.dataset.image = image;
  place.replaceChildren(element);
  // For whoever measures: two frames on, the picture has been painted.
  requestAnimationFrame(() => {
    requestAnimationFrame(() => {
      performance.mark("bench:painted", { detail: { image, readyAt } });
    });
  });
}

export const DISPLAY_PIXELS = 1600; // the longest side of what is fetched first

interface Props {
  image: components["schemas"]["ImageOut"];
  pictures: Pictures;
  view: View;
  onLook: (change: (view: View) => View) => void;
  onSize: (size: Size) => void;
  children: ReactNode;
}

/** One picture, to be zoomed and moved. The element was loaded and decoded before: showing it takes a frame. */
export function Stage({ image, pictures, view, onLook, onSize, children }: Props) {
  const { ref: sized, width, height } = useElementSize<HTMLDivElement>();
  const own = useRef<HTMLDivElement>(null);
  const ref = useMergedRef(sized, own);
  const frame = useRef<HTMLDivElement>(null);
  const ready = useSyncExternalStore(
    pictures.subscribe,
    () => pictures.get(contentUrl(image.id, "full")) ?? pictures.get(contentUrl(image.id, "display")),
  );
  const broken = useSyncExternalStore(pictures.subscribe, () => pictures.isBroken(contentUrl(image.id, "display")));

  useLayoutEffect(() => {
    const place = frame.current;
    if (!place) return;
    if (!ready) {
      place.replaceChildren();
      return;
    }
    mount(place, ready, image.id);
  }, [image.id, ready]);

  const stage = { width, height };
  useEffect(() => {
    onSize({ width, height });
  }, [onSize, width, height]);

  const fromMiddle = (x: number, y: number): [number, number] => {
    const box = own.current?.getBoundingClientRect();
    return box ? [x - box.left - box.width / 2, y - box.top - box.height / 2] : [0, 0];
  };
  useGesture(
    {
      onDrag: ({ delta: [dx, dy], pinching }) => {
        if (!pinching) onLook((now) => pan(now, dx, dy, stage));
      },
      onPinch: ({ origin: [x, y], delta: [by], offset: [scale] }) => {
        onLook((now) => zoom(now, scale / (scale - by), stage, ...fromMiddle(x, y)));
      },
      onWheel: ({ event, delta: [, dy] }) => {
        event.preventDefault();
        if (!event.ctrlKey) onLook((now) => zoom(now, Math.exp(-dy / 400), stage, ...fromMiddle(event.clientX, event.clientY)));
      },
      onDoubleClick: ({ event }) => {
        onLook((now) => (now.scale === 1 ? zoom(now, 2.5, stage, ...fromMiddle(event.clientX, event.clientY)) : fit(now)));
      },
    },
    { target: own, eventOptions: { passive: false }, drag: { filterTaps: true }, pinch: { from: () => [view.scale, 0], scaleBounds: { min: 0.05, max: 40 } } },
  );

  return (
    <div ref={ref} className="bench-stage" data-zoomed={view.scale > 1 || undefined}>
      <div ref={frame} className="bench-frame" style={css(view, stage, image)} />
      {!ready && !broken && <div className="bench-coming" role="status" aria-label={t`The image is on its way`} />}
      {!ready && broken && (
        <p className="bench-broken" role="alert">
          <Trans>The picture cannot be loaded now; it is tried again. You can skip it.</Trans>
        </p>
      )}
      {children}
    </div>
  );
}
