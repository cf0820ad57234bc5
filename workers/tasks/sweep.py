"""What is looked after from time to time: lost messages, dead workers, open queues, and what is left over."""

from datetime import timedelta

import structlog
from sqlalchemy import select

from app.config import get_settings
from app.db import cancellation, job_lines, jobs, label_counts, learning, projects, queue, removal, shards
from app.db.models import Cycle, Project
from app.db.session import unit_of_work
from app.domain.enums import CycleState, JobStatus, LogLevel
from app.domain.said import CANCELLED, sentence
from app.storage import uploads
from app.storage.blobs import blob_store
from workers.pipelines.backtest_folders import clear_backtest_folders
from workers.tasks.removal import remove_deleted
from workers.tasks.retention import forget_old

log = structlog.get_logger()
_UNFINISHED_SECONDS = 86_400
_SHARDS_AT_ONCE = 100
_ROWS_OF_COUNTS = 100
_BEING_SENT_SECONDS = 3600  # a folder that is younger may be one whose job is not written yet


def sweep() -> None:
    """Put right what a crash or an emptied broker left behind; running this twice changes nothing.

    What fails is logged and tried again by the next sweep: it keeps nothing else from being looked after.
    """
    for look_after in (
        _cancel_deleted,
        _revive_silent,
        _close_answered,
        _send_lost,
        clear_backtest_folders,
        clear_uploads,
        clear_shards,
        _clear_unfinished,
        remove_deleted,
        forget_old,
        _add_up_labels,
    ):
        try:
            look_after()
        except Exception:
            log.exception("sweep_failed", of=look_after.__name__.lstrip("_"))


def _clear_unfinished() -> None:
    blob_store().clear_unfinished(_UNFINISHED_SECONDS)


def _add_up_labels() -> None:
    with unit_of_work() as work:
        label_counts.add_up(work.session, _ROWS_OF_COUNTS)


def _cancel_deleted() -> None:
    """Cancel jobs that somebody asked for in the moment in which somebody else deleted the project."""
    with unit_of_work() as work:
        cancellation.cancel_of_deleted(work.session)


def _send_lost() -> None:
    with unit_of_work() as work:
        lost = jobs.lost_messages(work.session, timedelta(seconds=get_settings().stale_seconds))
        work.jobs_to_send.extend(job.id for job in lost)


def _revive_silent() -> None:
    """Queue jobs whose worker is silent again, with what they saved; too many times is a failure."""
    settings = get_settings()
    with unit_of_work() as work:
        for job in jobs.silent(work.session, timedelta(seconds=settings.stale_seconds)):
            log.warning("worker_silent", job=str(job.id), attempts=job.attempts)
            silent = f"The worker went silent, in attempt {job.attempts}."
            job_lines.add(work.session, job.id, job_lines.lines_of(LogLevel.ERROR, silent))
            if job.cancel_requested:
                jobs.finish(work.session, job.id, job.fence, JobStatus.CANCELLED)
                learning.fail_cycle_of(work.session, job, CANCELLED)
            elif job.attempts >= settings.job_attempts:
                text = f"The worker went silent {job.attempts} times."
                reason = sentence("worker_silent", text, count=job.attempts)
                jobs.finish(work.session, job.id, job.fence, JobStatus.FAILED, error=reason)
                learning.fail_cycle_of(work.session, job, reason)
            else:
                jobs.requeue(work.session, job.id, job.fence, counts=True)
                work.jobs_to_send.append(job.id)


def _close_answered() -> None:
    """Train cycles whose last answer came, but whose API process died before it closed them."""
    query = select(Cycle).join(Project, Project.id == Cycle.project_id).where(projects.ALIVE)
    query = query.where(Cycle.state == CycleState.LABELLING, ~queue.still_waits(Cycle.id))
    with unit_of_work() as work:
        for cycle in work.session.scalars(query.with_for_update(skip_locked=True, of=Cycle)):
            learning.begin_training(work, cycle, None)


def clear_uploads() -> None:
    """Remove uploads that no job reads any more: cancelled, failed, or never confirmed."""
    left = set(uploads.older_than(_BEING_SENT_SECONDS))
    if not left:
        return
    with unit_of_work() as work:
        waiting = jobs.with_uploads(work.session, timedelta(hours=get_settings().upload_hours))
        kept = {name for job in waiting for name in uploads.folders_of(job.params.get("files", []))}
    for name in left - kept:
        uploads.remove_folder(name)


def clear_shards() -> None:
    """Remove what shards of ended jobs asked for, and what came of it; the next sweep goes on."""
    with unit_of_work() as work:
        if not removal.may_remove_own(work.session):
            return
        ended = shards.of_ended_jobs(work.session, _SHARDS_AT_ONCE)
        files = {sha for shard in ended for sha in (shard.asked_sha256, shard.result_sha256) if sha}
        shards.remove(work.session, ended)
        for sha in files - removal.referred(work.session, list(files)):
            blob_store().delete(sha)
