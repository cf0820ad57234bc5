"""Rows that may go after a while. Never a label, an answer, or a model that a project still uses.

Almost all of them hang on an ended job: its log, and the export, the label check or the map that it made.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session as Database
from sqlalchemy.orm import aliased

from app.db.models import Cycle, Job, Model, OidcFlow, PretextRun, Session, Try
from app.db.tries import WINDOW
from app.domain.enums import CycleState, JobKind, JobStatus

# Jobs whose row is all that they left behind. What pretext runs and backtests found stays with their jobs.
PLAIN = (JobKind.IMPORT, JobKind.IMPORT_PREVIEW, JobKind.QUERY, JobKind.TRAINING)
# The last of these that succeeded is what a project's page shows, however old it is.
SHOWN = (JobKind.LABEL_CHECK, JobKind.MAP)
_ENDED = (JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELLED)


def ended_jobs(kinds: Sequence[JobKind], before: datetime) -> Select[UUID]:
    """Select jobs that ended before a time, without those that somebody may still want."""
    ended = func.coalesce(Job.finished_at, Job.created_at) < before
    query = select(Job.id).where(Job.kind.in_(kinds), Job.status.in_(_ENDED), ended)
    unfinished = Cycle.state != CycleState.DONE
    for column in (Cycle.query_job_id, Cycle.training_job_id):  # a failed one can be tried again
        query = query.where(Job.id.not_in(select(column).where(column.isnot(None), unfinished)))
    newer = aliased(Job)
    same = (newer.project_id == Job.project_id) & (newer.kind == Job.kind) & (newer.id > Job.id)
    has_newer = exists().where(same, newer.status == JobStatus.SUCCEEDED)
    return query.where(Job.kind.not_in(SHOWN) | has_newer)


def delete_jobs(session: Database, some: Select[UUID], most: int) -> int:
    """Delete jobs with all that hangs on them, at most so many; returns how many."""
    ids = list(session.scalars(some.limit(most).with_for_update(skip_locked=True)))
    if ids:
        session.execute(delete(Job).where(Job.id.in_(ids)))
    return len(ids)


def count(session: Database, some: Select[UUID]) -> int:
    """Count the rows that a query selects."""
    return session.scalar(select(func.count()).select_from(some.subquery())) or 0


def weights_of_models(newest: int) -> Select[UUID]:
    """Select the task models that have weights, but are not among the newest so many of their project."""
    place = func.row_number().over(partition_by=Model.project_id, order_by=Model.id.desc())
    ranked = select(Model.id, Model.weights_sha256, place.label("place")).subquery()
    return select(ranked.c.id).where(ranked.c.place > newest, ranked.c.weights_sha256.isnot(None))


def weights_of_runs(newest: int) -> Select[UUID]:
    """Select the pretext runs that have weights or features, but no open cycle, and are not among the newest.

    The newest so many of each project, and of its pretext tasks, by when they ended.
    """
    place = func.row_number().over(
        partition_by=(PretextRun.project_id, PretextRun.task),
        order_by=(PretextRun.finished_at.desc(), PretextRun.id.desc()),
    )
    ranked = (
        select(PretextRun.id, PretextRun.weights_sha256, PretextRun.features_sha256, place.label("place"))
        .where(PretextRun.finished_at.isnot(None))
        .subquery()
    )
    followed = select(Cycle.pretext_run_id).where(
        Cycle.state != CycleState.DONE, Cycle.pretext_run_id.isnot(None)
    )
    return select(ranked.c.id).where(
        ranked.c.place > newest,
        or_(ranked.c.weights_sha256.isnot(None), ranked.c.features_sha256.isnot(None)),
        ranked.c.id.not_in(followed),
    )


def forget_weights(session: Database, newest: int) -> int:
    """Let models and pretext runs beyond the newest name no weights any more; returns how many."""
    models = list(session.scalars(weights_of_models(newest)))
    runs = list(session.scalars(weights_of_runs(newest)))
    session.execute(update(Model).where(Model.id.in_(models)).values(weights_sha256=None))
    session.execute(
        update(PretextRun).where(PretextRun.id.in_(runs)).values(weights_sha256=None, features_sha256=None)
    )
    return len(models) + len(runs)


def delete_expired(session: Database) -> None:
    """Delete sessions and sign-ins of browsers that are over, and failed tries that count no more."""
    session.execute(delete(Session).where(Session.expires_at <= func.now()))
    session.execute(delete(OidcFlow).where(OidcFlow.expires_at <= func.now()))
    session.execute(delete(Try).where(Try.created_at <= func.now() - WINDOW))


def may_go_on(session: Database, job_ids: Sequence[UUID], ended_after: datetime) -> set[UUID]:
    """Return those of some jobs that have not ended, or that failed or were cancelled later than a time."""
    lately = func.coalesce(Job.finished_at, Job.created_at) >= ended_after
    wanted = or_(Job.status.not_in(_ENDED), lately & (Job.status != JobStatus.SUCCEEDED))
    return set(session.scalars(select(Job.id).where(Job.id.in_(job_ids), wanted)))
