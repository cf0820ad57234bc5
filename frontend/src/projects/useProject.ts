import { useQuery } from "@tanstack/react-query";

import { api, ok } from "../api/client";
import { keys } from "../api/keys";

const RANKING_MS = 15_000;
const STEPS = ["annotator", "reviewer", "engineer", "owner"];

export function covers(role: string, needed: string): boolean {
  return STEPS.indexOf(role) >= STEPS.indexOf(needed);
}

export function useProject(id: string) {
  return useQuery({
    queryKey: keys.project(id),
    queryFn: () => ok(api.GET("/api/v1/projects/{project_id}", { params: { path: { project_id: id } } })),
  });
}

export function useQueue(id: string) {
  return useQuery({
    queryKey: keys.queue(id),
    queryFn: () => ok(api.GET("/api/v1/projects/{project_id}/queue", { params: { path: { project_id: id } } })),
  });
}

export function useJobs(id: string) {
  return useQuery({
    queryKey: keys.jobs(id),
    queryFn: async () => {
      const path = { project_id: id };
      const page = await ok(api.GET("/api/v1/projects/{project_id}/jobs", { params: { path, query: { limit: 20 } } }));
      return page.items;
    },
  });
}

export function useCycles(id: string) {
  return useQuery({
    queryKey: keys.cycles(id),
    queryFn: async () => {
      const path = { project_id: id };
      const query = { limit: 1000 };
      return (await ok(api.GET("/api/v1/projects/{project_id}/cycles", { params: { path, query } }))).items;
    },
  });
}

/** The newest finished pretext run with its pool batches, or null; while people label, it is read again. */
export function useRanking(id: string, labelled: boolean) {
  return useQuery({
    queryKey: keys.runs(id),
    refetchInterval: labelled ? RANKING_MS : false,
    queryFn: async () => {
      const path = { project_id: id };
      const query = { limit: 1000 };
      const runs = await ok(api.GET("/api/v1/projects/{project_id}/pretext-runs", { params: { path, query } }));
      const finished = runs.items.filter((run) => run.finished_at !== null);
      const newest = finished.toSorted((a, b) => (a.finished_at ?? "").localeCompare(b.finished_at ?? "")).at(-1);
      if (!newest) return null;
      return ok(api.GET("/api/v1/pretext-runs/{run_id}", { params: { path: { run_id: newest.id } } }));
    },
  });
}
