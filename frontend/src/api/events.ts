import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import type { Job } from "./client";
import { keys } from "./keys";

/** Keeps the queries of a project fresh while the page is open. A reconnection tells everything anew. */
export function useProjectEvents(project: string): void {
  const client = useQueryClient();
  useEffect(() => {
    const source = new EventSource(`/api/v1/projects/${project}/events`);
    const stale = (...parts: readonly string[]) => {
      void client.invalidateQueries({ queryKey: ["project", project, ...parts] });
    };
    source.addEventListener("job", (event: MessageEvent<string>) => {
      const job = JSON.parse(event.data) as Job;
      client.setQueryData<Job[]>(keys.jobs(project), (known = []) => [
        job,
        ...known.filter((other) => other.id !== job.id),
      ]);
      if (job.status !== "running" && job.status !== "queued") stale();
    });
    source.addEventListener("queue", () => {
      stale("queue");
      stale("cycles");
    });
    source.addEventListener("classes", () => {
      void client.invalidateQueries({ queryKey: keys.project(project), exact: true });
      stale("classes");
      stale("schema-changes");
      stale("guidelines");
    });
    source.addEventListener("cycle", () => {
      stale("cycles");
      stale("queue");
      stale("session");
      stale("runs");
    });
    return () => {
      source.close();
    };
  }, [client, project]);
}
