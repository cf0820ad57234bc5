"""Who may call what. Every endpoint takes exactly one of these dependencies, or is PUBLIC.

Somebody who is not a member gets 404, as if the object did not exist; a member without the
needed role gets 403, and so does a token that is for less than the call.
"""

from dataclasses import dataclass, replace
from hmac import compare_digest
from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import Depends, Request
from fastapi.routing import APIRoute

from app.api.cookies import secret_of
from app.api.transaction import Work
from app.config import get_settings
from app.db import accounts, audit
from app.db.models import Project, User
from app.db.seen import Secret, Shown
from app.db.session import UnitOfWork
from app.domain.enums import Role, TokenScope
from app.domain.errors import Forbidden, NotFound, OriginMissing, ScopeTooSmall, Unauthenticated
from app.logs import note
from app.services.secrets import fingerprint

_SIGN_IN = "Sign in, or send a valid token as `Authorization: Bearer nb_...`."
_NO_ORIGIN = (
    "A call by cookie that changes something must say what site it comes from. "
    "Programs send a token instead: `Authorization: Bearer nb_...`."
)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Member:
    """The caller, as a member of one project, and the object the path names."""

    user: User
    role: Role
    project_id: UUID
    found: Any


def needed_scope(method: str, access: str) -> TokenScope:
    """Return what a token must be for: to read, to do what annotators do, or for all the rest."""
    if method in SAFE_METHODS:
        return TokenScope.READ
    return TokenScope.ANNOTATE if access == Role.ANNOTATOR else TokenScope.MANAGE


def shown_by(request: Request, access: str) -> Shown:
    """Return what the caller of a route with this access shows; raises Unauthenticated, Forbidden."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    needs = needed_scope(request.method, access)
    if scheme.lower() == "bearer":
        return Shown(Secret.TOKEN, fingerprint(secret.strip()), needs)
    if cookie := secret_of(request):
        _refuse_foreign_origin(request)
        return Shown(Secret.SESSION, fingerprint(cookie), needs)
    raise Unauthenticated(_SIGN_IN)


def id_in_path(request: Request) -> UUID | None:
    """Return the id of the object that the path names; None if it is no id."""
    try:
        return UUID(next(iter(request.path_params.values())))
    except ValueError:
        return None


def _caller(request: Request, work: UnitOfWork, access: str) -> User:
    # Called, not depended upon: each dependency of its own costs a change of thread.
    shown = shown_by(request, access)
    user = accounts.user_of(work.session, shown)
    if user is None:
        if accounts.user_of(work.session, replace(shown, needs=TokenScope.READ)):
            text = f"This needs a token of the scope {shown.needs.value}; yours is for less."
            raise ScopeTooSmall(text, needed=shown.needs.value)
        raise Unauthenticated(_SIGN_IN)
    _let_in(request, work, shown, user)
    note(user_id=user.id)
    return user


def _let_in(request: Request, work: UnitOfWork, shown: Shown, user: User) -> None:
    audit.acts(work.session, user)
    request.app.state.uses.note(shown)


def _refuse_foreign_origin(request: Request) -> None:
    """Keep other sites from acting with a browser's cookie."""
    if request.method in SAFE_METHODS:
        return
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    if origin is None and site is None:  # every browser says one of them: this is a program
        raise OriginMissing(_NO_ORIGIN)
    foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    if foreign or site not in (None, "same-origin", "none"):
        raise Forbidden("The request comes from another site.", origin=origin)


class Signed:
    """Anyone who is signed in."""

    access = "user"

    def __call__(self, request: Request, work: Work) -> User:
        """Return the caller; raises Unauthenticated, ScopeTooSmall."""
        return _caller(request, work, self.access)


class Admin:
    """Administrators only."""

    access = "admin"

    def __call__(self, request: Request, work: Work) -> User:
        """Return the caller; raises Forbidden."""
        user = _caller(request, work, self.access)
        if not user.is_admin:
            raise Forbidden("Only administrators may do this.", needed="admin")
        return user


class MetricsReader:
    """Administrators, and whoever shows the token that the settings have for machines."""

    access = "admin"

    def __call__(self, request: Request, work: Work) -> User | None:
        """Return the caller; None for the machine. Raises Unauthenticated, Forbidden."""
        expected = get_settings().metrics_token
        scheme, _, shown = request.headers.get("authorization", "").partition(" ")
        if expected and scheme.lower() == "bearer" and _same(shown.strip(), expected.get_secret_value()):
            return None  # asks the database for nothing, so that it sees one that is away, too
        return Admin()(request, work)


def _same(shown: str, expected: str) -> bool:
    return compare_digest(shown.encode(), expected.encode())


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
        shown = shown_by(request, self.access)
        seen = self._find(request, work, shown)
        if seen is None or seen.role is None:
            # Whoever is not signed in, or has a token for less, is told so, and nothing else.
            _caller(request, work, self.access)
            raise NotFound(f"There is no such {_word(self.through)}.")
        if not seen.role.covers(self.role):
            if self.deleted and seen.found.deleted_at is not None:
                raise NotFound(f"There is no such {_word(self.through)}.")
            raise Forbidden(f"This needs the role {self.role.value}.", needed=self.role.value)
        _let_in(request, work, shown, seen.user)
        note(user_id=seen.user.id, project_id=seen.project_id)
        return Member(seen.user, seen.role, seen.project_id, seen.found)

    def _find(self, request: Request, work: UnitOfWork, shown: Shown) -> accounts.Seen | None:
        """The caller, the project, the role in it, and the object."""
        key = id_in_path(request)
        if key is None:
            return None
        return accounts.seen_by(work.session, shown, self.through, key, deleted=self.deleted)


def _word(row: type[Any]) -> str:
    return "".join(f" {c.lower()}" if c.isupper() else c for c in row.__name__).strip()


SignedIn = Annotated[User, Depends(Signed())]
IsAdmin = Annotated[User, Depends(Admin())]
Watcher = Annotated[User | None, Depends(MetricsReader())]
Annotator = Annotated[Member, Depends(InProject(Role.ANNOTATOR))]
Reviewer = Annotated[Member, Depends(InProject(Role.REVIEWER))]
Engineer = Annotated[Member, Depends(InProject(Role.ENGINEER))]
Owner = Annotated[Member, Depends(InProject(Role.OWNER))]


def stated(route: APIRoute) -> dict[str, str]:
    """Return who may call a route (`public`, `user`, `admin` or the least role), and with what token."""
    accesses = [getattr(d.call, "access", None) for d in route.dependant.dependencies]
    found = [str(access) for access in accesses if access is not None]
    if len(found) > 1:
        raise TypeError(f"{route.path} states its access twice")
    if not found:
        return {"x-access": "public"}
    (method,) = route.methods or {"GET"}
    return {"x-access": found[0], "x-scope": needed_scope(method, found[0]).value}
