import { useInfiniteQuery, useQuery } from "@tanstack/react-query";

import { api, ok } from "../api/client";
import { keys } from "../api/keys";

const PAGE = 60;

/** The confusion matrix of a cycle's task model. It never changes. */
export function useConfusion(project: string, cycle: string) {
  return useQuery({
    queryKey: [...keys.cycles(project), cycle, "confusion"],
    staleTime: Infinity,
    queryFn: () => ok(api.GET("/api/v1/cycles/{cycle_id}/confusion", { params: { path: { cycle_id: cycle } } })),
  });
}

/** The images behind one cell, page by page. */
export function usePredictions(project: string, cycle: string, cell: { true: string; predicted: string }) {
  return useInfiniteQuery({
    queryKey: [...keys.cycles(project), cycle, "predictions", cell.true, cell.predicted],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      ok(
        api.GET("/api/v1/cycles/{cycle_id}/predictions", {
          params: { path: { cycle_id: cycle }, query: { ...cell, cursor: pageParam, limit: PAGE } },
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? null,
  });
}

/** Images at equal distances of a pretext run's ranking, the hardest first. */
export function useExamples(project: string, run: string, count: number) {
  return useQuery({
    queryKey: [...keys.runs(project), run, "examples", count],
    staleTime: Infinity,
    queryFn: async () => {
      const params = { path: { run_id: run }, query: { count } };
      const page = await ok(api.GET("/api/v1/pretext-runs/{run_id}/examples", { params }));
      return page.items.toSorted((a, b) => b.loss - a.loss);
    },
  });
}
