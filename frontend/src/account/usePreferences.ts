import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, type Me, ok, type Preferences } from "../api/client";
import { keys } from "../api/keys";

/** Changes one's preferences: here at once, on the server soon. */
export function useChangePreferences(): (changes: Partial<Preferences>) => void {
  const client = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: (changes: Partial<Preferences>) =>
      ok(api.PATCH("/api/v1/me", { body: { preferences: changes } })),
    onMutate: (changes) => {
      client.setQueryData<Me | null>(keys.me, (me) => me && { ...me, preferences: { ...me.preferences, ...changes } });
    },
    onSuccess: (me) => client.setQueryData(keys.me, me),
    onError: () => client.invalidateQueries({ queryKey: keys.me }),
  });
  return mutate;
}
