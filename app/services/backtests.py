"""Backtests of a project's own labels."""

from uuid import UUID

from app.db import images, jobs
from app.db.models import Backtest, Job, Project
from app.db.session import UnitOfWork
from app.domain.backtest import BacktestConfig
from app.domain.enums import JobKind, Split
from app.domain.errors import Conflict, TooFewLabels
from app.domain.project_settings import ProjectSettings
from app.schemas.backtests import BacktestCreate, BacktestOut, BacktestSummary
from app.schemas.jobs import JobOut
from app.services import class_sets


class BacktestNotReady(Conflict):
    """The backtest's report is not written yet."""

    code = "backtest_not_ready"


def start(work: UnitOfWork, project: Project, user_id: UUID, new: BacktestCreate) -> tuple[Backtest, Job]:
    """Ask for a backtest; raises OneClassOnly, TooFewLabels."""
    class_sets.refuse_sets(project.task, "Backtests")
    labelled = images.labelled(work.session, project.id, list(Split))
    pool = [row for row in labelled if row[3] is Split.POOL]
    if len({row[2] for row in labelled}) < 2 or len(pool) < 2 * new.budget:
        raise TooFewLabels(
            f"The project has {len(pool)} labelled pool images; a budget of {new.budget} needs twice as "
            "many, of two classes at least.",
            why="labels_for_a_backtest",
            labelled=len(pool),
            budget=new.budget,
        )
    settings = ProjectSettings.model_validate(project.settings)
    task_training = new.task_training
    if task_training.epochs is None:
        task_training = task_training.model_copy(update={"epochs": settings.task_epochs})
    config = BacktestConfig(
        **dict(new)
        | {
            "task_training": task_training,
            "balance": new.balance or settings.balance,
            "near_duplicates": new.near_duplicates or settings.near_duplicates,
        },
        image_size=settings.image_size,
        backbone=settings.backbone,
        flip=settings.flip,
    )
    job = jobs.enqueue(work, JobKind.BACKTEST, project.id, user_id, {})
    backtest = Backtest(project_id=project.id, job_id=job.id, config=config.model_dump(mode="json"))
    work.session.add(backtest)
    work.session.flush()
    work.session.refresh(backtest)
    work.session.refresh(job)
    return backtest, job


def out(backtest: Backtest, job: Job) -> BacktestOut:
    """Return a backtest as the API shows it."""
    return BacktestOut(
        id=backtest.id,
        project_id=backtest.project_id,
        config=backtest.config,
        summary=BacktestSummary.model_validate(backtest.summary) if backtest.summary else None,
        created_at=backtest.created_at,
        job=JobOut.model_validate(job),
    )
