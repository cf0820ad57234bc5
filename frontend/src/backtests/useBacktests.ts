import { useQuery } from "@tanstack/react-query";

import { api, ok } from "../api/client";
import { keys } from "../api/keys";

/** A project's backtests, newest first; for engineers and owners only. */
export function useBacktests(id: string, allowed: boolean) {
  return useQuery({
    queryKey: keys.backtests(id),
    enabled: allowed,
    queryFn: async () => {
      const path = { project_id: id };
      const query = { limit: 1000 };
      return (await ok(api.GET("/api/v1/projects/{project_id}/backtests", { params: { path, query } }))).items;
    },
  });
}

export function reportUrl(backtest: string, format: "html" | "json"): string {
  return `/api/v1/backtests/${backtest}/report?format=${format}`;
}
