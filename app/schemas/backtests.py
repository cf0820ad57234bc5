"""Backtests over REST."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from app.domain.enums import NearDuplicates
from app.domain.plans import Plan
from app.schemas.base import Body, Out
from app.schemas.jobs import JobOut


class BacktestCreate(Body):
    """A backtest of the project's own labels; images are trained on as the project's settings say."""

    plans: list[str | Plan] = Field(min_length=1, max_length=50, description="names, or plans of your own")
    budget: int = Field(100, ge=1, le=100_000, description="K, labels a cycle")
    cycles: int = Field(5, ge=1, le=100)
    seeds: int = Field(5, ge=1, le=100, description="repetitions; fewer than 5 are flagged")
    first_seed: int = Field(0, ge=0, lt=2**31)
    pool_batches: int | None = Field(None, ge=1, le=1000, description="none: as many as cycles")
    near_duplicates: NearDuplicates | None = Field(None, description="none: as the project's settings say")
    pretext_epochs: int | None = Field(
        None, ge=1, le=1000, description="none: chosen by the size of the pool"
    )
    task_epochs: int | None = Field(None, ge=1, le=1000, description="none: the project's, or by labels")
    ceiling: bool = Field(True, description="train on all labels, too")
    diagnostics: bool = Field(True, description="loss correlation and embedding")


class BacktestArea(Out):
    """A plan's area under the budget curve over all seeds."""

    plan: str
    mean: float
    std: float | None
    first: float = Field(description="mean test accuracy after the first cycle")
    last: float = Field(description="mean test accuracy after the last cycle")


class BacktestSummary(Out):
    """What a backtest found, best plan first."""

    areas: list[BacktestArea]
    ceiling: float | None
    warnings: list[str]


class BacktestOut(Out):
    """A replay of known labels under several plans."""

    id: UUID
    project_id: UUID
    config: dict[str, Any]
    summary: BacktestSummary | None = Field(description="null until the job has succeeded")
    created_at: datetime
    job: JobOut


class BacktestAccepted(Out):
    """A backtest was accepted."""

    backtest: BacktestOut
    job: JobOut


class PlansOut(Out):
    """The plans that ship with this version."""

    items: list[Plan]
