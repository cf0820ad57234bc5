"""Who labels what: leases, answers, and the labels that follow from them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from app.db import classes, queue, slots
from app.db.models import Annotation, Assignment, Class, Cycle, Project, QueueItem, User
from app.db.session import UnitOfWork
from app.domain.enums import AssignmentState, CycleState, QueueItemState, Shown
from app.domain.errors import CycleNotOpen, Forbidden, NotFound, NotSupported, UnknownClass
from app.domain.project_settings import ProjectSettings
from app.schemas.images import ImageOut
from app.schemas.labelling import (
    AnnotationIn,
    AnnotationOut,
    AssignmentOut,
    Assignments,
    QueueOut,
    Suggestion,
)
from app.services import labels
from app.services.cycles import close_if_answered


class NotYourAssignment(Forbidden):
    """The assignment is somebody else's."""

    code = "not_your_assignment"


def assign(db: Session, project: Project, user: User, limit: int) -> Assignments:
    """Lease the caller's next images: those still held first, then free ones in the cycle's order."""
    cycle = queue.labelling_cycle(db, project.id, lock=True)
    if cycle is None:
        return Assignments(items=[])
    until = lease_end(project)
    leased = queue.held_by(db, cycle.id, user.id, limit)
    for assignment, item in leased:
        hold_longer(assignment, item, until)
    leased += queue.take(db, cycle.id, user.id, limit - len(leased), until)
    db.flush()
    images = queue.images_of(db, [item.image_id for _, item in leased])
    suggested = _suggestions(db, project, leased)
    return Assignments(
        items=[
            AssignmentOut(
                id=assignment.id,
                cycle_id=cycle.id,
                state=assignment.state,
                expires_at=assignment.expires_at,
                image=ImageOut.model_validate(images[item.image_id]),
                suggestion=suggested.get(item.id),
                comment=assignment.comment,
            )
            for assignment, item in leased
        ]
    )


def hold_longer(assignment: Assignment, item: QueueItem, until: datetime) -> None:
    """Let a lease begin anew; what a reviewer sent back waits for its annotator anyhow, and longer."""
    if assignment.comment is None:
        assignment.expires_at = until
        slots.hold(item, assignment.user_id, until)


def lease_end(project: Project) -> datetime:
    """Return when a lease ends that begins now."""
    minutes = ProjectSettings.model_validate(project.settings).lease_minutes
    return datetime.now(UTC) + timedelta(minutes=minutes)


def _suggestions(
    db: Session, project: Project, leased: Sequence[tuple[Assignment, QueueItem]]
) -> dict[UUID, Suggestion]:
    """What annotators are shown of the model's answers, by queue item; keeps who saw one and who did not."""
    if not ProjectSettings.model_validate(project.settings).suggestions:
        return {}
    told = [(assignment, item) for assignment, item in leased if item.suggested_class_id and item.score]
    present = classes.present_of(db, project.id) if told else {}
    found = {}
    for assignment, item in told:
        now = present[item.suggested_class_id] if item.suggested_class_id else None
        if now is None:
            continue
        if item.audited and assignment.suggestion is not Shown.SHOWN:
            assignment.suggestion = Shown.HIDDEN
        else:
            assignment.suggestion = Shown.SHOWN
            found[item.id] = Suggestion(class_name=now.name, confidence=item.score)
    return found


def answer(work: UnitOfWork, assignment_id: UUID, user: User, given: AnnotationIn) -> AnnotationOut:
    """Keep an answer; the same answer again changes nothing.

    An answer after its lease ended is kept all the same. It counts unless others, who took the
    image over, have answered already. It may name a class that was renamed or merged meanwhile: it is kept
    as it was said, and counts for what the class has become.
    Raises NotYourAssignment, CycleNotOpen, UnknownClass, NotSupported.
    """
    db = work.session
    assignment, item, cycle = own_open(db, assignment_id, user)
    said, chosen, merges, last = _chosen(db, cycle.project_id, given, assignment)
    answered = assignment.state is AssignmentState.ANSWERED
    if last is None or not answered or _says(last) != (said.id, given.note, given.flagged):
        last = Annotation(
            project_id=cycle.project_id,
            image_id=item.image_id,
            assignment_id=assignment.id,
            user_id=user.id,
            class_id=said.id,
            revision=last.revision + 1 if last else 1,
            elapsed_ms=given.elapsed_ms,
            note=given.note,
            flagged=given.flagged,
        )
        db.add(last)
        assignment.state, assignment.ended_at = AssignmentState.ANSWERED, datetime.now(UTC)
        if slots.finish(item, user.id):
            if labels.alone(cycle, item, assignment):
                item.state = QueueItemState.ANSWERED
                labels.accept(db, cycle, item.image_id, chosen.id, merges)
            else:
                labels.derive(db, cycle, item)
        db.flush()
    shown = annotation_out(last, said.name, chosen.name)
    work.commit()
    close_if_answered(work, cycle.id)
    return shown


def _says(row: Annotation) -> tuple[UUID, str | None, bool]:
    return row.class_id, row.note, row.flagged


def annotation_out(row: Annotation, class_name: str, counts_as: str | None) -> AnnotationOut:
    """Return an answer as the API shows it."""
    named = {"class_name": class_name, "counts_as": counts_as}
    fields = {name: getattr(row, name) for name in AnnotationOut.model_fields if name not in named}
    return AnnotationOut(**fields, **named)


def annotation_outs(
    db: Session, project_id: UUID, rows: Sequence[tuple[Annotation, str]]
) -> list[AnnotationOut]:
    """Return answers with what they count as now."""
    present = classes.present_of(db, project_id)
    return [
        annotation_out(row, name, now.name if (now := present[row.class_id]) else None) for row, name in rows
    ]


def release(work: UnitOfWork, assignment_id: UUID, user: User, reason: str | None) -> None:
    """Give an image back to the queue, or, with a reason, skip it for this cycle."""
    db = work.session
    assignment, item, cycle = own_open(db, assignment_id, user)
    if user.id not in item.holders or assignment.state is not AssignmentState.LEASED:
        return  # over already: given back, taken over, or answered
    if reason is None:
        give_back(assignment, item)
        return
    assignment.state, assignment.reason = AssignmentState.RELEASED, reason
    assignment.ended_at = datetime.now(UTC)
    slots.finish(item, user.id)
    if labels.alone(cycle, item, assignment):
        item.state = QueueItemState.SKIPPED
    else:
        labels.derive(db, cycle, item)
    work.commit()
    close_if_answered(work, cycle.id)


def give_back(assignment: Assignment, item: QueueItem) -> None:
    """Let others have a leased image; what a reviewer sent back still waits for its annotator."""
    if assignment.comment is None:
        assignment.state, assignment.ended_at = AssignmentState.RELEASED, datetime.now(UTC)
        slots.leave(item, assignment.user_id)


def queue_out(db: Session, project_id: UUID, user_id: UUID | None) -> QueueOut:
    """Tell how far the open cycle is; `user_id` also counts that person's answers."""
    cycle = queue.labelling_cycle(db, project_id)
    if cycle is None:
        return QueueOut()
    progress = queue.progress(db, [cycle.id], user_id)[cycle.id]
    return QueueOut(
        cycle_id=cycle.id,
        number=cycle.number,
        queued=sum(progress.images.values()),
        answered=progress.of(QueueItemState.ANSWERED),
        skipped=progress.of(QueueItemState.SKIPPED),
        waiting_for_others=progress.waiting,
        mine=queue.answers_by(db, cycle.id, user_id) if user_id else 0,
    )


def own_open(db: Session, assignment_id: UUID, user: User) -> tuple[Assignment, QueueItem, Cycle]:
    """Return the caller's assignment, locked; raises NotFound, NotYourAssignment, CycleNotOpen."""
    found = queue.locked_assignment(db, assignment_id)
    if found is None:
        raise NotFound("There is no such assignment.")
    if found[0].user_id != user.id:
        raise NotYourAssignment("The image was given to somebody else.")
    if found[2].state is not CycleState.LABELLING:
        raise CycleNotOpen(f"Cycle {found[2].number} takes no answers now: it is {found[2].state}.")
    return found


def _chosen(
    db: Session, project_id: UUID, given: AnnotationIn, assignment: Assignment
) -> tuple[Class, Class, list[UUID], Annotation | None]:
    """The class that was said, the one it counts for, the merges between them, and the answer before."""
    if given.mask is not None or given.classes is not None:
        field = "mask" if given.mask is not None else "classes"
        raise NotSupported("Only one class an image works now.", field=field)
    name = (given.class_name or "").strip()
    found = queue.class_and_last_answer(db, project_id, name, assignment.id)
    if found is not None:
        return found[0], found[0], [], found[1]
    # The page may be older than the schema: the name may be one of before.
    said = classes.named(db, project_id).get(name)
    chosen, merges = classes.merges_of(db, said) if said else (None, [])
    if said is None or chosen is None:
        raise UnknownClass(f"The project has no class {given.class_name!r}.", field="class")
    return said, chosen, merges, queue.last_annotation(db, assignment.id)
