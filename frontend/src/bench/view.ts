/** How the picture is looked at: `scale` 1 fits it to the stage; `x`, `y` are pixels from the middle. */
export interface View {
  scale: number;
  x: number;
  y: number;
  brightness: number;
  contrast: number;
  inverted: boolean;
}

export interface Size {
  width: number;
  height: number;
}

export const PLAIN: View = { scale: 1, x: 0, y: 0, brightness: 1, contrast: 1, inverted: false };

const MOST = 40;
const LIGHT = { least: 0.2, most: 4 };

/** Screen pixels per picture pixel when the picture fits the stage. */
export function fitScale(stage: Size, picture: Size): number {
  return Math.min(stage.width / picture.width, stage.height / picture.height) || 1;
}

/** Zooms so that the point of the picture under (x, y), seen from the stage's middle, stays there. */
export function zoom(view: View, factor: number, stage: Size, x = 0, y = 0): View {
  const scale = Math.min(Math.max(view.scale * factor, 0.05), MOST);
  const ratio = scale / view.scale;
  return pan({ ...view, scale, x: x - (x - view.x) * ratio, y: y - (y - view.y) * ratio }, 0, 0, stage);
}

export function fit(view: View): View {
  return { ...view, scale: 1, x: 0, y: 0 };
}

/** One pixel of the picture on one pixel of the screen. */
export function actual(view: View, stage: Size, picture: Size, pixelRatio: number): View {
  return { ...view, scale: 1 / fitScale(stage, picture) / pixelRatio, x: 0, y: 0 };
}

/** Moves the picture, not further than its edges. */
export function pan(view: View, dx: number, dy: number, stage: Size): View {
  const within = (value: number, size: number) => {
    const most = (Math.max(view.scale - 1, 0) * size) / 2;
    return Math.min(Math.max(value, -most), most);
  };
  return { ...view, x: within(view.x + dx, stage.width), y: within(view.y + dy, stage.height) };
}

export function adjust(view: View, what: "brightness" | "contrast", by: number): View {
  const value = Math.round((view[what] + by) * 100) / 100;
  return { ...view, [what]: Math.min(Math.max(value, LIGHT.least), LIGHT.most) };
}

export function invert(view: View): View {
  return { ...view, inverted: !view.inverted };
}

export function isPlain(view: View): boolean {
  return (Object.keys(PLAIN) as (keyof View)[]).every((key) => view[key] === PLAIN[key]);
}

/** CSS of the picture. Enlarged pixels are shown as squares: smoothing would invent what is not there. */
export function css(view: View, stage: Size, picture: Size) {
  const filters = [
    view.brightness === 1 ? "" : `brightness(${view.brightness})`,
    view.contrast === 1 ? "" : `contrast(${view.contrast})`,
    view.inverted ? "invert(1)" : "",
  ].filter(Boolean);
  return {
    transform: view.scale === 1 && view.x === 0 && view.y === 0
      ? "none"
      : `translate(${view.x}px, ${view.y}px) scale(${view.scale})`,
    filter: filters.join(" ") || "none",
    imageRendering: view.scale * fitScale(stage, picture) >= 2 ? ("pixelated" as const) : ("auto" as const),
  };
}
