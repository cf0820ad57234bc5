import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, ok } from "../api/client";
import { keys } from "../api/keys";
import type { Filter } from "./filter";

const PAGE = 200;

/** The images that meet a filter, page by page. */
export function useGallery(id: string, filter: Filter) {
  return useInfiniteQuery({
    queryKey: [...keys.images(id), filter],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) => {
      const query = { ...filter, limit: PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) };
      return ok(api.GET("/api/v1/projects/{project_id}/images", { params: { path: { project_id: id }, query } }));
    },
    getNextPageParam: (page) => page.next_cursor,
  });
}

/** How many images meet a filter. */
export function useCount(id: string, wanted: Filter) {
  const filter = { ...wanted };
  delete filter.order;
  return useQuery({
    queryKey: [...keys.images(id), "count", filter],
    placeholderData: keepPreviousData,
    queryFn: () =>
      ok(api.GET("/api/v1/projects/{project_id}/images/count", { params: { path: { project_id: id }, query: filter } })),
  });
}

/** One image, wherever it is in the list. */
export function useImage(id: string, image: string) {
  return useQuery({
    queryKey: [...keys.images(id), "one", image],
    queryFn: () => ok(api.GET("/api/v1/images/{image_id}", { params: { path: { image_id: image } } })),
  });
}

/** All that happened to an image. */
export function useHistory(id: string, image: string, allowed: boolean) {
  return useQuery({
    queryKey: [...keys.images(id), "history", image],
    enabled: allowed,
    queryFn: async () =>
      (await ok(api.GET("/api/v1/images/{image_id}/history", { params: { path: { image_id: image } } }))).items,
  });
}

/** After a label was set: what lists, counts and histories say is old. */
export function useRefreshImages(id: string) {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: keys.images(id) });
}
