"""Who asks for something of a project, in one light statement: what the busiest requests begin with."""

from collections.abc import Sequence
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
    Assignment: """SELECT project_id FROM cycles WHERE id = coalesce(
        (SELECT cycle_id FROM queue_items
            WHERE id = (SELECT queue_item_id FROM assignments WHERE id = %(key)s)),
        (SELECT cycle_id FROM control_items
            WHERE id = (SELECT control_item_id FROM assignments WHERE id = %(key)s)))""",
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody with a role in a project, and its settings; admins act as owners."""

    user_id: UUID
    role: Role
    project_id: UUID
    settings: dict[str, Any]


COLUMNS: LiteralString = "caller.user_id, caller.role, caller.project_id, caller.settings"
_WIDTH = COLUMNS.count(",") + 1


def asking(kind: Secret, project: LiteralString) -> LiteralString:
    """Return the SQL of who asks for the project that the SQL `project` gives the id of: one row, or none.

    To be named `caller` in a statement; so that what people wait for need not ask in one of its own. Its
    values are those of `shown_values`.
    """
    return f"""
        SELECT u.id AS user_id, CASE WHEN u.is_admin THEN 'OWNER' ELSE m.role::text END AS role,
            p.id AS project_id, p.settings, p.task
        FROM users u
        JOIN projects p ON p.id = ({project}) AND p.deleted_at IS NULL
        LEFT JOIN members m ON m.project_id = p.id AND m.user_id = u.id
        WHERE u.id = ({_WHO[kind]}) AND u.active AND (u.is_admin OR m.role IS NOT NULL)
    """  # noqa: S608  # made of the texts above


def shown_values(shown: Shown) -> dict[str, Any]:
    """Return the values of a statement that begins with who asks."""
    return {"secret": shown.fingerprint, "needs": shown.needs.name}


def of_row(row: Any) -> tuple[Caller, Sequence[Any]]:
    """Return who asks from a row that begins with COLUMNS, and the rest of it."""
    user_id, role, project_id, settings = row[:_WIDTH]
    return Caller(user_id, Role[role], project_id, settings), row[_WIDTH:]


def caller(shown: Shown, through: type[Any], key: UUID) -> Steps[Caller | None]:
    """Return who asks for a project or something in it.

    None where secret, role or object are missing, or the secret is for less.
    """
    sql: LiteralString = f"SELECT {COLUMNS} FROM ({asking(shown.kind, _PROJECT[through])}) caller"  # noqa: S608
    found = yield sql, shown_values(shown) | {"key": key}
    return of_row(found[0])[0] if found else None
