import { t } from "@lingui/core/macro";

import type { AuditAction, AuditEvent } from "../api/client";

/** What happened, in a few words. */
export function actionWords(action: AuditAction): string {
  const words: Record<AuditAction, string> = {
    account_created: t`Account created`,
    account_changed: t`Account changed`,
    password_changed: t`Password changed`,
    password_link_created: t`Password link made`,
    password_link_used: t`Password set by link`,
    identity_linked: t`Sign-in linked to the account`,
    identity_unlinked: t`Sign-in unlinked from the account`,
    token_created: t`API token created`,
    token_revoked: t`API token revoked`,
    project_created: t`Project created`,
    project_renamed: t`Project renamed`,
    settings_changed: t`Settings changed`,
    project_deleted: t`Project deleted`,
    project_restored: t`Project restored`,
    project_removed: t`Project removed for good`,
    member_added: t`Member added`,
    member_changed: t`Role changed`,
    member_removed: t`Member removed`,
    invitation_created: t`Invitation made`,
    invitation_revoked: t`Invitation revoked`,
    invitation_used: t`Invitation followed`,
    schema_changed: t`Class changed`,
    guidelines_changed: t`Guidelines changed`,
    example_added: t`Example added`,
    example_changed: t`Example changed`,
    example_removed: t`Example removed`,
    label_set: t`Label set by a reviewer`,
    image_returned: t`Image sent back`,
    control_marked: t`Control image marked`,
    control_unmarked: t`Control image unmarked`,
    controls_drawn: t`Control images drawn`,
    export_started: t`Export started`,
    job_cancelled: t`Job cancelled`,
    job_retried: t`Job tried again`,
  };
  return words[action];
}

/** Each field that changed, as the API calls it: `budget: 5 → 9`. */
export function fieldWords({ details }: Pick<AuditEvent, "details">): string[] {
  const before = fields(details.before);
  const after = fields(details.after);
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].map((name) => {
    const [was, is] = [shown(before[name]), shown(after[name])];
    return name in before ? `${name}: ${was} → ${is}` : `${name}: ${is}`;
  });
}

function fields(side: unknown): Record<string, unknown> {
  return typeof side === "object" && side !== null ? (side as Record<string, unknown>) : {};
}

function shown(value: unknown): string {
  if (value === undefined || value === null || value === "") return "–";
  return typeof value === "string" ? value : JSON.stringify(value);
}
