/** What a pretext run kept of its training and of its losses. */
export interface Bin {
  low: number;
  high: number;
  count: number;
}

/** The training loss of each epoch; empty if the run kept none. */
export function lossCurve(history: Readonly<Record<string, unknown>>): { epoch: number; loss: number }[] {
  return numbers(history.loss).map((loss, place) => ({ epoch: place + 1, loss }));
}

/** How the bins are spaced: runs from before there was a choice have equal ones. */
export function lossScale(history: Readonly<Record<string, unknown>>): "linear" | "log" {
  const { histogram } = history;
  const log = typeof histogram === "object" && histogram !== null && "scale" in histogram && histogram.scale === "log";
  return log ? "log" : "linear";
}

/** How the losses of the images are spread; empty for runs that kept no histogram. */
export function lossBins(history: Readonly<Record<string, unknown>>): Bin[] {
  const { histogram } = history;
  if (typeof histogram !== "object" || histogram === null) return [];
  const { edges, counts } = histogram as { edges?: unknown; counts?: unknown };
  const bounds = numbers(edges);
  return numbers(counts).flatMap((count, place) => {
    const [low, high] = [bounds[place], bounds[place + 1]];
    return low === undefined || high === undefined ? [] : [{ low, high, count }];
  });
}

function numbers(value: unknown): number[] {
  return Array.isArray(value) ? value.filter((one): one is number => typeof one === "number") : [];
}
