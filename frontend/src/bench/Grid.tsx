import "./grid.css";

import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { IconFlagFilled, IconNote } from "@tabler/icons-react";
import { type CSSProperties, type PointerEvent, type RefObject, useEffect, useState } from "react";

import { type Class, contentUrl } from "../api/client";
import { answerWords, setWords, suggestionWords } from "./answerWords";
import type { Selection } from "./selection";
import type { Item, Mark } from "./session";

interface Props {
  items: readonly Item[];
  classes: readonly Class[];
  selection: Selection;
  grid: RefObject<HTMLDivElement | null>;
  onClick: (cell: number, shift: boolean) => void;
  onDrag: (cells: readonly number[]) => void;
}

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Many images at once: choose some, then give all of them one class. */
export function Grid({ items, classes, selection, grid, onClick, onDrag }: Props) {
  const [drag, setDrag] = useState<{ x: number; y: number; box: Box | null } | null>(null);
  const focused = items[selection.focus]?.key;
  useEffect(() => {
    focusedCell(grid.current)?.focus();
  }, [grid]);
  useEffect(() => {
    const cell = focusedCell(grid.current);
    cell?.scrollIntoView({ block: "nearest" });
    // After an answer by a button, the button keeps the keyboard.
    if (grid.current?.contains(document.activeElement)) cell?.focus();
  }, [grid, focused]);

  /** Only a mouse drags a box: a finger scrolls. */
  function moved(event: PointerEvent) {
    if (!drag) return;
    const far = Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > 6;
    if (!far && !drag.box) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const box = {
      left: Math.min(drag.x, event.clientX), right: Math.max(drag.x, event.clientX),
      top: Math.min(drag.y, event.clientY), bottom: Math.max(drag.y, event.clientY),
    };
    setDrag({ ...drag, box });
  }
  function ended() {
    if (drag?.box) onDrag(cellsIn(grid.current, drag.box));
    setDrag(null);
  }

  return (
    <div
      className="bench-grid-stage"
      onPointerDown={(event) => {
        if (event.pointerType === "mouse" && event.button === 0) setDrag({ x: event.clientX, y: event.clientY, box: null });
      }}
      onPointerMove={moved}
      onPointerUp={ended}
      onPointerCancel={() => {
        setDrag(null);
      }}
    >
      <div ref={grid} className="bench-grid" role="listbox" aria-multiselectable="true" aria-label={t`Images to label`}>
        {items.map((item, cell) => (
          <Cell
            key={item.key}
            item={item}
            color={classes.find((entry) => entry.name === item.mark.answer)?.color}
            chosen={selection.chosen.has(cell)}
            focused={selection.focus === cell}
            onClick={(shift) => {
              onClick(cell, shift);
            }}
          />
        ))}
      </div>
      {drag?.box && (
        <div
          className="bench-band"
          style={{
            left: drag.box.left, top: drag.box.top,
            width: drag.box.right - drag.box.left, height: drag.box.bottom - drag.box.top,
          }}
        />
      )}
    </div>
  );
}

interface CellProps {
  item: Item;
  color: string | undefined;
  chosen: boolean;
  focused: boolean;
  onClick: (shift: boolean) => void;
}

function Cell({ item, color, chosen, focused, onClick }: CellProps) {
  const { image, suggestion } = item.assignment;
  const said = saidOf(item.mark);
  return (
    <button
      type="button"
      className="bench-cell"
      role="option"
      data-testid="bench-cell"
      data-image={image.id}
      data-focused={focused || undefined}
      data-tiny={Math.max(image.width, image.height) < 128 || undefined}
      aria-selected={chosen}
      aria-label={said ? t`Image, ${said}` : t`Image without an answer`}
      tabIndex={focused ? 0 : -1}
      title={item.refusal ? t`Not taken: ${{ refusal: item.refusal }}` : undefined}
      style={{ "--class-color": color } as CSSProperties}
      onClick={(event) => {
        onClick(event.shiftKey);
      }}
    >
      <img src={contentUrl(image.id, "thumb")} alt="" draggable={false} decoding="sync" />
      <span className="bench-marks">
        {item.mark.flagged && <IconFlagFilled size={14} aria-label={t`flagged`} />}
        {item.mark.note && <IconNote size={14} aria-label={t`has a note`} />}
        {item.refusal && <b><Trans>Not taken</Trans></b>}
      </span>
      {said ? (
        <span className="bench-said">{said}</span>
      ) : (
        suggestion && <span className="bench-guess">{suggestionWords(suggestion)}</span>
      )}
    </button>
  );
}

/** What a cell tells of its image; what is only chosen is no answer yet. */
function saidOf(mark: Mark): string | null {
  if (mark.chosen !== undefined) return `${setWords(mark.chosen)} …`;
  return answerWords(mark) ?? (mark.skip === null ? null : t`skipped`);
}

function cellsIn(grid: HTMLElement | null, box: Box): number[] {
  return [...(grid?.children ?? [])].flatMap((cell, place) => {
    const other = cell.getBoundingClientRect();
    const apart =
      other.right < box.left || other.left > box.right || other.bottom < box.top || other.top > box.bottom;
    return apart ? [] : [place];
  });
}

/** The cell where the keyboard is. */
export function focusedCell(grid: HTMLElement | null): HTMLElement | null {
  return grid?.querySelector<HTMLElement>("[data-focused]") ?? null;
}

/** How many cells a row of the grid has now. */
export function columnsOf(grid: HTMLElement | null): number {
  if (!grid) return 1;
  return getComputedStyle(grid).gridTemplateColumns.split(" ").length;
}
