import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import { api, type JobListed, type LogLine, ok } from "../api/client";
import { keys } from "../api/keys";
import { useJobs } from "../projects/useProject";
import { isLive } from "./words";

const PAGE = 30;
const LINES = 1000;
const KEPT = 2000;
const LOOK_MS = 1000;
/** Last words may come a little after a job's end. */
const LAST_WORDS_MS = 5000;

/** A project's jobs, the newest first, page by page; those that change are followed live. */
export function useJobList(id: string, allowed: boolean) {
  const live = useJobs(id).data;
  const pages = useInfiniteQuery({
    queryKey: keys.jobList(id),
    enabled: allowed,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) => {
      const query = { limit: PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) };
      return ok(api.GET("/api/v1/projects/{project_id}/jobs", { params: { path: { project_id: id }, query } }));
    },
    getNextPageParam: (page) => page.next_cursor,
  });
  const listed = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const isNew = pages.data !== undefined && live?.some((job) => job.id > (listed[0]?.id ?? ""));
  const { refetch } = pages;
  useEffect(() => {
    if (isNew) void refetch();
  }, [isNew, refetch]);
  return { ...pages, jobs: listed.map((job) => ({ ...job, ...live?.find((one) => one.id === job.id) })) };
}

/** One job, live. */
export function useJob(id: string, job: string, allowed: boolean) {
  return useQuery({
    queryKey: [...keys.jobList(id), job],
    enabled: allowed,
    queryFn: () => ok(api.GET("/api/v1/jobs/{job_id}", { params: { path: { job_id: job } } })),
    refetchInterval: ({ state }) => (state.data && isLive(state.data) ? LOOK_MS : false),
  });
}

/** A job's log so far; of one that runs, what is new comes every second. */
export function useJobLog(id: string, job: JobListed) {
  const client = useQueryClient();
  const queryKey = [...keys.jobList(id), job.id, "log"];
  return useQuery({
    queryKey,
    queryFn: async () => {
      let known = client.getQueryData<LogLine[]>(queryKey) ?? [];
      for (;;) {
        const query = { after: known.at(-1)?.number ?? 0, limit: LINES };
        const { items } = await ok(api.GET("/api/v1/jobs/{job_id}/log", { params: { path: { job_id: job.id }, query } }));
        known = [...known, ...items].slice(-KEPT);
        if (items.length < LINES) return known;
      }
    },
    refetchInterval: () => {
      const ended = job.finished_at ? Date.parse(job.finished_at) : Infinity;
      return isLive(job) || Date.now() - ended < LAST_WORDS_MS ? LOOK_MS : false;
    },
  });
}
