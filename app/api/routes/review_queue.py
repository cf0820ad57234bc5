"""The reviewer's queue, agreement, and the history of an image."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from app.api.access import InProject, Member, Reviewer
from app.api.paging import Cursor, Limit
from app.api.router import Router
from app.api.transaction import Work
from app.db import review_queue as rows
from app.db.models import Image
from app.db.paging import read_page
from app.domain.enums import Role
from app.schemas.agreement import AnnotatorAgreement
from app.schemas.base import Page
from app.schemas.review_queue import HistoryOut, ReturnIn, ReturnOut, ReviewItem
from app.schemas.suggestions import SuggestionReport
from app.services import agreement, history, returns, review_queue, suggestions

router = Router(tags=["reviews"])
OfImage = Annotated[Member, Depends(InProject(Role.REVIEWER, Image))]


@router.get("/projects/{project_id}/review-queue")
def get_review_queue(
    project_id: UUID, work: Work, _: Reviewer, cursor: Cursor = None, limit: Limit = 20
) -> Page[ReviewItem]:
    """List the images that a reviewer should look at, the hardest first, with all that people said."""
    query, hardness = rows.to_review(project_id)
    found, after = read_page(work.session, query, [hardness, Image.id], cursor, limit, descending=True)
    return Page(items=review_queue.items(work.session, project_id, found), next_cursor=after)


@router.post("/projects/{project_id}/images/{image_id}/return", status_code=201)
def send_back(project_id: UUID, image_id: UUID, body: ReturnIn, work: Work, member: Reviewer) -> ReturnOut:
    """Send an image back to its annotator, with a comment; the old answer stops to count."""
    return ReturnOut.model_validate(returns.send_back(work.session, project_id, image_id, member.user, body))


@router.get("/projects/{project_id}/agreement")
def get_agreement(project_id: UUID, work: Work, _: Reviewer) -> AnnotatorAgreement:
    """Tell how far annotators agree beyond chance: each two of them, all of them, and by class."""
    return agreement.of_project(work.session, project_id)


@router.get("/projects/{project_id}/suggestion-report")
def get_suggestion_report(project_id: UUID, work: Work, _: Reviewer) -> SuggestionReport:
    """Tell how often people say what the model says, with and without seeing it."""
    return suggestions.report(work.session, project_id)


@router.get("/images/{image_id}/history")
def get_history(image_id: UUID, work: Work, _: OfImage) -> HistoryOut:
    """Tell who said what about an image, what models suggested, and what reviewers did."""
    return history.of_image(work.session, image_id)
