import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, ok } from "../api/client";
import { keys } from "../api/keys";

const PAGE = 20;

/** What reviewers should look at, the hardest first, page by page. */
export function useReviewQueue(id: string, allowed: boolean) {
  return useInfiniteQuery({
    queryKey: keys.reviewQueue(id),
    enabled: allowed,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) => {
      const query = { limit: PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) };
      return ok(api.GET("/api/v1/projects/{project_id}/review-queue", { params: { path: { project_id: id }, query } }));
    },
    getNextPageParam: (page) => page.next_cursor,
  });
}

/** How far the project's annotators agree. */
export function useAgreement(id: string, allowed: boolean) {
  return useQuery({
    queryKey: keys.agreement(id),
    enabled: allowed,
    queryFn: () => ok(api.GET("/api/v1/projects/{project_id}/agreement", { params: { path: { project_id: id } } })),
  });
}

/** How much the model's suggestions pull. */
export function useSuggestionReport(id: string) {
  return useQuery({
    queryKey: keys.suggestionReport(id),
    queryFn: () => ok(api.GET("/api/v1/projects/{project_id}/suggestion-report", { params: { path: { project_id: id } } })),
  });
}

/** Sets the label of an image. `onRefused` brings back what was taken for settled. */
export function useSettle(id: string, onRefused: (image: string) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ image, label }: { image: string; label: string | readonly string[] }) =>
      ok(
        api.PUT("/api/v1/projects/{project_id}/labels/{image_id}", {
          params: { path: { project_id: id, image_id: image } },
          body: typeof label === "string" ? { class: label } : { classes: [...label] },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.cycles(id) }),
    onError: (_error, { image }) => {
      onRefused(image);
    },
  });
}

/** Sends an image back to one of its annotators. */
export function useSendBack(id: string, onRefused: (image: string) => void) {
  return useMutation({
    mutationFn: ({ image, comment, to }: { image: string; comment: string; to: string }) =>
      ok(
        api.POST("/api/v1/projects/{project_id}/images/{image_id}/return", {
          params: { path: { project_id: id, image_id: image } },
          body: { comment, to },
        }),
      ),
    onError: (_error, { image }) => {
      onRefused(image);
    },
  });
}
