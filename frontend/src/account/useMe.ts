import { queryOptions, useQuery } from "@tanstack/react-query";

import { api, type Me, ok } from "../api/client";
import { ApiError } from "../api/errors";
import { keys } from "../api/keys";

export const meQuery = queryOptions({
  queryKey: keys.me,
  queryFn: async (): Promise<Me | null> => {
    try {
      return await ok(api.GET("/api/v1/me"));
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
});

/** The caller; null when nobody is signed in. */
export function useMe() {
  return useQuery(meQuery);
}
