import { useQuery } from "@tanstack/react-query";

import { api, ok } from "../api/client";
import { keys } from "../api/keys";
import { dayBegan } from "./dayBegan";

const MINUTE = 60_000;

/** Who answered how much; asked again now and then while it is looked at. */
export function useLeaderboard(id: string) {
  return useQuery({
    queryKey: keys.leaderboard(id),
    refetchInterval: MINUTE,
    queryFn: async () => {
      const params = { path: { project_id: id }, query: { since: dayBegan() } };
      return (await ok(api.GET("/api/v1/projects/{project_id}/leaderboard", { params }))).items;
    },
  });
}

/** How much everybody answers, how quickly, and how it compares with the labels. */
export function useThroughput(id: string) {
  return useQuery({
    queryKey: keys.throughput(id),
    staleTime: MINUTE,
    queryFn: async () => {
      const params = { path: { project_id: id }, query: { since: dayBegan() } };
      return (await ok(api.GET("/api/v1/projects/{project_id}/throughput", { params }))).items;
    },
  });
}
