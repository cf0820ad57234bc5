"""Backtests over REST."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from app.domain.backtest import Comparison
from app.domain.enums import Balance, NearDuplicates
from app.domain.plans import Plan
from app.schemas.base import Out, Said
from app.schemas.jobs import JobOut


class BacktestCreate(Comparison):
    """A backtest of the project's own labels; what is not said is as in the project's settings."""

    cycles: int = Field(5, ge=1, le=100)
    balance: Balance | None = Field(None, description="null: the project's")
    near_duplicates: NearDuplicates | None = Field(None, description="null: the project's")


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
    said: Said = Field({}, description="the sentences of `warnings`")


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
    recommended: str = Field(description="what a new project does well to follow")
