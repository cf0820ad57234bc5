import { t } from "@lingui/core/macro";

import type { Role } from "../api/client";

/** What roles are called on the list of projects, whose texts come first. */
export const roleNames = (): Readonly<Record<Role, string>> => ({
  annotator: t`Annotator`,
  reviewer: t`Reviewer`,
  engineer: t`Engineer`,
  owner: t`Owner`,
});
