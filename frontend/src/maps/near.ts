interface Points {
  x: readonly number[];
  y: readonly number[];
}

/** The point nearest to a place, no further away than `radius`; null if there is none. */
export function nearest({ x, y }: Points, atX: number, atY: number, radius: number): number | null {
  let best: number | null = null;
  let least = radius * radius;
  for (let i = 0; i < x.length; i++) {
    const distance = ((x[i] ?? 0) - atX) ** 2 + ((y[i] ?? 0) - atY) ** 2;
    if (distance <= least) [best, least] = [i, distance];
  }
  return best;
}

const DIRECTIONS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowDown: [0, 1],
  ArrowUp: [0, -1],
};

/** The next point in the direction of an arrow key: what is straight ahead counts as nearer. Itself at the edge. */
export function toward({ x, y }: Points, from: number, key: string): number {
  const [right, down] = DIRECTIONS[key] ?? [0, 0];
  const [fromX, fromY] = [x[from] ?? 0, y[from] ?? 0];
  let best = from;
  let least = Infinity;
  for (let i = 0; i < x.length; i++) {
    const [dx, dy] = [(x[i] ?? 0) - fromX, (y[i] ?? 0) - fromY];
    const ahead = dx * right + dy * down;
    const aside = Math.abs(dx * down + dy * right);
    if (ahead <= 0 || aside > ahead) continue;
    const cost = ahead + 2 * aside;
    if (cost < least) [best, least] = [i, cost];
  }
  return best;
}

export function isArrow(key: string): boolean {
  return key in DIRECTIONS;
}
