"""Images that a reviewer sends back: they wait for their annotator, and for nobody else."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from app.db import accounts, audit, images, learning, queue, reviews, slots
from app.db.base import new_id
from app.db.models import Cycle, Return, User
from app.domain.enums import AuditAction, CycleState, LabelSource, QueueItemState
from app.domain.errors import Conflict, CycleNotOpen, Invalid, NotFound
from app.schemas.review_queue import ReturnIn
from app.services import labels

# Longer than a cycle is open; closing it ends the wait.
WAITS = timedelta(days=365)


class NobodyAnswered(Conflict):
    """There is no annotator of the image to send it back to."""

    code = "nobody_answered"


class AlreadyReviewed(Conflict):
    """A reviewer has spoken on the image."""

    code = "already_reviewed"


def send_back(db: Session, project_id: UUID, image_id: UUID, user: User, given: ReturnIn) -> Return:
    """Let an annotator answer again; until then the old answer does not count.

    An image of an earlier cycle joins the open one. Raises NotFound, NobodyAnswered, AlreadyReviewed,
    CycleNotOpen, Invalid.
    """
    if not images.in_project(db, project_id, image_id):
        raise NotFound("There is no such image.")
    to = given.to or reviews.last_asked(db, image_id)
    if to is None:
        raise NobodyAnswered("Nobody answered for the image yet; name a member to send it to.")
    if given.to and not accounts.is_member(db, project_id, to):
        raise Invalid("The project has no such member.", field="to", why="no_such_member")
    cycle = _locked_cycle(db, project_id)  # before the label, as answers do
    label = reviews.lock_label(db, project_id, image_id)
    if label and label.source is LabelSource.REVIEW:
        raise AlreadyReviewed("A reviewer has spoken on the image; set its label instead.")
    item = queue.locked_item(db, cycle, image_id)
    until = datetime.now(UTC) + WAITS
    there = to in item.holders or to in item.done_by
    if not there and not slots.free(item):
        item.slots += 1
    slots.reopen(item, to, until)
    item.state = QueueItemState.OPEN
    assignment = queue.lease(db, [item], to, until, [new_id()])[item.id]
    assignment.comment = given.comment
    db.flush()
    labels.derive(db, cycle, item)
    sent = Return(
        project_id=project_id, image_id=image_id, user_id=user.id, to_user_id=to, comment=given.comment
    )
    db.add(sent)
    db.flush()
    audit.record(
        db,
        AuditAction.IMAGE_RETURNED,
        project_id=project_id,
        subject_id=image_id,
        name=db.get_one(User, to).email,
        after={"comment": given.comment},
    )
    db.refresh(sent)
    return sent


def _locked_cycle(db: Session, project_id: UUID) -> Cycle:
    running = queue.labelling_cycle(db, project_id)
    cycle = learning.lock_cycle(db, running.id) if running else None
    if cycle is None or cycle.state is not CycleState.LABELLING:
        raise CycleNotOpen("Images can be sent back while a cycle is being labelled.")
    return cycle
