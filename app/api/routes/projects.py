"""Projects."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from app.api.access import Annotator, Engineer, InProject, Member, Owner, SignedIn
from app.api.paging import Cursor, Limit
from app.api.router import Router
from app.api.transaction import Work
from app.db import accounts as account_rows
from app.db import projects as rows
from app.db.models import Project, User
from app.db.paging import read_page
from app.db.session import UnitOfWork
from app.domain.deletion import KEPT_FOR
from app.domain.enums import Role
from app.schemas.base import Page
from app.schemas.projects import ProjectCreate, ProjectOut, ProjectPatch, StorageOut
from app.services import deletion, projects, storage

router = Router(prefix="/projects", tags=["projects"])
OwnerOfDeleted = Annotated[Member, Depends(InProject(Role.OWNER, deleted=True))]
Deleted = Annotated[bool, Query(description="list deleted projects that the caller may restore instead")]


def _out(work: UnitOfWork, project: Project, user: User) -> ProjectOut:
    return projects.outs(work.session, [project], account_rows.roles_of(work.session, user.id))[0]


@router.get("")
def list_projects(
    work: Work, user: SignedIn, cursor: Cursor = None, limit: Limit = 100, deleted: Deleted = False
) -> Page[ProjectOut]:
    """List the caller's projects; administrators see all."""
    whose = None if user.is_admin else user.id
    query = rows.restorable_by(whose, KEPT_FOR) if deleted else rows.visible_to(whose)
    found, after = read_page(work.session, query, [Project.id], cursor, limit)
    roles = account_rows.roles_of(work.session, user.id)
    return Page(items=projects.outs(work.session, [p for p, *_ in found], roles), next_cursor=after)


@router.post("", status_code=201)
def create_project(body: ProjectCreate, work: Work, user: SignedIn) -> ProjectOut:
    """Make a project; the caller owns it."""
    project = projects.create(work.session, user, body)
    work.session.refresh(project)
    return _out(work, project, user)


@router.get("/{project_id}")
def get_project(project_id: UUID, work: Work, member: Annotator) -> ProjectOut:
    """Return one project."""
    return _out(work, member.found, member.user)


@router.patch("/{project_id}")
def change_project(project_id: UUID, body: ProjectPatch, work: Work, member: Engineer) -> ProjectOut:
    """Change name, settings or classes."""
    return _out(work, projects.change(work.session, project_id, member.user, member.role, body), member.user)


@router.get("/{project_id}/storage")
def get_storage(project_id: UUID, work: Work, member: Engineer) -> StorageOut:
    """Tell how many bytes the project's files take."""
    return storage.of_project(work.session, project_id)


@router.delete("/{project_id}", status_code=204)
def delete_project(project_id: UUID, work: Work, member: Owner) -> None:
    """Delete a project with all its images, answers and models; for 7 days it can be restored."""
    deletion.delete(work.session, project_id)


@router.post("/{project_id}/restoration")
def restore_project(project_id: UUID, work: Work, member: OwnerOfDeleted) -> ProjectOut:
    """Bring a deleted project back as it was; its jobs stay cancelled."""
    return _out(work, deletion.restore(work.session, project_id), member.user)
