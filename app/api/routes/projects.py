"""Projects and their people."""

from uuid import UUID

from fastapi import APIRouter

from app.api.access import Annotator, Engineer, Member, Owner, SignedIn
from app.api.paging import Cursor, Limit
from app.api.transaction import Work
from app.db import accounts as account_rows
from app.db import projects as rows
from app.db.models import Project, User
from app.db.paging import read_page
from app.db.session import UnitOfWork
from app.schemas.accounts import MemberOut, Members, MembersIn
from app.schemas.base import Page
from app.schemas.projects import ProjectCreate, ProjectOut, ProjectPatch
from app.services import accounts, projects

router = APIRouter(prefix="/projects", tags=["projects"])


def _out(work: UnitOfWork, project: Project, user: User) -> ProjectOut:
    return projects.outs(work.session, [project], account_rows.roles_of(work.session, user.id))[0]


@router.get("")
def list_projects(work: Work, user: SignedIn, cursor: Cursor = None, limit: Limit = 100) -> Page[ProjectOut]:
    """List the caller's projects; administrators see all."""
    query = rows.visible_to(None if user.is_admin else user.id)
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
    return _out(work, projects.change(work.session, project_id, body), member.user)


@router.delete("/{project_id}", status_code=204)
def delete_project(project_id: UUID, work: Work, member: Owner) -> None:
    """Delete a project with all its images, answers and models."""
    work.session.delete(member.found)


def _members(work: UnitOfWork, member: Member) -> Members:
    found = account_rows.members(work.session, member.project_id)
    return Members(items=[MemberOut(user_id=u.id, email=u.email, name=u.name, role=m.role) for m, u in found])


@router.get("/{project_id}/members")
def list_members(project_id: UUID, work: Work, member: Annotator) -> Members:
    """List a project's people."""
    return _members(work, member)


@router.put("/{project_id}/members")
def set_members(project_id: UUID, body: MembersIn, work: Work, member: Owner) -> Members:
    """Set who may do what; people who are absent lose their role."""
    accounts.set_members(work.session, project_id, body.members)
    return _members(work, member)
