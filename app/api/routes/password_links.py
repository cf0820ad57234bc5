"""Links by which somebody sets a new password."""

from uuid import UUID

from fastapi import Request

from app.api.access import IsAdmin
from app.api.cookies import address_of
from app.api.router import Router
from app.api.transaction import Work
from app.schemas.accounts import (
    PasswordLinkCreate,
    PasswordLinkCreated,
    PasswordLinkIn,
    PasswordLinkLook,
    PasswordLinkOut,
)
from app.services import password_links

router = Router(tags=["accounts"])


@router.post("/users/{user_id}/password-links", status_code=201)
def create_password_link(
    user_id: UUID, body: PasswordLinkCreate, work: Work, _: IsAdmin
) -> PasswordLinkCreated:
    """Make a link by which somebody sets a new password; its secret is shown this once, earlier ones end."""
    row, secret = password_links.create(work.session, user_id, body.expires_in_hours)
    return PasswordLinkCreated(secret=secret, path=f"/new-password/{secret}", expires_at=row.expires_at)


@router.post("/new-password/preview")
def preview_password_link(body: PasswordLinkLook, request: Request, work: Work) -> PasswordLinkOut:
    """Tell whose password a link sets."""
    return password_links.look(work.session, body.secret, address_of(request))


@router.post("/new-password", status_code=204)
def use_password_link(body: PasswordLinkIn, request: Request, work: Work) -> None:
    """Set the password; all browsers of its person are signed out."""
    password_links.use(work.session, body, address_of(request))
