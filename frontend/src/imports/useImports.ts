import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, type ImportLabels, type ImportMode, ok } from "../api/client";
import { keys } from "../api/keys";

/** A job, as long as it goes on and when it has ended. */
export function useJob(id: string) {
  return useQuery({
    queryKey: ["job", id],
    queryFn: () => ok(api.GET("/api/v1/jobs/{job_id}", { params: { path: { job_id: id } } })),
    refetchInterval: ({ state }) =>
      state.data?.status === "running" || state.data?.status === "queued" || !state.data ? 500 : false,
  });
}

/** What lies in a folder of the server; null: what may be imported from at all. */
export function useFolder(project: string, path: string | null) {
  return useQuery({
    queryKey: [...keys.project(project), "import-folders", path],
    queryFn: () => {
      const params = { path: { project_id: project }, query: path === null ? {} : { path } };
      return ok(api.GET("/api/v1/projects/{project_id}/import-folders", { params }));
    },
  });
}

/** Asks for the preview of what lies at an address; answers with its job's id. */
export function usePreviewAddress(project: string) {
  return useMutation({
    meta: { inline: true },
    mutationFn: async ({ uri, mode }: { uri: string; mode: ImportMode }) => {
      const params = { path: { project_id: project } };
      const body = { uri, mode, preview: true, labels: "ignore" as const };
      return (await ok(api.POST("/api/v1/projects/{project_id}/imports", { params, body }))).job.id;
    },
  });
}

/** The address of a path on the server. */
export function addressOf(path: string): string {
  return `file://${path.split("/").map(encodeURIComponent).join("/")}`;
}

export function useConfirmImport(project: string, preview: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { inline: true },
    mutationFn: async (body: { labels: ImportLabels; create_classes: boolean }) => {
      const params = { path: { job_id: preview } };
      return (await ok(api.POST("/api/v1/imports/{job_id}/confirmation", { params, body }))).job.id;
    },
    onSuccess: () => client.invalidateQueries({ queryKey: keys.jobs(project) }),
  });
}

export function useDiscardImport(project: string, preview: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => ok(api.DELETE("/api/v1/imports/{job_id}", { params: { path: { job_id: preview } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.jobs(project) }),
  });
}
