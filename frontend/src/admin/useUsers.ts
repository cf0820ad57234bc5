import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, ok } from "../api/client";
import { keys } from "../api/keys";
import type { components } from "../api/schema";

type UserCreate = components["schemas"]["UserCreate"];
type UserPatch = components["schemas"]["UserPatch"];

/** All accounts; only administrators may ask. */
export function useUsers(allowed: boolean) {
  return useQuery({
    queryKey: keys.users,
    enabled: allowed,
    queryFn: async () => (await ok(api.GET("/api/v1/users", { params: { query: { limit: 1000 } } }))).items,
  });
}

export function useCreateUser() {
  const client = useQueryClient();
  return useMutation({
    meta: { inline: true },
    mutationFn: (body: UserCreate) => ok(api.POST("/api/v1/users", { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.users }),
  });
}

export function useChangeUser() {
  return useMutation({ mutationFn: useSaveUser() });
}

/** Changes an account, whoever waits for it. */
export function useSaveUser() {
  const client = useQueryClient();
  return async ({ id, ...body }: UserPatch & { id: string }) => {
    await ok(api.PATCH("/api/v1/users/{user_id}", { params: { path: { user_id: id } }, body }));
    await client.invalidateQueries({ queryKey: keys.users });
    await client.invalidateQueries({ queryKey: keys.me });
  };
}
