import { useQuery, useQueryClient } from "@tanstack/react-query";

import { api, ok, type Project } from "../api/client";
import { keys } from "../api/keys";

/** Deleted projects that one may bring back. */
export function useDeleted() {
  return useQuery({
    queryKey: keys.deletedProjects,
    queryFn: async () =>
      (await ok(api.GET("/api/v1/projects", { params: { query: { deleted: true, limit: 1000 } } }))).items,
  });
}

/** Brings a deleted project back. */
export function useRestore(): (project: Project) => Promise<void> {
  const client = useQueryClient();
  return async ({ id }) => {
    await ok(api.POST("/api/v1/projects/{project_id}/restoration", { params: { path: { project_id: id } } }));
    client.removeQueries({ queryKey: keys.project(id) });
    await client.invalidateQueries({ queryKey: keys.projects });
  };
}
