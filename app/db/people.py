"""How much people answer, how quickly, and how it compares with the labels."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Select, Uuid, any_, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from app.db.base import first_id
from app.db.class_sets import OneOrSet, answer_of
from app.db.models import Annotation, Assignment, Cycle, Label, QueueItem, User
from app.domain.enums import AssignmentState, CycleState, LabelSource

_ANSWERED = Assignment.state == AssignmentState.ANSWERED
_DAY = timedelta(days=1)
_TIMED = 500  # answers of a person whose median time is told


def _given(project_id: UUID, since: datetime, *columns: Any) -> Select[*tuple[Any, ...]]:
    """Select from the answers since a time that were not taken back."""
    return (
        select(*columns)
        .join(Assignment, Assignment.id == Annotation.assignment_id)
        .where(Annotation.project_id == project_id, Annotation.id >= first_id(since), _ANSWERED)
        .where(Annotation.retracted_at.is_(None))
    )


def _counted(project_id: UUID, since: datetime, *columns: Any) -> Select[*tuple[Any, ...]]:
    """Select from the same, but a changed answer once: as it was first."""
    earlier = aliased(Annotation)
    changed = (
        select(earlier.id)
        .where(earlier.assignment_id == Annotation.assignment_id, earlier.revision < Annotation.revision)
        .where(earlier.retracted_at.is_(None))
        .exists()
    )
    # Most are first revisions, of which nothing more is asked.
    return _given(project_id, since, *columns).where(or_(Annotation.revision == 1, ~changed))


def answers_since(session: Session, project_id: UUID, user_id: UUID, since: datetime) -> int:
    """Count one person's answers since a time."""
    query = _counted(project_id, since, func.count()).where(Annotation.user_id == user_id)
    return session.scalar(query.select_from(Annotation)) or 0


def median_ms(
    session: Session, project_id: UUID, people: Sequence[UUID], since: datetime
) -> dict[UUID, float]:
    """Return how long people took for an answer since a time: the median of the newest few hundred."""
    last = (
        _given(project_id, since, Annotation.elapsed_ms)
        .where(Annotation.user_id == User.id, Annotation.elapsed_ms.isnot(None))
        .order_by(Annotation.id.desc())
        .limit(_TIMED)
        .correlate(User)
        .subquery()
    )
    median = select(func.percentile_cont(0.5).within_group(last.c.elapsed_ms)).scalar_subquery()
    query = select(User.id, median).where(User.id.in_(people))
    return {user_id: took for user_id, took in session.execute(query) if took is not None}


def last_ms(session: Session, project_id: UUID, user_id: UUID, since: datetime, most: int) -> Sequence[int]:
    """Return how long one person's newest answers since a time took."""
    query = (
        _given(project_id, since, Annotation.elapsed_ms)
        .where(Annotation.user_id == user_id, Annotation.elapsed_ms.isnot(None))
        .order_by(Annotation.id.desc())
        .limit(most)
    )
    return session.scalars(query).all()


def compared_with_labels(
    session: Session, project_id: UUID, user_id: UUID, *, among: int, most: int
) -> list[tuple[OneOrSet, OneOrSet]]:
    """Return one person's newest answers in closed cycles, the newest first, each with the label.

    Only where a reviewer settled it, or somebody else answered, too; of an image the newest answer only. So
    many are looked at, from the last closed cycle back.
    """
    opened = session.scalar(
        select(Cycle.opened_at).where(Cycle.project_id == project_id, Cycle.state == CycleState.LABELLING)
    )
    last = (
        select(Annotation.id, Annotation.image_id)
        .where(Annotation.project_id == project_id, Annotation.user_id == user_id)
        .where(Annotation.id < first_id(opened or datetime.now(UTC) + _DAY))
        .order_by(Annotation.id.desc())
        .limit(among)
        .subquery()
    )
    newer, other, of_other = aliased(Annotation), aliased(Annotation), aliased(Assignment)
    by_others = other.image_id == last.c.image_id, other.user_id != user_id, other.retracted_at.is_(None)
    # Most can be compared with nothing, and are asked no more; limits keep the planner to it, row by row.
    by_another = select(other.id).where(*by_others).limit(1).scalar_subquery()
    compared = (
        select(last.c.id)
        .join(Label, Label.image_id == last.c.image_id)
        .where(or_(Label.source == LabelSource.REVIEW, by_another.isnot(None)))
        .limit(among)
        .subquery()
    )
    replaced = (
        select(newer.id)
        .where(newer.image_id == Annotation.image_id, newer.user_id == user_id)
        .where(newer.id > Annotation.id, newer.retracted_at.is_(None))
        .exists()
    )
    others = (
        select(other.id)
        .join(of_other, of_other.id == other.assignment_id)
        .where(other.image_id == Annotation.image_id, other.user_id != user_id)
        .where(other.retracted_at.is_(None), of_other.state == AssignmentState.ANSWERED)
        .exists()
    )
    query = (
        select(Annotation, Label)
        .join(compared, compared.c.id == Annotation.id)
        .join(Assignment, Assignment.id == Annotation.assignment_id)
        .join(QueueItem, QueueItem.id == Assignment.queue_item_id)
        .join(Cycle, Cycle.id == QueueItem.cycle_id)
        .join(Label, Label.image_id == Annotation.image_id)
        .where(_ANSWERED, Annotation.retracted_at.is_(None), Cycle.closed_at.isnot(None), ~replaced)
        .where(Assignment.user_id == any_(QueueItem.done_by))
        .where(or_(Label.source == LabelSource.REVIEW, others))
        .order_by(Annotation.id.desc())
        .limit(most)
    )
    return [(answer_of(said), answer_of(label)) for said, label in session.execute(query)]


def labels(session: Session, image_ids: Iterable[UUID]) -> dict[UUID, OneOrSet]:
    """Return the labels of images."""
    wanted = Label.image_id == any_(literal(list(image_ids), ARRAY(Uuid())))
    query = select(Label.image_id, Label.class_id, Label.class_ids).where(wanted)
    one_or_set = (
        (image, one if one is not None else several) for image, one, several in session.execute(query)
    )
    return {image: label for image, label in one_or_set if label is not None}
