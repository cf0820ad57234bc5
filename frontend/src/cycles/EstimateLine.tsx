import { Group, Text } from "@mantine/core";
import { IconClock } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";

import { api, ok } from "../api/client";
import { keys } from "../api/keys";
import { estimateWords } from "./estimate";

/** Without an answer the estimate changes, too: people may have left. */
const LOOK_MS = 30_000;

/** When the open cycle will end; nothing when that cannot be told. */
export function EstimateLine({ project }: { project: string }) {
  const { data } = useQuery({
    queryKey: keys.estimate(project),
    refetchInterval: LOOK_MS,
    queryFn: () => ok(api.GET("/api/v1/projects/{project_id}/estimate", { params: { path: { project_id: project } } })),
  });
  const words = data && estimateWords(data);
  if (!words) return null;
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start" data-testid="estimate">
      <IconClock size={18} aria-hidden style={{ flex: "none", marginTop: 2 }} />
      <Text size="sm">
        <Text span size="sm" fw={600}>{words.ends}</Text>{" "}
        <Text span size="sm" c="dimmed">{words.why}</Text>
      </Text>
    </Group>
  );
}
