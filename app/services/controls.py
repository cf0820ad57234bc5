"""Control images: which ones are some, and how people answer them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.db import accounts, audit, controls, projects, rankings, reviews
from app.db.class_sets import ClassSets, OneOrSet, answer_of, stored
from app.db.models import Annotation, Control, Image, Project, User
from app.domain.enums import AuditAction
from app.domain.errors import Conflict
from app.domain.shares import share_of
from app.schemas.controls import (
    AnnotatorAccuracy,
    ClassAccuracy,
    ControlOut,
    ControlReport,
    ControlsDrawn,
    ControlState,
    WrongAnswer,
)
from app.schemas.images import ImageOut
from app.schemas.suggestions import ShareOut
from app.services import blind
from app.services.reviews import NotLabelled

MOST_WRONG = 50


class ShownAsExample(Conflict):
    """The guidelines show the image, and with it the answer."""

    code = "shown_as_example"


def state(db: Session, project_id: UUID, image_id: UUID) -> ControlState:
    """Tell whether an image is a control image."""
    mark = controls.marked(db, image_id)
    return ControlState(control=_out(mark, ClassSets(db, project_id)) if mark else None)


def mark(db: Session, image: Image, user: User) -> ControlState:
    """Make an image a control image; one that is marked stays as it is. Raises NotLabelled, ShownAsExample.

    Its label of now is the known answer, whatever becomes of the label.
    """
    projects.lock(db, image.project_id)
    if controls.marked(db, image.id) is None:
        label = reviews.lock_label(db, image.project_id, image.id)
        if label is None:
            raise NotLabelled("The image has no label yet: its answer is not known.")
        if controls.is_example(db, image.id):
            raise ShownAsExample("The guidelines show this image: everybody can look its answer up.")
        _add(db, image.project_id, user, image.id, answer_of(label))
        audit.record(db, AuditAction.CONTROL_MARKED, project_id=image.project_id, subject_id=image.id)
    return state(db, image.project_id, image.id)


def unmark(db: Session, image_id: UUID) -> None:
    """Take the mark from an image; what people answered stays in its history, and counts no more."""
    mark = controls.marked(db, image_id)
    if mark is not None:
        mark.removed_at = datetime.now(UTC)
        audit.record(db, AuditAction.CONTROL_UNMARKED, project_id=mark.project_id, subject_id=image_id)


def draw(db: Session, project_id: UUID, user: User, count: int) -> ControlsDrawn:
    """Make labelled images control images, drawn by chance."""
    projects.lock(db, project_id)
    found = controls.markable(db, project_id, count)
    for label in found:
        _add(db, project_id, user, label.image_id, answer_of(label))
    if found:
        audit.record(db, AuditAction.CONTROLS_DRAWN, project_id=project_id, after={"images": len(found)})
    return ControlsDrawn(added=len(found))


def _add(db: Session, project_id: UUID, user: User, image_id: UUID, known: OneOrSet) -> None:
    db.add(Control(project_id=project_id, image_id=image_id, user_id=user.id, **stored(known)))
    db.flush()


def _out(row: Control, sets: ClassSets) -> ControlOut:
    return ControlOut(
        id=row.id,
        image_id=row.image_id,
        class_name=sets.one(row.class_id) if row.class_id else None,
        classes=sets.names(row.class_ids),
        user_id=row.user_id,
        created_at=row.created_at,
    )


@dataclass(frozen=True)
class _Answer:
    """One person's last answer for a control image, beside the known one, both as they count now."""

    said: Annotation
    control: Control
    image: Image
    known: frozenset[UUID]
    right: bool


def report(db: Session, project: Project) -> ControlReport:
    """Tell how right each annotator is; where the answer or the known class was removed, it is left out."""
    sets = ClassSets(db, project.id)
    by_person: dict[UUID, list[_Answer]] = defaultdict(list)
    for said, control, image in controls.answers(db, project.id):
        given, known = _now(answer_of(said), sets), _now(answer_of(control), sets)
        if given is not None and known is not None:
            by_person[said.user_id].append(_Answer(said, control, image, known, given == known))
    skips = controls.skips(db, project.id)
    people = {*by_person, *skips}
    names = accounts.names(db, list(people))
    every = [answer for answers in by_person.values() for answer in answers]
    wrong = {user_id: [one for one in by_person[user_id] if not one.right][:MOST_WRONG] for user_id in people}
    shown = [one.image.id for answers in wrong.values() for one in answers]
    placed = rankings.placed(db, project.id, shown)
    return ControlReport(
        share=blind.share_of(project),
        images=controls.count(db, project.id),
        right=_right(every),
        annotators=[
            AnnotatorAccuracy(
                user_id=user_id,
                name=names[user_id],
                right=_right(by_person[user_id]),
                skipped=skips.get(user_id, 0),
                wrong=[_wrong(one, placed.get(one.image.id), sets) for one in wrong[user_id]],
            )
            for user_id in sorted(people, key=lambda key: (names[key], key))
        ],
        classes=[
            ClassAccuracy(class_name=row.name, right=_right(of_class))
            for row in projects.classes(db, project.id)
            if (of_class := [one for one in every if row.id in one.known])
        ],
    )


def _now(answer: OneOrSet, sets: ClassSets) -> frozenset[UUID] | None:
    """What an answer means now; None if its one class was removed."""
    present = frozenset(row.id for row in sets.present(answer if isinstance(answer, list) else [answer]))
    return present if present or isinstance(answer, list) else None


def _right(answers: Sequence[_Answer]) -> ShareOut:
    return ShareOut.model_validate(share_of(sum(one.right for one in answers), len(answers)))


def _wrong(one: _Answer, placed: rankings.Placed | None, sets: ClassSets) -> WrongAnswer:
    said, control = one.said, one.control
    return WrongAnswer(
        image=ImageOut.of(one.image, placed),
        class_name=sets.one(said.class_id) if said.class_id else None,
        classes=sets.names(said.class_ids),
        known_class=sets.one(control.class_id) if control.class_id else None,
        known_classes=sets.names(control.class_ids),
        note=said.note,
        flagged=said.flagged,
        elapsed_ms=said.elapsed_ms,
        answered_at=said.created_at,
    )
