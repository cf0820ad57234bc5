import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, ok } from "../api/client";
import { keys } from "../api/keys";

/** How right each annotator is. */
export function useControlReport(id: string) {
  return useQuery({
    queryKey: keys.controls(id),
    queryFn: () => ok(api.GET("/api/v1/projects/{project_id}/controls", { params: { path: { project_id: id } } })),
  });
}

/** Makes labelled images control images, drawn by chance. */
export function useDraw(id: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { inline: true },
    mutationFn: (count: number) =>
      ok(api.POST("/api/v1/projects/{project_id}/controls", { params: { path: { project_id: id } }, body: { count } })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.controls(id) }),
  });
}

/** The mark of one image, if it has one. */
export function useControl(id: string, image: string) {
  return useQuery({
    queryKey: [...keys.controls(id), image],
    queryFn: async () =>
      (await ok(api.GET("/api/v1/images/{image_id}/control", { params: { path: { image_id: image } } }))).control,
  });
}

/** Marks an image, or takes its mark away. */
export function useMark(id: string, image: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { inline: true },
    mutationFn: async (marked: boolean) => {
      const params = { path: { image_id: image } };
      if (marked) await ok(api.PUT("/api/v1/images/{image_id}/control", { params }));
      else await ok(api.DELETE("/api/v1/images/{image_id}/control", { params }));
    },
    onSuccess: () => client.invalidateQueries({ queryKey: keys.controls(id) }),
  });
}
