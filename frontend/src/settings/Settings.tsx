import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Skeleton, Stack, Title } from "@mantine/core";
import { useParams } from "react-router";

import { Failed, NotAllowed } from "../app/States";
import { asRole } from "../members/roles";
import { usePlans } from "../plans/usePlans";
import { covers, useProject } from "../projects/useProject";
import { Changes } from "./Changes";
import { DeleteProject } from "./DeleteProject";
import { Rename } from "./Rename";
import { SettingsForm } from "./SettingsForm";
import { Storage } from "./Storage";

/** What an engineer may tune of a project, and what only its owner may do. */
export default function Settings() {
  const { id = "" } = useParams();
  const project = useProject(id);
  const plans = usePlans();
  if (!project.data) return <Skeleton h={200} />;
  const { name, role } = project.data;
  return (
    <Stack maw={760}>
      <title>{t`Settings · ${name} · Nextbatch`}</title>
      <Title order={2} size="h3"><Trans>Settings</Trans></Title>
      {!covers(role, "engineer") ? (
        <NotAllowed title={t`Settings are for engineers and owners`}>
          {t`You are ${{ role: asRole(role) }} of this project. An owner can give you the role of an engineer.`}
        </NotAllowed>
      ) : (
        <>
          <Rename project={project.data} />
          {plans.error && <Failed error={plans.error} onRetry={() => void plans.refetch()} />}
          {plans.isPending && <Skeleton h={400} />}
          {plans.data && <SettingsForm project={project.data} plans={plans.data} />}
          <Storage project={id} />
          {covers(role, "owner") && <Changes project={id} />}
          {covers(role, "owner") && <DeleteProject project={project.data} />}
        </>
      )}
    </Stack>
  );
}
