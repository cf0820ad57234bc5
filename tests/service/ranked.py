"""Rankings that are written down, so that losses are what a test wants them to be."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from app.db import rankings
from app.db.models import Job, PretextRun
from app.db.session import unit_of_work
from app.domain.enums import JobKind, JobStatus, PretextTaskName
from tests.stack import Project


def ranked(project: Project, losses: Mapping[str, float], *, pool_batches: int = 2) -> UUID:
    """A finished run of a project: the losses of some of its images, by id, in so many pool batches."""
    hardest = sorted(losses, key=lambda image: (-losses[image], image))
    scores = [
        rankings.NewScore(UUID(image), losses[image], place, 1 + place * pool_batches // len(hardest))
        for place, image in enumerate(hardest)
    ]
    with unit_of_work() as work:
        job = Job(project_id=UUID(project.id), kind=JobKind.PRETEXT, status=JobStatus.SUCCEEDED)
        work.session.add(job)
        work.session.flush()
        run = PretextRun(
            project_id=job.project_id,
            job_id=job.id,
            task=PretextTaskName.ROTATION,
            pool_batches=pool_batches,
            seed=0,
            image_count=len(scores),
            finished_at=datetime.now(UTC),
        )
        work.session.add(run)
        work.session.flush()
        rankings.add_scores(work.session, run.id, scores)
    return run.id
