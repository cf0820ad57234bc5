"""The annotator's queue, and what came of it."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from app.api.access import Annotator, InProject, Member, Reviewer
from app.api.paging import Cursor, Limit
from app.api.router import Router
from app.api.transaction import Work
from app.api.visits import AnswersVisit, AssignmentVisit, LeaseVisit
from app.db import images as image_rows
from app.db import queue
from app.db.class_sets import ClassSets
from app.db.models import Annotation, Assignment, Label
from app.db.paging import read_page
from app.domain.enums import Role
from app.domain.project_settings import ProjectSettings
from app.schemas.base import Page
from app.schemas.estimates import EstimateOut
from app.schemas.labelling import (
    AnnotationIn,
    AnnotationOut,
    AnswersIn,
    AnswersOut,
    AssignmentRequest,
    Assignments,
    HeldIds,
    HeldList,
    LabelOut,
    QueueOut,
    ReleaseIn,
)
from app.services import answers, assigning, estimates, labelling, leases
from app.services.cycles import close_if_answered

router = Router(tags=["labelling"])
OfAssignment = Annotated[Member, Depends(InProject(Role.ANNOTATOR, Assignment))]


@router.get("/projects/{project_id}/queue")
def get_queue(project_id: UUID, work: Work, member: Annotator) -> QueueOut:
    """Tell how far the open cycle's queue is."""
    return labelling.queue_out(work.session, member.found, member.user.id, member.role)


@router.get("/projects/{project_id}/estimate")
def get_estimate(project_id: UUID, work: Work, _: Annotator) -> EstimateOut:
    """Tell when the open cycle will end, at the pace of the last answers and trainings."""
    return estimates.estimate(work.session, project_id)


@router.post("/projects/{project_id}/assignments")
async def assign(project_id: UUID, body: AssignmentRequest, visit: LeaseVisit) -> Assignments:
    """Lease the next images to the caller."""
    leased = await visit.first(assigning.at_once(visit.shown, project_id, body.limit))
    if leased is not None:
        return leased
    settings, user_id = ProjectSettings.model_validate(visit.caller.settings), visit.caller.user_id
    leased = await visit.quickly(assigning.plainly(project_id, settings, user_id, body.limit))
    if leased is not None:
        return leased
    return await visit.surely(
        lambda work: assigning.assign(work.session, project_id, settings, user_id, body.limit)
    )


@router.post("/projects/{project_id}/assignments/renewal")
def renew(project_id: UUID, body: HeldIds, work: Work, member: Annotator) -> HeldList:
    """Hold leased images longer; those that meanwhile went elsewhere are missing from the answer."""
    return leases.renew(work.session, member.found, member.user, body.ids)


@router.post("/projects/{project_id}/assignments/release", status_code=204)
def release_many(project_id: UUID, body: HeldIds, work: Work, member: Annotator) -> None:
    """Give leased images back to the queue."""
    leases.release(work.session, project_id, member.user, body.ids)


@router.post("/projects/{project_id}/answers")
async def answer_many(project_id: UUID, body: AnswersIn, visit: AnswersVisit) -> AnswersOut:
    """Answer, skip and take back, in this order; what is refused is told, and the rest counts."""
    settings, user_id = ProjectSettings.model_validate(visit.caller.settings), visit.caller.user_id
    return await visit.surely(lambda work: answers.keep(work, project_id, settings, user_id, body))


@router.put("/assignments/{assignment_id}/annotation")
async def annotate(assignment_id: UUID, body: AnnotationIn, visit: AssignmentVisit) -> AnnotationOut:
    """Answer for a leased image, or change one's answer while the cycle is open."""
    first = await visit.first(labelling.only_answer(visit.shown, assignment_id, body))
    user_id = visit.caller.user_id
    if first is None:
        first = await visit.quickly(labelling.first_answer(assignment_id, user_id, body))
    if first is None:
        return await visit.surely(lambda work: labelling.answer_at_length(work, assignment_id, user_id, body))
    cycle_id, kept = first
    if not await visit.at_once(queue.waiting(cycle_id)):
        await visit.surely(lambda work: close_if_answered(work, cycle_id))
    return kept


@router.delete("/assignments/{assignment_id}", status_code=204)
def release(assignment_id: UUID, work: Work, member: OfAssignment, body: ReleaseIn | None = None) -> None:
    """Give a leased image back; with a reason it is skipped in this cycle."""
    labelling.release(work, assignment_id, member.user.id, body.reason if body else None)


@router.get("/projects/{project_id}/annotations")
def list_annotations(
    project_id: UUID, work: Work, _: Reviewer, cursor: Cursor = None, limit: Limit = 100
) -> Page[AnnotationOut]:
    """List every revision of every answer, oldest first."""
    query = queue.annotations(project_id)
    found, after = read_page(work.session, query, [Annotation.id], cursor, limit)
    items = labelling.annotation_outs(work.session, project_id, [(a, name) for a, name, *_ in found])
    return Page(items=items, next_cursor=after)


@router.get("/projects/{project_id}/labels")
def list_labels(
    project_id: UUID, work: Work, _: Reviewer, cursor: Cursor = None, limit: Limit = 100
) -> Page[LabelOut]:
    """List the accepted answers, one an image."""
    query, sets = image_rows.labels(project_id), ClassSets(work.session, project_id)
    found, after = read_page(work.session, query, [Label.image_id], cursor, limit, within=Label.project_id)
    items = [
        LabelOut(
            image_id=image.id,
            filename=image.filename,
            sha256=image.sha256,
            class_name=name,
            classes=sets.names(label.class_ids),
            source=label.source,
            cycle_id=label.cycle_id,
            updated_at=label.updated_at,
        )
        for label, image, name, *_ in found
    ]
    return Page(items=items, next_cursor=after)
