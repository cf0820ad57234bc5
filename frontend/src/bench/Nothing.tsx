import { Button, Center, Group, Kbd, Stack, Text, Title } from "@mantine/core";
import { Link } from "react-router";

export function Nothing({ project, open, onUndo }: { project: string; open: boolean; onUndo: (() => void) | null }) {
  return (
    <Center style={{ flex: 1 }}>
      <Stack align="center">
        <Title order={3}>{open ? "Others hold the last images" : "Nothing to label now"}</Title>
        <Text c="dimmed" ta="center">
          {open
            ? "If they give any back, they come to you by themselves."
            : "When the next cycle opens, its images appear here by themselves."}
        </Text>
        <Group>
          {onUndo && (
            <Button variant="default" onClick={onUndo} rightSection={<Kbd size="xs">z</Kbd>}>
              Undo
            </Button>
          )}
          <Button component={Link} to={`/projects/${project}`} variant="light">
            See the project
          </Button>
        </Group>
      </Stack>
    </Center>
  );
}
