"""Maps of pretext runs, and what is known of the images on them."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.db.class_sets import ClassSets
from app.db.models import Cycle, Image, Job, Label, Map, Model, PretextRun, PretextScore, QueueItem


@dataclass(frozen=True)
class Place:
    """An image as it is now: ids of its present classes (None: no label), and the first cycle that asked."""

    classes: list[UUID] | None
    cycle: int | None


def maps(project_id: UUID) -> Select[Map, Job, PretextRun, int | None]:
    """Select a project's maps with their jobs, their runs and the number of their model's cycle."""
    return (
        select(Map, Job, PretextRun, Cycle.number)
        .join(Job, Job.id == Map.job_id)
        .join(PretextRun, PretextRun.id == Map.pretext_run_id)
        .outerjoin(Model, Model.id == Map.model_id)
        .outerjoin(Cycle, Cycle.id == Model.cycle_id)
        .where(Map.project_id == project_id)
    )


def of_job(session: Session, job_id: UUID) -> Map | None:
    """Return the map that a job draws."""
    return session.scalar(select(Map).where(Map.job_id == job_id))


def drawn_of_run(session: Session, run_id: UUID) -> Map | None:
    """Return the newest map of a run that has points."""
    query = select(Map).where(Map.pretext_run_id == run_id, Map.points_sha256.isnot(None))
    return session.scalar(query.order_by(Map.id.desc()).limit(1))


def losses(session: Session, run_id: UUID) -> dict[UUID, float]:
    """Return the pretext loss of each image of a run."""
    query = select(PretextScore.image_id, PretextScore.loss).where(PretextScore.pretext_run_id == run_id)
    return dict(session.execute(query).all())


def places(session: Session, project_id: UUID) -> dict[UUID, Place]:
    """Return what is known of a project's images now."""
    asked = (
        select(QueueItem.image_id, func.min(Cycle.number).label("number"))
        .join(Cycle, Cycle.id == QueueItem.cycle_id)
        .where(Cycle.project_id == project_id)
        .group_by(QueueItem.image_id)
        .subquery()
    )
    query = (
        select(Image.id, Label.class_id, Label.class_ids, asked.c.number)
        .outerjoin(Label, Label.image_id == Image.id)
        .outerjoin(asked, asked.c.image_id == Image.id)
        .where(Image.project_id == project_id)
    )
    sets = ClassSets(session, project_id)
    return {
        image: Place(_classes(sets, one, several), cycle)
        for image, one, several, cycle in session.execute(query)
    }


def _classes(sets: ClassSets, one: UUID | None, several: list[UUID] | None) -> list[UUID] | None:
    if one is not None:
        return [one]
    return None if several is None else [row.id for row in sets.present(several)]


def shas(session: Session, ids: list[UUID]) -> dict[UUID, str]:
    """Return the content hashes of images."""
    return dict(session.execute(select(Image.id, Image.sha256).where(Image.id.in_(ids))).all())
