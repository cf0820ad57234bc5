import { t } from "@lingui/core/macro";
import { notifications } from "@mantine/notifications";
import { MutationCache, QueryClient } from "@tanstack/react-query";

import { ApiError, messageOf } from "../api/errors";

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // What the server refused, it will refuse again.
      retry: (count, error) => !(error instanceof ApiError) && count < 3,
    },
  },
  mutationCache: new MutationCache({
    onError: (error, _variables, _result, mutation) => {
      if (mutation.meta?.inline) return; // the form shows it beside what was entered
      notifications.show({ color: "red", title: t`That did not work`, message: messageOf(error) });
    },
  }),
});
