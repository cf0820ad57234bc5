"""The people of a project, and how they come."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response

from app.api.access import Annotator, InProject, Member, Owner, SignedIn
from app.api.cookies import address_of, browser_of, set_session
from app.api.paging import Cursor, Limit
from app.api.router import Router
from app.api.transaction import Work
from app.db import accounts as account_rows
from app.db import invitations as rows
from app.db.models import Invitation
from app.db.paging import read_page
from app.db.session import UnitOfWork
from app.domain.enums import Role
from app.schemas.accounts import Me, MemberOut, MemberPatch, Members, MembersIn
from app.schemas.base import Page
from app.schemas.invitations import (
    InvitationCreate,
    InvitationCreated,
    InvitationOut,
    Invited,
    Joined,
    JoinIn,
    JoinNew,
)
from app.services import accounts, invitations, members, sessions

router = Router(tags=["members"])
OfInvitation = Annotated[Member, Depends(InProject(Role.OWNER, Invitation))]


def _members(work: UnitOfWork, member: Member) -> Members:
    found = account_rows.members(work.session, member.project_id)
    return Members(items=[MemberOut(user_id=u.id, email=u.email, name=u.name, role=m.role) for m, u in found])


@router.get("/projects/{project_id}/members")
def list_members(project_id: UUID, work: Work, member: Annotator) -> Members:
    """List a project's people."""
    return _members(work, member)


@router.put("/projects/{project_id}/members")
def set_members(project_id: UUID, body: MembersIn, work: Work, member: Owner) -> Members:
    """Set who may do what; people who are absent lose their role."""
    members.set_all(work.session, project_id, body.members)
    return _members(work, member)


@router.patch("/projects/{project_id}/members/{user_id}")
def change_member(project_id: UUID, user_id: UUID, body: MemberPatch, work: Work, member: Owner) -> Members:
    """Give a member another role."""
    members.change(work.session, project_id, user_id, body.role)
    return _members(work, member)


@router.put("/projects/{project_id}/members/{user_id}")
def put_member(project_id: UUID, user_id: UUID, body: MemberPatch, work: Work, member: Owner) -> Members:
    """Make somebody with an account a member, or give a member another role."""
    members.put(work.session, project_id, user_id, body.role)
    return _members(work, member)


@router.delete("/projects/{project_id}/members/{user_id}", status_code=204)
def remove_member(project_id: UUID, user_id: UUID, work: Work, member: Owner) -> None:
    """Take a member's role away; what they answered stays."""
    members.remove(work.session, project_id, user_id)


@router.post("/projects/{project_id}/invitations", status_code=201)
def invite(project_id: UUID, body: InvitationCreate, work: Work, member: Owner) -> InvitationCreated:
    """Make a link by which one person may join; its secret is shown this once."""
    row, secret = invitations.create(work.session, project_id, member.user, body)
    shown = invitations.out(row, member.user, None)
    return InvitationCreated(**dict(shown), secret=secret, path=f"/join/{secret}")


@router.get("/projects/{project_id}/invitations")
def list_invitations(
    project_id: UUID, work: Work, _: Owner, cursor: Cursor = None, limit: Limit = 100
) -> Page[InvitationOut]:
    """List the invitations, newest first, without their secrets."""
    query = rows.of_project(project_id)
    found, after = read_page(work.session, query, [Invitation.id], cursor, limit, descending=True)
    return Page(items=[invitations.out(row, by, used) for row, by, used, *_ in found], next_cursor=after)


@router.delete("/invitations/{invitation_id}", status_code=204)
def revoke_invitation(invitation_id: UUID, work: Work, member: OfInvitation) -> None:
    """Take an invitation back."""
    invitations.revoke(work.session, member.found)


@router.post("/join/preview")
def preview_invitation(body: JoinIn, request: Request, work: Work) -> Invited:
    """Tell what an invitation is to."""
    return invitations.look(work.session, body.secret, address_of(request))


@router.post("/join")
def join(body: JoinIn, request: Request, work: Work, user: SignedIn) -> Joined:
    """Follow an invitation with one's account."""
    return invitations.join(work.session, user, body.secret, address_of(request))


@router.post("/join/account", status_code=201)
def join_with_account(body: JoinNew, request: Request, response: Response, work: Work) -> Me:
    """Follow an invitation with a new account, which is then signed in."""
    user = invitations.join_with_account(work.session, body, address_of(request))
    set_session(response, sessions.open_session(work.session, user, browser_of(request)))
    work.session.refresh(user)
    return accounts.me(work.session, user)
