import type { MapPoints } from "../api/client";
import { type Camera, type Size, toScreen } from "./camera";
import type { Coloring, Group } from "./coloring";
import type { Shape } from "./palette";

/** Pixels from the middle of a mark to its edge: small where there are many, larger as one comes closer. */
export function radiusOf(count: number, scale: number): number {
  const base = count > 5000 ? 2 : count > 500 ? 3 : 4.5;
  return Math.min(base * Math.sqrt(Math.max(1, scale)), 9);
}

/** Draws all points: what is quiet first, and what is not highlighted faintly. */
export function paint(
  context: CanvasRenderingContext2D,
  points: MapPoints,
  { groups, of }: Coloring,
  camera: Camera,
  size: Size,
  highlighted: number | null,
): void {
  const ratio = window.devicePixelRatio || 1;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, size.width, size.height);
  const radius = radiusOf(points.x.length, camera.scale);
  const order = groups.map((_, place) => place).sort((a, b) => rank(groups, a, highlighted) - rank(groups, b, highlighted));
  for (const place of order) {
    const group = groups[place];
    if (!group) continue;
    context.globalAlpha = highlighted !== null && highlighted !== place ? 0.12 : group.quiet ? 0.45 : 0.9;
    // One picture of the mark, stamped many times, is much quicker than as many paths.
    const mark = stamp(group.shape, group.color, radius, ratio);
    const half = mark.width / ratio / 2;
    for (let i = 0; i < of.length; i++) {
      if (of[i] !== place) continue;
      const [left, top] = toScreen(camera, size, points.x[i] ?? 0, points.y[i] ?? 0);
      if (left < -half || top < -half || left > size.width + half || top > size.height + half) continue;
      context.drawImage(mark, left - half, top - half, 2 * half, 2 * half);
    }
  }
  context.globalAlpha = 1;
}

function rank(groups: readonly Group[], place: number, highlighted: number | null): number {
  if (place === highlighted) return 2;
  return groups[place]?.quiet ? 0 : 1;
}

function stamp(shape: Shape, color: string, radius: number, ratio: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  const side = Math.ceil((2 * radius + 2) * ratio);
  canvas.width = canvas.height = side;
  const context = canvas.getContext("2d");
  if (!context) return canvas;
  context.fillStyle = color;
  context.fill(new Path2D(outline(shape, radius * ratio, side / 2)));
  return canvas;
}

/** A mark as an SVG path around (middle, middle). */
export function outline(shape: Shape, radius: number, middle: number): string {
  const at = (x: number, y: number) => `${middle + x * radius} ${middle + y * radius}`;
  const arc = (across: number) => ["a", radius, radius, 0, 1, 0, across, 0].join(" ");
  switch (shape) {
    case "circle":
      return ["M", at(-1, 0), arc(2 * radius), arc(-2 * radius), "Z"].join(" ");
    case "square":
      return `M${at(-0.85, -0.85)}L${at(0.85, -0.85)}L${at(0.85, 0.85)}L${at(-0.85, 0.85)}Z`;
    case "triangle":
      return `M${at(0, -1)}L${at(1, 0.8)}L${at(-1, 0.8)}Z`;
    case "diamond":
      return `M${at(0, -1.1)}L${at(1.1, 0)}L${at(0, 1.1)}L${at(-1.1, 0)}Z`;
  }
}
