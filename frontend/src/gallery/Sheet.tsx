import { t } from "@lingui/core/macro";
import { useElementSize } from "@mantine/hooks";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";

import { type Class, contentUrl, type Image } from "../api/client";
import { labelWords } from "./filter";

const CELL = 132;
const GAP = 8;
const AHEAD = 4; // rows from the end, the next page is fetched

interface Props {
  images: readonly Image[];
  classes: readonly Class[];
  onOpen: (image: string) => void;
  onEnd: () => void;
}

/** Thumbnails in rows; only those that are seen exist. */
export function Sheet({ images, classes, onOpen, onEnd }: Props) {
  const { ref: measured, width } = useElementSize<HTMLDivElement>();
  const scroller = useRef<HTMLDivElement>(null);
  const [focus, setFocus] = useState(0);
  const columns = Math.max(2, Math.floor((width + GAP) / (CELL + GAP)));
  const side = width > 0 ? (width - GAP * (columns - 1)) / columns : CELL;
  const count = Math.ceil(images.length / columns);
  // eslint-disable-next-line react-hooks/incompatible-library -- the compiler leaves this component as it is
  const rows = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => side + GAP,
    overscan: 3,
  });
  const seen = rows.getVirtualItems();
  const last = seen.at(-1)?.index ?? 0;
  useEffect(() => {
    rows.measure();
  }, [rows, side]);
  useEffect(() => {
    if (count > 0 && last >= count - AHEAD) onEnd();
  }, [last, count, onEnd]);

  function go(event: KeyboardEvent) {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = Math.min(Math.max(focus + step, 0), images.length - 1);
    setFocus(next);
    rows.scrollToIndex(Math.floor(next / columns));
    requestAnimationFrame(() => {
      scroller.current?.querySelector<HTMLElement>(`[data-place="${next}"]`)?.focus();
    });
  }

  return (
    <div ref={scroller} className="gallery-scroll" data-testid="gallery">
      <div
        ref={measured}
        role="group"
        aria-label={t`Images`}
        style={{ height: rows.getTotalSize(), position: "relative" }}
        onKeyDown={go}
      >
        {seen.map((row) => (
          <div
            key={row.key}
            className="gallery-row"
            style={{ transform: `translateY(${row.start}px)`, gridTemplateColumns: `repeat(${columns}, 1fr)`, height: side }}
          >
            {images.slice(row.index * columns, (row.index + 1) * columns).map((image, column) => {
              const place = row.index * columns + column;
              return (
                <Thumb
                  key={image.id}
                  image={image}
                  place={place}
                  color={classes.find((one) => one.name === image.label)?.color}
                  reached={place === focus}
                  onOpen={() => {
                    setFocus(place);
                    onOpen(image.id);
                  }}
                />
              );
            })}
          </div>
        ))}
      </div>
    </div>
  );
}

interface ThumbProps {
  image: Image;
  place: number;
  color: string | undefined;
  reached: boolean;
  onOpen: () => void;
}

function Thumb({ image, place, color, reached, onOpen }: ThumbProps) {
  const { filename } = image;
  const label = labelWords(image);
  return (
    <button
      type="button"
      className="gallery-thumb"
      data-testid="thumb"
      data-image={image.id}
      data-place={place}
      data-tiny={Math.max(image.width, image.height) < 128 || undefined}
      tabIndex={reached ? 0 : -1}
      title={filename}
      aria-label={label === null ? filename : t`${filename}, labelled ${label}`}
      onClick={onOpen}
    >
      <img src={contentUrl(image.id, "thumb")} alt="" loading="lazy" decoding="async" draggable={false} />
      {label !== null && (
        <span className="gallery-label">
          <i style={{ background: color }} aria-hidden />
          {label}
        </span>
      )}
    </button>
  );
}
