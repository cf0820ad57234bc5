"""Who asks for something of a project, in one light statement: what the busiest requests begin with."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, LiteralString
from uuid import UUID

from app.db.driver import Steps
from app.db.models import Assignment, Image, Project
from app.domain.enums import Role, TokenScope


class Secret(StrEnum):
    """What a caller shows."""

    TOKEN = "token"  # noqa: S105  # a name
    SESSION = "session"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a caller shows, and what it must be for if it is a token; who signed in may do all."""

    kind: Secret
    fingerprint: str
    needs: TokenScope = TokenScope.READ


_WHO: dict[Secret, LiteralString] = {
    Secret.TOKEN: """SELECT user_id FROM tokens
        WHERE secret_hash = %(secret)s AND (expires_at IS NULL OR expires_at > now())
        AND scope >= %(needs)s::tokenscope""",
    Secret.SESSION: "SELECT user_id FROM sessions WHERE secret_hash = %(secret)s AND expires_at > now()",
}
_PROJECT: dict[type[Any], LiteralString] = {
    Project: "%(key)s",
    Image: "SELECT project_id FROM images WHERE id = %(key)s",
    Assignment: """SELECT c.project_id FROM assignments a
        LEFT JOIN queue_items q ON q.id = a.queue_item_id
        LEFT JOIN control_items x ON x.id = a.control_item_id
        JOIN cycles c ON c.id = coalesce(q.cycle_id, x.cycle_id)
        WHERE a.id = %(key)s""",
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody with a role in a project; admins act as owners."""

    user_id: UUID
    role: Role
    project_id: UUID
    settings: dict[str, Any]


def caller(shown: Shown, through: type[Any], key: UUID) -> Steps[Caller | None]:
    """Return who asks for a project or something in it.

    None where secret, role or object are missing, or the secret is for less.
    """
    sql: LiteralString = f"""
        SELECT u.id, u.is_admin, m.role::text, p.id, p.settings
        FROM users u
        JOIN projects p ON p.id = ({_PROJECT[through]}) AND p.deleted_at IS NULL
        LEFT JOIN members m ON m.project_id = p.id AND m.user_id = u.id
        WHERE u.id = ({_WHO[shown.kind]}) AND u.active
    """  # noqa: S608  # made of the texts above
    found = yield sql, {"secret": shown.fingerprint, "needs": shown.needs.name, "key": key}
    if not found:
        return None
    user_id, is_admin, role, project_id, settings = found[0]
    if not is_admin and role is None:
        return None
    return Caller(user_id, Role.OWNER if is_admin else Role[role], project_id, settings)
