import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, type ImageMap, ok } from "../api/client";
import { keys } from "../api/keys";

const LOOKED_AT = 20;

/** A project's last maps, the newest first; for engineers and above. */
export function useMaps(id: string, allowed: boolean) {
  return useQuery({
    queryKey: keys.maps(id),
    enabled: allowed,
    queryFn: async () => {
      const params = { path: { project_id: id }, query: { limit: LOOKED_AT } };
      return (await ok(api.GET("/api/v1/projects/{project_id}/maps", { params }))).items;
    },
  });
}

/** Where the images of a map lie, and what is known of them now. */
export function useMapPoints(map: ImageMap) {
  return useQuery({
    queryKey: [...keys.maps(map.project_id), map.id],
    queryFn: () => ok(api.GET("/api/v1/maps/{map_id}/points", { params: { path: { map_id: map.id } } })),
  });
}

export function useDraw(id: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { inline: true },
    mutationFn: () => ok(api.POST("/api/v1/projects/{project_id}/maps", { params: { path: { project_id: id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.project(id) }),
  });
}
