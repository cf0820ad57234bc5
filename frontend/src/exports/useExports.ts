import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, type Export, type ExportFormat, ok } from "../api/client";
import { keys } from "../api/keys";
import { isLive } from "../jobs/words";

const LOOK_MS = 1000;
const SHOWN = 5;

/** The last exports of labels, the newest first; those being written are followed. */
export function useExports(project: string) {
  return useQuery({
    queryKey: keys.exports(project),
    queryFn: async (): Promise<Export[]> => {
      const params = { path: { project_id: project }, query: { limit: 50 } };
      const { items } = await ok(api.GET("/api/v1/projects/{project_id}/exports", { params }));
      return items.filter((one) => one.model_id === null).slice(0, SHOWN);
    },
    refetchInterval: ({ state }) => (state.data?.some((one) => isLive(one.job)) ? LOOK_MS : false),
  });
}

export function useStartExport(project: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { inline: true },
    mutationFn: (body: { format: ExportFormat; images: boolean }) =>
      ok(api.POST("/api/v1/projects/{project_id}/exports", { params: { path: { project_id: project } }, body })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.exports(project) }),
  });
}
