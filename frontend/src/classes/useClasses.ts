import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, type ClassPatch, ok } from "../api/client";
import { keys } from "../api/keys";

export function useClasses(project: string) {
  return useQuery({
    queryKey: keys.classes(project),
    queryFn: async () => {
      const params = { path: { project_id: project } };
      return (await ok(api.GET("/api/v1/projects/{project_id}/classes", { params }))).items;
    },
  });
}

/** The history of the schema, newest first, page by page. */
export function useSchemaChanges(project: string) {
  return useInfiniteQuery({
    queryKey: keys.schemaChanges(project),
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) => {
      const params = { path: { project_id: project }, query: { limit: 20, cursor: pageParam } };
      return ok(api.GET("/api/v1/projects/{project_id}/schema-changes", { params }));
    },
    getNextPageParam: (page) => page.next_cursor,
  });
}

/** Everything of the project may show a class: all of it is read anew. */
function useStale(project: string) {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: keys.project(project) });
}

export function useChangeClass(project: string, id: string) {
  return useMutation({
    meta: { inline: true },
    mutationFn: (body: ClassPatch) =>
      ok(api.PATCH("/api/v1/classes/{class_id}", { params: { path: { class_id: id } }, body })),
    onSuccess: useStale(project),
  });
}

export function useAddClass(project: string) {
  return useMutation({
    meta: { inline: true },
    mutationFn: (name: string) => {
      const params = { path: { project_id: project } };
      return ok(api.POST("/api/v1/projects/{project_id}/classes", { params, body: { name, guideline: "" } }));
    },
    onSuccess: useStale(project),
  });
}

export function useRemoveClass(project: string, id: string) {
  return useMutation({
    meta: { inline: true },
    mutationFn: () => ok(api.DELETE("/api/v1/classes/{class_id}", { params: { path: { class_id: id } } })),
    onSuccess: useStale(project),
  });
}

/** Brings a removed class back, also when the page that removed it is left. */
export function useRestoreClass(project: string) {
  const stale = useStale(project);
  return async (id: string) => {
    await ok(api.POST("/api/v1/classes/{class_id}/restoration", { params: { path: { class_id: id } } }));
    await stale();
  };
}

export function useMergeClass(project: string, id: string) {
  return useMutation({
    meta: { inline: true },
    mutationFn: (into: string) =>
      ok(api.POST("/api/v1/classes/{class_id}/merge", { params: { path: { class_id: id } }, body: { into } })),
    onSuccess: useStale(project),
  });
}

export function useUnmergeClass(project: string) {
  return useMutation({
    mutationFn: (id: string) =>
      ok(api.DELETE("/api/v1/classes/{class_id}/merge", { params: { path: { class_id: id } } })),
    onSuccess: useStale(project),
  });
}
