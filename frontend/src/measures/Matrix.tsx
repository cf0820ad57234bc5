import { t } from "@lingui/core/macro";
import { type CSSProperties, type KeyboardEvent, useRef, useState } from "react";

import { at, shareOfRow, step, worstMistake } from "./cells";
import "./measures.css";

interface Props {
  confusion: { classes: string[]; counts: number[][] };
  shown: readonly number[];
  /** Null if the images behind the cells are not known. */
  onOpen: ((cell: { true: string; predicted: string }) => void) | null;
}

/** The matrix as a grid of buttons: Tab enters it, arrows walk, Enter opens. */
export function Matrix({ confusion: { classes, counts }, shown, onOpen }: Props) {
  const worst = worstMistake(counts, shown);
  const [here, setHere] = useState<[number, number]>([
    Math.max(0, shown.indexOf(worst?.row ?? -1)),
    Math.max(0, shown.indexOf(worst?.column ?? -1)),
  ]);
  const table = useRef<HTMLTableElement>(null);
  const walk = (event: KeyboardEvent) => {
    const to = step(event.key, here[0], here[1], shown.length);
    if (!to) return;
    event.preventDefault();
    setHere(to);
    table.current?.querySelector<HTMLButtonElement>(`[data-cell="${to[0]}-${to[1]}"]`)?.focus();
  };
  return (
    <div className="confusion-scroll">
      <table className="confusion" ref={table} onKeyDown={walk} aria-label={t`Confusion matrix`}>
        <thead>
          <tr>
            <td />
            {shown.map((column) => (
              <th key={column} scope="col"><span title={classes[column]}>{classes[column]}</span></th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row, line) => (
            <tr key={row}>
              <th scope="row"><span title={classes[row]}>{classes[row]}</span></th>
              {shown.map((column, place) => {
                const count = at(counts, row, column);
                const cell = { true: classes[row] ?? "", predicted: classes[column] ?? "" };
                return (
                  <td key={column}>
                    <button
                      type="button"
                      className={row === column ? "right" : "wrong"}
                      style={{ "--share": shareOfRow(counts, row, column) } as CSSProperties}
                      data-cell={`${line}-${place}`}
                      tabIndex={line === here[0] && place === here[1] ? 0 : -1}
                      aria-disabled={onOpen === null || count === 0}
                      aria-label={t`${count} of ${{ true: cell.true }}, taken for ${{ predicted: cell.predicted }}`}
                      onFocus={() => { setHere([line, place]); }}
                      onClick={() => { if (count > 0) onOpen?.(cell); }}
                    >
                      {count > 0 ? count : ""}
                    </button>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
