"""Pretext runs."""

from uuid import UUID

from app.db import images, jobs, projects, rankings
from app.db.models import Job, PretextRun
from app.db.session import UnitOfWork
from app.domain.enums import JobKind
from app.domain.errors import Conflict, Invalid, PoolEmpty
from app.schemas.jobs import JobOut
from app.schemas.learning import PoolBatchOut, PretextRunCreate, PretextRunDetail, PretextRunOut


class PretextRunning(Conflict):
    """Another pretext run of the project has not ended."""

    code = "pretext_running"


def start(work: UnitOfWork, project_id: UUID, user_id: UUID, new: PretextRunCreate) -> tuple[PretextRun, Job]:
    """Ask for a pretext run on the present pool; raises PoolEmpty, PretextRunning, CycleRunning, Invalid."""
    projects.lock(work.session, project_id)
    size = images.pool_size(work.session, project_id)
    if size == 0:
        raise PoolEmpty("The pool has no unlabelled images; import some first.")
    if new.pool_batches > size:
        raise Invalid(
            f"The pool has {size} images; it cannot be cut into {new.pool_batches}.",
            field="pool_batches",
            why="pool_batches_beyond_pool",
            images=size,
            pool_batches=new.pool_batches,
        )
    if jobs.live(work.session, project_id, JobKind.PRETEXT):
        raise PretextRunning("A pretext run of this project has not ended.")
    job = jobs.enqueue(work, JobKind.PRETEXT, project_id, user_id, {})
    run = PretextRun(project_id=project_id, job_id=job.id, **new.model_dump())
    work.session.add(run)
    work.session.flush()
    work.session.refresh(run)
    work.session.refresh(job)
    return run, job


def out(run: PretextRun, job: Job) -> PretextRunOut:
    """Return a run as the API shows it."""
    fields = {name: getattr(run, name) for name in PretextRunOut.model_fields if name != "job"}
    return PretextRunOut(**fields, job=JobOut.model_validate(job))


def detail(work: UnitOfWork, run: PretextRun, *, of_open_cycle: bool) -> PretextRunDetail:
    """Return a run with its pool batches; `of_open_cycle` counts the labels of the open cycle, too."""
    job = work.session.get_one(Job, run.job_id)
    batches = [
        PoolBatchOut.model_validate(batch, from_attributes=True)
        for batch in rankings.batch_use(work.session, run, of_open_cycle=of_open_cycle)
    ]
    return PretextRunDetail(**dict(out(run, job)), batches=batches)
