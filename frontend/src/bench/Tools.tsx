import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Popover, Slider, Switch } from "@mantine/core";
import {
  IconAdjustments, IconArrowBackUp, IconArrowForwardUp, IconChevronLeft, IconChevronRight, IconContrast, IconMaximize,
  IconRestore, IconZoomIn, IconZoomOut,
} from "@tabler/icons-react";
import type { ReactNode } from "react";

import { percent } from "../language/format";
import { CommandButton, useKnown } from "./CommandButton";
import { keysOf } from "./keymap";
import { readable } from "./keystrokes";
import type { View } from "./view";

const SIZE = 18;

interface Props {
  view: View;
  keep: boolean;
  chosen: number;
}

/** The row of tools below the picture. */
export function Tools({ view, keep, chosen }: Props) {
  const { controls } = useKnown();
  const grid = controls.mode === "grid";
  return (
    <div className="bench-tools" role="toolbar" aria-label={t`Tools`}>
      <Tool>
        <CommandButton id="undo" icon={<IconArrowBackUp size={SIZE} />} />
        <CommandButton id="redo" icon={<IconArrowForwardUp size={SIZE} />} iconOnly />
      </Tool>
      <Tool>
        <CommandButton id={grid ? "previous-page" : "previous"} icon={<IconChevronLeft size={SIZE} />} iconOnly />
        <CommandButton id={grid ? "next-page" : "next"} icon={<IconChevronRight size={SIZE} />} iconOnly />
      </Tool>
      {grid ? (
        <Tool>
          <CommandButton id="choose-all" />
          <CommandButton id="choose-none" />
          <span className="bench-count" aria-live="polite">
            {chosen > 0 ? t`${chosen} chosen` : ""}
          </span>
        </Tool>
      ) : (
        <>
          <Tool>
            <CommandButton id="zoom-out" icon={<IconZoomOut size={SIZE} />} iconOnly />
            <CommandButton id="zoom-in" icon={<IconZoomIn size={SIZE} />} iconOnly />
            <CommandButton id="fit" icon={<IconMaximize size={SIZE} />} iconOnly />
            <CommandButton id="actual" icon={<b>1:1</b>} iconOnly />
          </Tool>
          <Tool>
            <Light view={view} keep={keep} />
            <CommandButton id="invert" icon={<IconContrast size={SIZE} />} iconOnly pressed={view.inverted} />
            <CommandButton id="reset" icon={<IconRestore size={SIZE} />} iconOnly />
          </Tool>
        </>
      )}
    </div>
  );
}

function Tool({ children }: { children: ReactNode }) {
  return <div className="bench-tool">{children}</div>;
}

function Light({ view, keep }: { view: View; keep: boolean }) {
  const { commands, own, controls } = useKnown();
  const key = (id: string) => {
    const command = commands.find((one) => one.id === id);
    return command ? keysOf(command, own).slice(0, 1).map(readable).join() : "";
  };
  const slider = (what: "brightness" | "contrast", label: string, more: string, less: string) => (
    <label className="bench-slider">
      <span>
        {label} <kbd>{key(more)}</kbd> <kbd>{key(less)}</kbd>
      </span>
      <Slider
        thumbLabel={label}
        label={(value) => percent(value)}
        min={0.2}
        max={4}
        step={0.1}
        value={view[what]}
        onChange={(value) => {
          controls.light(what, value - view[what]);
        }}
      />
    </label>
  );
  return (
    <Popover position="top" withArrow shadow="md" width={300} zIndex={150} trapFocus returnFocus transitionProps={{ duration: 0 }}>
      <Popover.Target>
        <button type="button" className="bench-button" aria-label={t`Light and contrast`} title={t`Light and contrast`}>
          <IconAdjustments size={SIZE} />
          <span><Trans>Light</Trans></span>
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        {slider("brightness", t`Brightness`, "brighter", "darker")}
        {slider("contrast", t`Contrast`, "more-contrast", "less-contrast")}
        <Switch
          label={<><Trans>Keep for the next image</Trans> <kbd>{key("keep")}</kbd></>}
          checked={keep}
          onChange={() => {
            controls.toggleKeep();
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}
