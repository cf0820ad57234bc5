"""What annotators are not told while control images are mixed in among theirs.

A control image has a label and may be held out, and an answer for it moves no label. Whatever shows one of
these would give it away: so annotators see no images but those they are asked for, and counts that an open
queue's answers change stand still, or count control images along.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from app.db import controls, queue
from app.db.models import Cycle, Project
from app.domain.controls import most_of
from app.domain.enums import CycleState, QueueItemState, Role
from app.domain.errors import Forbidden
from app.domain.project_settings import ProjectSettings
from app.schemas.learning import CycleOut


class KeptFromAnnotators(Forbidden):
    """It would tell which images are control images."""

    code = "kept_from_annotators"


def share_of(project: Project) -> float:
    """Return the share of control images in a project."""
    return ProjectSettings.model_validate(project.settings).control_share


def is_blind(project: Project, role: Role | None) -> bool:
    """Tell whether somebody of this role must not learn which images are control images."""
    return role is Role.ANNOTATOR and share_of(project) > 0


def refuse(db: Session, project_id: UUID, role: Role) -> None:
    """Raise KeptFromAnnotators to whom images are not shown."""
    if role is Role.ANNOTATOR and is_blind(db.get_one(Project, project_id), role):
        raise KeptFromAnnotators(
            "Control images are mixed in, so the images are for reviewers to see.",
            needed=Role.REVIEWER.value,
        )


@dataclass(frozen=True)
class Told:
    """How far a queue is, as somebody is told who must not see which of its images are control images.

    Each answer of theirs counts once, whatever it was for.
    """

    queued: int
    answered: int
    skipped: int
    waiting: int


def told(db: Session, project: Project, cycle: Cycle, user_id: UUID) -> Told:
    """Return how far an open queue is, control images of one annotator counted along."""
    progress = queue.progress(db, cycle.id, user_id)
    size = sum(progress.images.values())
    asked, more = controls.supply(db, cycle, user_id)
    answered, skipped = controls.said(db, cycle.id, user_id)
    several = cycle.overlap > 1
    if several:
        # What others are still asked for and what is answered look alike until nothing is left.
        answered, skipped = answered + skipped + progress.waiting, 0
    left = queue.free_for(db, cycle.id, user_id, 1) or queue.holds(db, cycle.id, user_id)
    return Told(
        queued=size + max(asked, min(asked + more, most_of(size, share_of(project)))),
        answered=answered + progress.of(QueueItemState.ANSWERED),
        skipped=skipped + progress.of(QueueItemState.SKIPPED),
        waiting=0 if several and left else progress.waiting,
    )


def cycles(
    db: Session, project_id: UUID, found: Sequence[CycleOut], *, user_id: UUID, role: Role
) -> list[CycleOut]:
    """Return cycles as somebody may see them: the open one's counts are those that its queue tells them."""
    if role is not Role.ANNOTATOR or not is_blind(project := db.get_one(Project, project_id), role):
        return list(found)
    return [_cycle(db, project, user_id, one) if one.state is CycleState.LABELLING else one for one in found]


def _cycle(db: Session, project: Project, user_id: UUID, one: CycleOut) -> CycleOut:
    count = told(db, project, db.get_one(Cycle, one.id), user_id)
    counts = {"queued": count.queued, "answered": count.answered, "skipped": count.skipped, "unsettled": 0}
    return one.model_copy(update=counts)
