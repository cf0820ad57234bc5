import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, type Example, type Guidelines, ok } from "../api/client";
import { keys } from "../api/keys";

const LOOK_AGAIN = 60_000; // milliseconds: others write while somebody labels

export function useGuidelines(project: string) {
  return useQuery({
    queryKey: keys.guidelines(project),
    refetchInterval: LOOK_AGAIN,
    queryFn: () =>
      ok(api.GET("/api/v1/projects/{project_id}/guidelines", { params: { path: { project_id: project } } })),
  });
}

export function useRevisions(project: string, wanted: boolean) {
  return useInfiniteQuery({
    queryKey: keys.guidelineHistory(project),
    enabled: wanted,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) => {
      const params = { path: { project_id: project }, query: { limit: 20, cursor: pageParam } };
      return ok(api.GET("/api/v1/projects/{project_id}/guidelines/history", { params }));
    },
    getNextPageParam: (page) => page.next_cursor,
  });
}

export function useWriteGuidelines(project: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { inline: true },
    mutationFn: (body: { text: string; replaces: string | null }) =>
      ok(api.PUT("/api/v1/projects/{project_id}/guidelines", { params: { path: { project_id: project } }, body })),
    onSuccess: (saved) => {
      client.setQueryData(keys.guidelines(project), saved);
      return client.invalidateQueries({ queryKey: keys.guidelineHistory(project) });
    },
  });
}

/** Says that the guidelines were read: here at once, on the server soon. */
export function useNoteReading(project: string): () => void {
  const client = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: () =>
      ok(api.PUT("/api/v1/projects/{project_id}/guidelines/reading", { params: { path: { project_id: project } } })),
    onMutate: () => {
      client.setQueryData<Guidelines>(keys.guidelines(project), (known) => known && { ...known, unread: false });
    },
    onError: () => client.invalidateQueries({ queryKey: keys.guidelines(project) }),
  });
  return mutate;
}

export function useAddExample(project: string, entry: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { inline: true },
    mutationFn: (body: Pick<Example, "image_id" | "kind" | "caption">) =>
      ok(api.POST("/api/v1/classes/{class_id}/examples", { params: { path: { class_id: entry } }, body })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.guidelines(project) }),
  });
}

export function useRemoveExample(project: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      ok(api.DELETE("/api/v1/examples/{example_id}", { params: { path: { example_id: id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.guidelines(project) }),
  });
}

/** Labelled images to choose an example from: of the class, or of all others. */
export function useCandidates(project: string, name: string, counter: boolean) {
  return useInfiniteQuery({
    queryKey: [...keys.project(project), "candidates", name, counter],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) => {
      const query = { labelled: true, limit: 60, cursor: pageParam, ...(counter ? {} : { class: name }) };
      return ok(api.GET("/api/v1/projects/{project_id}/images", { params: { path: { project_id: project }, query } }));
    },
    getNextPageParam: (page) => page.next_cursor,
    select: ({ pages }) => pages.flatMap((page) => page.items).filter((image) => !counter || image.label !== name),
  });
}
