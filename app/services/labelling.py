"""Who labels what: leases, answers, and the labels that follow from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from app.db import answering, classes, driver, queue, seen, slots
from app.db.class_sets import ClassSets, OneOrSet, answer_of, stored
from app.db.driver import Steps
from app.db.models import Annotation, Assignment, ControlItem, Cycle, Project, QueueItem
from app.db.session import UnitOfWork
from app.domain.enums import AssignmentState, CycleState, QueueItemState, Role
from app.domain.errors import CycleNotOpen, Forbidden, NotFound, NotSupported, UnknownClass
from app.domain.project_settings import ProjectSettings
from app.schemas.labelling import (
    AnnotationIn,
    AnnotationOut,
    QueueOut,
)
from app.services import blind, class_sets, labels
from app.services.control_leases import Item
from app.services.cycles import close_if_answered


class NotYourAssignment(Forbidden):
    """The assignment is somebody else's."""

    code = "not_your_assignment"


def hold_longer(assignment: Assignment, item: Item, until: datetime) -> None:
    """Let a lease begin anew; what a reviewer sent back waits for its annotator anyhow, and longer."""
    if assignment.comment is None:
        assignment.expires_at = until
        if isinstance(item, QueueItem):
            slots.hold(item, assignment.user_id, until)


def lease_end(settings: ProjectSettings) -> datetime:
    """Return when a lease ends that begins now."""
    return datetime.now(UTC) + timedelta(minutes=settings.lease_minutes)


def answer(work: UnitOfWork, assignment_id: UUID, user_id: UUID, given: AnnotationIn) -> AnnotationOut:
    """Keep an answer; the same answer again changes nothing.

    An answer after its lease ended is kept all the same. It counts unless others, who took the
    image over, have answered already. It may name a class that was renamed or merged meanwhile: it is kept
    as it was said, and counts for what the class has become.
    Raises NotYourAssignment, CycleNotOpen, UnknownClass, NotSupported, SeveralClasses, OneClass.
    """
    first = driver.take(work.session, first_answer(assignment_id, user_id, given))
    if first is None:
        return answer_at_length(work, assignment_id, user_id, given)
    cycle_id, kept = first
    work.commit()
    close_if_answered(work, cycle_id)
    return kept


def answer_at_length(
    work: UnitOfWork, assignment_id: UUID, user_id: UUID, given: AnnotationIn
) -> AnnotationOut:
    """Do as `answer`, without a try of the short way: whatever the answer is."""
    db = work.session
    assignment, item, cycle = own_open(db, assignment_id, user_id)
    said = _said(db, cycle.project_id, given, assignment)
    last = said.last
    answered = assignment.state is AssignmentState.ANSWERED
    if last is None or not answered or _says(last) != (said.answer, given.note, given.flagged):
        last = Annotation(
            project_id=cycle.project_id,
            image_id=item.image_id,
            assignment_id=assignment.id,
            user_id=user_id,
            **stored(said.answer),
            revision=last.revision + 1 if last else 1,
            elapsed_ms=given.elapsed_ms,
            note=given.note,
            flagged=given.flagged,
        )
        db.add(last)
        assignment.state, assignment.ended_at = AssignmentState.ANSWERED, datetime.now(UTC)
        if isinstance(item, QueueItem) and slots.finish(item, user_id):
            if labels.alone(cycle, item, assignment):
                item.state = QueueItemState.ANSWERED
                labels.accept(db, cycle, item.image_id, said.counts_as, said.merges)
            else:
                labels.derive(db, cycle, item)
        db.flush()
    shown = annotation_outs(db, cycle.project_id, [(last, said.name)], said.now)[0]
    work.commit()
    close_if_answered(work, cycle.id)
    return shown


def only_answer(
    shown: seen.Shown, assignment_id: UUID, given: AnnotationIn
) -> Steps[tuple[seen.Caller, tuple[UUID, AnnotationOut] | None] | None]:
    """Do as `first_answer` by one statement, without a transaction, which tells who asks, too.

    None where they may not; no answer, and nothing written, where several people are asked.
    """
    said = _plain(given)
    if said is None:
        return None
    found = yield from answering.only_answer(shown, assignment_id, said)
    if found is None:
        return None
    caller, kept = found
    return caller, _shown(kept, assignment_id, caller.user_id, said) if kept else None


def first_answer(
    assignment_id: UUID, user_id: UUID, given: AnnotationIn
) -> Steps[tuple[UUID, AnnotationOut] | None]:
    """Keep an answer in the short way; returns its cycle with it, and None if it is not as most are."""
    said = _plain(given)
    if said is None:
        return None
    kept = yield from answering.first_answer(assignment_id, user_id, said)
    return _shown(kept, assignment_id, user_id, said) if kept else None


def _plain(given: AnnotationIn) -> answering.Answer | None:
    name = (given.class_name or "").strip()
    return answering.Answer(name, given.elapsed_ms, given.note, given.flagged) if name else None


def _shown(
    kept: answering.Kept, assignment_id: UUID, user_id: UUID, said: answering.Answer
) -> tuple[UUID, AnnotationOut]:
    return kept.cycle_id, AnnotationOut(
        id=kept.id,
        image_id=kept.image_id,
        assignment_id=assignment_id,
        user_id=user_id,
        class_name=said.class_name,
        counts_as=said.class_name,
        classes=None,
        counts_as_classes=None,
        revision=1,
        elapsed_ms=said.elapsed_ms,
        note=said.note,
        flagged=said.flagged,
        created_at=kept.created_at,
        retracted_at=None,
    )


def _says(row: Annotation) -> tuple[OneOrSet, str | None, bool]:
    return answer_of(row), row.note, row.flagged


def annotation_outs(
    db: Session,
    project_id: UUID,
    rows: Sequence[tuple[Annotation, str | None]],
    now: str | None = None,
) -> list[AnnotationOut]:
    """Return answers with what they count as now, which is looked up unless `now` tells it."""
    sets = ClassSets(db, project_id)
    named = {"class_name", "counts_as", "classes", "counts_as_classes"}
    return [
        AnnotationOut(
            **{name: getattr(row, name) for name in AnnotationOut.model_fields if name not in named},
            class_name=name,
            counts_as=now or (sets.one(row.class_id) if row.class_id else None),
            classes=sets.said(row.class_ids),
            counts_as_classes=sets.names(row.class_ids),
        )
        for row, name in rows
    ]


def release(work: UnitOfWork, assignment_id: UUID, user_id: UUID, reason: str | None) -> None:
    """Give an image back to the queue, or, with a reason, skip it for this cycle."""
    db = work.session
    assignment, item, cycle = own_open(db, assignment_id, user_id)
    held = isinstance(item, ControlItem) or user_id in item.holders
    if not held or assignment.state is not AssignmentState.LEASED:
        return  # over already: given back, taken over, or answered
    if reason is None:
        give_back(assignment, item)
        return
    assignment.state, assignment.reason = AssignmentState.RELEASED, reason
    assignment.ended_at = datetime.now(UTC)
    if isinstance(item, QueueItem):
        slots.finish(item, user_id)
        if labels.alone(cycle, item, assignment):
            item.state = QueueItemState.SKIPPED
        else:
            labels.derive(db, cycle, item)
    work.commit()
    close_if_answered(work, cycle.id)


def give_back(assignment: Assignment, item: Item) -> None:
    """Let others have a leased image; what a reviewer sent back still waits for its annotator."""
    if assignment.comment is None:
        assignment.state, assignment.ended_at = AssignmentState.RELEASED, datetime.now(UTC)
        if isinstance(item, QueueItem):
            slots.leave(item, assignment.user_id)


def queue_out(db: Session, project: Project, user_id: UUID | None, role: Role) -> QueueOut:
    """Tell somebody how far the open cycle is; `user_id` also counts that person's answers."""
    cycle = queue.labelling_cycle(db, project.id)
    if cycle is None:
        return QueueOut()
    mine = queue.answers_by(db, cycle.id, user_id) if user_id else 0
    if user_id and blind.is_blind(project, role):
        told = blind.told(db, project, cycle, user_id)
        return QueueOut(
            cycle_id=cycle.id,
            number=cycle.number,
            queued=told.queued,
            answered=told.answered,
            skipped=told.skipped,
            waiting_for_others=told.waiting,
            mine=mine,
        )
    progress = queue.progress(db, cycle.id, user_id)
    return QueueOut(
        cycle_id=cycle.id,
        number=cycle.number,
        queued=sum(progress.images.values()),
        answered=progress.of(QueueItemState.ANSWERED),
        skipped=progress.of(QueueItemState.SKIPPED),
        waiting_for_others=progress.waiting,
        mine=mine,
    )


def own_open(db: Session, assignment_id: UUID, user_id: UUID) -> tuple[Assignment, Item, Cycle]:
    """Return the caller's assignment, locked; raises NotFound, NotYourAssignment, CycleNotOpen."""
    found = queue.locked_assignment(db, assignment_id)
    if found is None:
        raise NotFound("There is no such assignment.")
    if found[0].user_id != user_id:
        raise NotYourAssignment("The image was given to somebody else.")
    if found[2].state is not CycleState.LABELLING:
        raise CycleNotOpen(f"Cycle {found[2].number} takes no answers now: it is {found[2].state}.")
    return found


@dataclass(frozen=True)
class _Said:
    """An answer: what was said, the class that it counts for now, the merges between, and the one before."""

    answer: OneOrSet
    counts_as: OneOrSet
    merges: list[UUID]
    last: Annotation | None
    name: str | None = None
    now: str | None = None


def _said(db: Session, project_id: UUID, given: AnnotationIn, assignment: Assignment) -> _Said:
    if given.mask is not None:
        raise NotSupported("Masks do not work yet.", field="mask", why="no_masks")
    if given.classes is not None:
        ids = class_sets.chosen(db, project_id, given.classes)
        return _Said(ids, ids, [], queue.last_annotation(db, assignment.id))
    name = (given.class_name or "").strip()
    found = queue.class_and_last_answer(db, project_id, name, assignment.id)
    if found is not None:
        row, last, task = found
        class_sets.refuse_one(task)
        return _Said(row.id, row.id, [], last, row.name, row.name)
    class_sets.refuse_one(db.get_one(Project, project_id).task)
    # The page may be older than the schema: the name may be one of before.
    said = classes.named(db, project_id).get(name)
    chosen, merges = classes.merges_of(db, said) if said else (None, [])
    if said is None or chosen is None:
        raise UnknownClass(f"The project has no class {given.class_name!r}.", field="class")
    last = queue.last_annotation(db, assignment.id)
    return _Said(said.id, chosen.id, merges, last, said.name, chosen.name)
