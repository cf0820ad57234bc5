"""Who may call what. Every endpoint takes exactly one of these dependencies, or is PUBLIC.

Somebody who is not a member gets 404, as if the object did not exist; a member without the
needed role gets 403.
"""

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import Depends, Request
from fastapi.routing import APIRoute
from sqlalchemy import Select

from app.api.transaction import Work
from app.db import accounts
from app.db.models import Project, User
from app.db.seen import Secret
from app.db.session import UnitOfWork
from app.domain.enums import Role
from app.domain.errors import Forbidden, NotFound, Unauthenticated
from app.services.secrets import fingerprint

COOKIE = "nextbatch_session"
_SIGN_IN = "Sign in, or send a valid token as `Authorization: Bearer nb_...`."
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Member:
    """The caller, as a member of one project, and the object the path names."""

    user: User
    role: Role
    project_id: UUID
    found: Any


def credential(request: Request) -> tuple[Secret, str]:
    """Return what the caller shows, and its fingerprint; raises Unauthenticated, Forbidden."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return Secret.TOKEN, fingerprint(secret.strip())
    if cookie := request.cookies.get(COOKIE):
        _refuse_foreign_origin(request)
        return Secret.SESSION, fingerprint(cookie)
    raise Unauthenticated(_SIGN_IN)


def id_in_path(request: Request) -> UUID | None:
    """Return the id of the object that the path names; None if it is no id."""
    try:
        return UUID(next(iter(request.path_params.values())))
    except ValueError:
        return None


def _who(request: Request) -> Select[User]:
    """What tells who the caller is."""
    kind, shown = credential(request)
    return accounts.user_of_token(shown) if kind is Secret.TOKEN else accounts.user_of_session(shown)


def _caller(request: Request, work: UnitOfWork) -> User:
    # Called, not depended upon: each dependency of its own costs a change of thread.
    user = work.session.scalar(_who(request))
    if user is None:
        raise Unauthenticated(_SIGN_IN)
    return user


def _refuse_foreign_origin(request: Request) -> None:
    """Keep other sites from acting with a browser's cookie."""
    origin = request.headers.get("origin")
    if request.method in SAFE_METHODS or origin is None:
        return
    if urlsplit(origin).netloc != request.headers.get("host"):
        raise Forbidden("The request comes from another site.", origin=origin)


class Signed:
    """Anyone who is signed in."""

    access = "user"

    def __call__(self, request: Request, work: Work) -> User:
        """Return the caller."""
        return _caller(request, work)


class Admin:
    """Administrators only."""

    access = "admin"

    def __call__(self, request: Request, work: Work) -> User:
        """Return the caller; raises Forbidden."""
        user = _caller(request, work)
        if not user.is_admin:
            raise Forbidden("Only administrators may do this.", needed="admin")
        return user


class InProject:
    """Members of a project with at least a role, reached through one object of it.

    A deleted project is as if it did not exist; with `deleted`, it is there for those with the role.
    """

    def __init__(self, role: Role, through: type[Any] = Project, *, deleted: bool = False) -> None:
        self.role = role
        self.deleted = deleted
        self.access = role.value
        self.through = through

    def __call__(self, request: Request, work: Work) -> Member:
        """Return the caller's membership and the object; raises NotFound or Forbidden."""
        seen = self._find(request, work)
        if seen is None or seen.role is None:
            _caller(request, work)  # whoever is not signed in is told so, and nothing else
            raise NotFound(f"There is no such {_word(self.through)}.")
        if not seen.role.covers(self.role):
            if self.deleted and seen.found.deleted_at is not None:
                raise NotFound(f"There is no such {_word(self.through)}.")
            raise Forbidden(f"This needs the role {self.role.value}.", needed=self.role.value)
        return Member(seen.user, seen.role, seen.project_id, seen.found)

    def _find(self, request: Request, work: UnitOfWork) -> accounts.Seen | None:
        """The caller, the project, the role in it, and the object."""
        key = id_in_path(request)
        if key is None:
            return None
        return accounts.seen_by(work.session, _who(request), self.through, key, deleted=self.deleted)


def _word(row: type[Any]) -> str:
    return "".join(f" {c.lower()}" if c.isupper() else c for c in row.__name__).strip()


SignedIn = Annotated[User, Depends(Signed())]
IsAdmin = Annotated[User, Depends(Admin())]
Annotator = Annotated[Member, Depends(InProject(Role.ANNOTATOR))]
Reviewer = Annotated[Member, Depends(InProject(Role.REVIEWER))]
Engineer = Annotated[Member, Depends(InProject(Role.ENGINEER))]
Owner = Annotated[Member, Depends(InProject(Role.OWNER))]


def stated_access(route: APIRoute) -> str:
    """Return who may call a route: `public`, `user`, `admin` or the least role."""
    stated = [getattr(d.call, "access", None) for d in route.dependant.dependencies]
    found = [access for access in stated if access is not None]
    if len(found) > 1:
        raise TypeError(f"{route.path} states its access twice")
    return str(found[0]) if found else "public"
