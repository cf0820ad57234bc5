/** Where one looks: the point of the map (0..1) in the middle of the stage, and how close. */
export interface Camera {
  scale: number;
  x: number;
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

/** The whole map. */
export const ALL: Camera = { scale: 1, x: 0.5, y: 0.5 };

const MARGIN = 16;
const SCALE = { least: 0.8, most: 60 };

/** Pixels of the map's longer side. */
function side({ width, height }: Size, scale: number): number {
  return Math.max(1, Math.min(width, height) - 2 * MARGIN) * scale;
}

export function toScreen(camera: Camera, size: Size, x: number, y: number): [number, number] {
  const pixels = side(size, camera.scale);
  return [size.width / 2 + (x - camera.x) * pixels, size.height / 2 + (y - camera.y) * pixels];
}

export function toMap(camera: Camera, size: Size, x: number, y: number): [number, number] {
  const pixels = side(size, camera.scale);
  return [camera.x + (x - size.width / 2) / pixels, camera.y + (y - size.height / 2) / pixels];
}

/** Zooms so that what is under a point of the screen stays there. */
export function zoom(camera: Camera, factor: number, size: Size, x = size.width / 2, y = size.height / 2): Camera {
  const scale = Math.min(Math.max(camera.scale * factor, SCALE.least), SCALE.most);
  const [beforeX, beforeY] = toMap(camera, size, x, y);
  const [afterX, afterY] = toMap({ ...camera, scale }, size, x, y);
  return within({ scale, x: camera.x + beforeX - afterX, y: camera.y + beforeY - afterY });
}

/** Moves the map by pixels. */
export function pan(camera: Camera, dx: number, dy: number, size: Size): Camera {
  const pixels = side(size, camera.scale);
  return within({ ...camera, x: camera.x - dx / pixels, y: camera.y - dy / pixels });
}

/** Moves a point into the middle if it cannot be seen. */
export function showing(camera: Camera, size: Size, x: number, y: number): Camera {
  const [left, top] = toScreen(camera, size, x, y);
  const seen = left >= MARGIN && top >= MARGIN && left <= size.width - MARGIN && top <= size.height - MARGIN;
  return seen ? camera : { ...camera, x, y };
}

function within(camera: Camera): Camera {
  const clamp = (value: number) => Math.min(Math.max(value, 0), 1);
  return { ...camera, x: clamp(camera.x), y: clamp(camera.y) };
}
