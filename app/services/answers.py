"""Many answers at once: a slow line then costs one round trip for all of them."""

from datetime import UTC, datetime
from uuid import UUID

from app.db import queue, slots
from app.db.models import Assignment, ControlItem
from app.db.session import UnitOfWork
from app.domain.enums import AssignmentState, QueueItemState
from app.domain.errors import DomainError, Forbidden, NotFound
from app.domain.project_settings import ProjectSettings
from app.schemas.base import Error
from app.schemas.labelling import AnnotationIn, AnswerIn, AnswerOut, AnswersIn, AnswersOut
from app.services import labelling, labels


class NotYourAnswers(Forbidden):
    """They were given by somebody else, who was signed in before."""

    code = "not_your_answers"


def keep(
    work: UnitOfWork, project_id: UUID, settings: ProjectSettings, user_id: UUID, given: AnswersIn
) -> AnswersOut:
    """Keep answers in their order, each in a transaction of its own; given again, they change nothing.

    Raises NotYourAnswers. What is wrong with single ones is told beside them.
    """
    if given.user_id != user_id:
        raise NotYourAnswers("These answers were given by somebody else.")
    known = queue.of_project(work.session, project_id, [one.assignment_id for one in given.items])
    told = []
    for one in given.items:
        error = None
        try:
            if one.assignment_id not in known:
                raise NotFound("There is no such assignment.")
            _keep_one(work, settings, user_id, one)
        except DomainError as refused:  # raised before anything is written
            error = Error(code=refused.code, message=refused.message, details=refused.details)
        work.commit()
        told.append(AnswerOut(assignment_id=one.assignment_id, error=error))
    return AnswersOut(items=told)


def _keep_one(work: UnitOfWork, settings: ProjectSettings, user_id: UUID, one: AnswerIn) -> None:
    if one.class_name is not None or one.classes is not None:
        told = {"class": one.class_name, "classes": one.classes, "elapsed_ms": one.elapsed_ms}
        given = AnnotationIn(**told, note=one.note, flagged=one.flagged)
        labelling.answer(work, one.assignment_id, user_id, given)
        return
    retract(work, settings, user_id, one.assignment_id)
    if one.skip is not None:
        labelling.release(work, one.assignment_id, user_id, one.skip)


def retract(work: UnitOfWork, settings: ProjectSettings, user_id: UUID, assignment_id: UUID) -> None:
    """Take an answer or a skip back: the image is open again, and leased to the same annotator.

    Raises NotFound, NotYourAssignment, CycleNotOpen.
    """
    db = work.session
    assignment, item, cycle = labelling.own_open(db, assignment_id, user_id)
    answered = assignment.state is AssignmentState.ANSWERED
    skipped = assignment.state is AssignmentState.RELEASED and assignment.reason is not None
    if answered and (said := queue.last_annotation(db, assignment.id)):
        said.retracted_at = datetime.now(UTC)
    if isinstance(item, ControlItem):
        if answered or skipped:
            _lease_anew(assignment, settings)
        return
    if user_id not in item.done_by:  # it counted for nothing: others have the image
        if answered:
            assignment.state = AssignmentState.EXPIRED
        return
    if not answered and not skipped:
        return
    _lease_anew(assignment, settings)
    slots.reopen(item, user_id, assignment.expires_at)
    item.state = QueueItemState.OPEN
    if answered:
        labels.derive(db, cycle, item)


def _lease_anew(assignment: Assignment, settings: ProjectSettings) -> None:
    assignment.state, assignment.reason, assignment.ended_at = AssignmentState.LEASED, None, None
    assignment.expires_at = labelling.lease_end(settings)
