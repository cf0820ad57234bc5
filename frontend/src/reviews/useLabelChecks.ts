import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, ok, type Suspect } from "../api/client";
import { keys } from "../api/keys";

const PAGE = 60;

/** A project's label checks, newest first; for reviewers and above. */
export function useLabelChecks(id: string, allowed: boolean) {
  return useQuery({
    queryKey: keys.labelChecks(id),
    enabled: allowed,
    queryFn: async () => {
      const path = { project_id: id };
      const query = { limit: 100 };
      return (await ok(api.GET("/api/v1/projects/{project_id}/label-checks", { params: { path, query } }))).items;
    },
  });
}

/** What a check suspects, the worst first, page by page. */
export function useSuspects(id: string, check: string) {
  return useInfiniteQuery({
    queryKey: keys.suspects(id, check),
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) => {
      const query = { limit: PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) };
      return ok(api.GET("/api/v1/label-checks/{check_id}/suspects", { params: { path: { check_id: check }, query } }));
    },
    getNextPageParam: (page) => page.next_cursor,
  });
}

/** Sets, or confirms, the label of a suspect. */
export function useReview(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ suspect, name }: { suspect: Suspect; name: string }) =>
      ok(
        api.PUT("/api/v1/projects/{project_id}/labels/{image_id}", {
          params: { path: { project_id: id, image_id: suspect.image.id } },
          body: { class: name },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.labelChecks(id) }),
  });
}
