import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Anchor, Card, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useEffect, useRef } from "react";
import { Link, NavLink, Outlet, useLocation, useParams } from "react-router";

import { ApiError } from "../api/errors";
import { Failed } from "../app/States";
import { isBlind } from "./blind";
import { tabsFor } from "./tabs";
import { useProject } from "./useProject";

/** A project's name and the links to its pages, above whichever of them is open. */
export function ProjectFrame() {
  const { id = "" } = useParams();
  const project = useProject(id);
  const { pathname } = useLocation();
  const tabs = useRef<HTMLElement>(null);
  const known = project.data !== undefined;
  useEffect(() => {
    // On a narrow screen the tabs scroll; the one that is open must be seen.
    tabs.current?.querySelector("[aria-current=page]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [pathname, known]);
  if (project.error instanceof ApiError && project.error.status === 404) {
    return (
      <Card withBorder maw={480} mx="auto" mt="xl">
        <Title order={1} size="h4"><Trans>No such project</Trans></Title>
        <Text size="sm" c="dimmed" mt={4} mb="sm">
          <Trans>It was deleted, or you are not a member of it. An owner can send you an invitation.</Trans>
        </Text>
        <Anchor component={Link} to="/" size="sm">
          <Trans>Your projects</Trans>
        </Anchor>
      </Card>
    );
  }
  if (project.error) return <Failed error={project.error} onRetry={() => void project.refetch()} />;
  if (!project.data) return <Skeleton h={200} />;
  return (
    <Stack maw={1300} mx="auto">
      <div>
        <Title order={1} size="h2" lineClamp={2}>
          {project.data.name}
        </Title>
        <nav className="tabs" aria-label={t`Project`} ref={tabs}>
          {tabsFor(project.data.role, project.data.task, isBlind(project.data)).map((tab) => (
            <NavLink key={tab.path} to={`/projects/${id}${tab.path && `/${tab.path}`}`} end={!tab.path}>
              {tab.label}
            </NavLink>
          ))}
        </nav>
      </div>
      <Outlet />
    </Stack>
  );
}
