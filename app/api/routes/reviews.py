"""Label checks, and the reviewer's word on labels."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from app.api.access import Engineer, InProject, Member, Reviewer
from app.api.paging import Cursor, Limit
from app.api.router import Router
from app.api.transaction import Work
from app.db import reviews as rows
from app.db.class_sets import ClassSets
from app.db.models import LabelCheck, Review, Suspect
from app.db.paging import read_page
from app.domain.enums import Role
from app.schemas.base import Page
from app.schemas.jobs import JobOut
from app.schemas.reviews import (
    LabelCheckAccepted,
    LabelCheckCreate,
    LabelCheckOut,
    LabelIn,
    ReviewOut,
    SuspectOut,
)
from app.services import reviews

router = Router(tags=["reviews"])
OfCheck = Annotated[Member, Depends(InProject(Role.REVIEWER, LabelCheck))]


@router.post("/projects/{project_id}/label-checks", status_code=202)
def start_label_check(
    project_id: UUID, body: LabelCheckCreate, work: Work, member: Engineer
) -> LabelCheckAccepted:
    """Look for labels that are probably wrong; it changes none."""
    check, job = reviews.start(work, project_id, member.user.id, body)
    return LabelCheckAccepted(label_check=reviews.out(work.session, check), job=JobOut.model_validate(job))


@router.get("/projects/{project_id}/label-checks")
def list_label_checks(
    project_id: UUID, work: Work, _: Reviewer, cursor: Cursor = None, limit: Limit = 100
) -> Page[LabelCheckOut]:
    """List label checks, newest first."""
    query = rows.checks(project_id)
    found, after = read_page(work.session, query, [LabelCheck.id], cursor, limit, descending=True)
    return Page(
        items=reviews.outs(work.session, [(check, job) for check, job, *_ in found]), next_cursor=after
    )


@router.get("/label-checks/{check_id}")
def get_label_check(check_id: UUID, work: Work, member: OfCheck) -> LabelCheckOut:
    """Return a label check."""
    return reviews.out(work.session, member.found)


@router.get("/label-checks/{check_id}/suspects")
def list_suspects(
    check_id: UUID,
    work: Work,
    member: OfCheck,
    settled: bool | None = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[SuspectOut]:
    """List the labels that a check doubts, the worst first."""
    query = rows.suspects(check_id, settled=settled)
    found, after = read_page(work.session, query, [Suspect.position], cursor, limit)
    return Page(items=reviews.suspects_out(work.session, member.project_id, found), next_cursor=after)


@router.put("/projects/{project_id}/labels/{image_id}")
def review_label(project_id: UUID, image_id: UUID, body: LabelIn, work: Work, member: Reviewer) -> ReviewOut:
    """Set an image's label, or confirm it; annotators' later answers no longer change it."""
    return reviews.review(work, project_id, image_id, member.user, body)


@router.get("/projects/{project_id}/reviews")
def list_reviews(
    project_id: UUID, work: Work, _: Reviewer, cursor: Cursor = None, limit: Limit = 100
) -> Page[ReviewOut]:
    """List every word of reviewers on labels, oldest first."""
    found, after = read_page(
        work.session, rows.reviews(Review.project_id == project_id), [Review.id], cursor, limit
    )
    sets = ClassSets(work.session, project_id)
    items = [reviews.review_out(row, name, previous, sets) for row, name, previous, *_ in found]
    return Page(items=items, next_cursor=after)
