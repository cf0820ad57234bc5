"""What a backtest is asked to do: the same for the command, REST and the worker."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from app.domain.enums import Balance, NearDuplicates
from app.domain.plans import Plan, plan_named
from app.domain.storable import MOST_INTEGER

SEEDS_FOR_CLAIMS = 5  # Ji et al. 2023, section 4: fewer repetitions cannot tell plans apart


class TrainingConfig(BaseModel):
    """How networks of one kind are trained; what is not said is chosen by the device and the images."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    epochs: int | None = Field(None, ge=1, le=1000)
    minibatch: int | None = Field(None, ge=4, le=4096, description="images in one step")
    learning_rate: float | None = Field(None, gt=0, le=10)
    drops: tuple[Annotated[float, Field(gt=0, lt=1)], ...] | None = Field(
        None,
        description="parts of the training after which the learning rate is divided by ten, as 0.8 for epoch "
        "160 of 200; empty: it stays; none: it follows a cosine",
    )

    def said(self) -> dict[str, Any]:
        """Return what is not left open, by the names of `workers.ml.trainer.Recipe`."""
        return self.model_dump(exclude_none=True)


class Comparison(BaseModel):
    """Plans to compare, how often and how far; all plans train alike."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    plans: list[str | Plan] = Field(min_length=1, max_length=50, description="names, or plans of your own")
    budget: int = Field(100, ge=1, le=100_000, description="K, labels a cycle")
    cycles: int = Field(10, ge=1, le=1000)
    seeds: int = Field(SEEDS_FOR_CLAIMS, ge=1, le=100, description="repetitions; fewer than 5 are flagged")
    first_seed: int = Field(0, ge=0, lt=2**31)
    pool_batches: int | None = Field(None, ge=1, le=1000, description="none: as many as cycles")
    pretext_training: TrainingConfig = TrainingConfig()
    task_training: TrainingConfig = TrainingConfig()
    ceiling: bool = Field(True, description="train on all labels, too")
    diagnostics: bool = Field(True, description="loss correlation and embedding")

    @model_validator(mode="after")
    def _plans_exist_once(self) -> Self:
        names = [plan.name for plan in self.resolved_plans()]
        if len(set(names)) < len(names):
            raise PydanticCustomError("plan_named_twice", "a plan is named twice")
        return self

    def resolved_plans(self) -> list[Plan]:
        """Return the plans themselves; raises UnknownPlan."""
        return [plan_named(plan) if isinstance(plan, str) else plan for plan in self.plans]


class BacktestConfig(Comparison):
    """A comparison, and the images and networks it is made with."""

    image_size: int = Field(32, ge=8, le=512, description="side of the training images, pixels")
    backbone: str | None = Field(None, pattern="^(small_cnn|resnet18_small|resnet18)$")
    flip: bool = Field(True, description="mirror images in training; off where left and right mean something")
    balance: Balance = Field(Balance.NONE, description="what training does for classes with few labels")
    near_duplicates: NearDuplicates = Field(
        NearDuplicates.ASK_ONCE, description="whether one cycle may ask for several images of the same shot"
    )
    validation_share: float = Field(0.1, gt=0, lt=0.9, description="of the pool, where none is given")
    imbalance: list[Annotated[int, Field(ge=0, le=MOST_INTEGER)]] | None = Field(
        None,
        min_length=1,
        description="pool images of each class, in the order of their names; repeated as needed",
    )
    pool_limit: int | None = Field(
        None, ge=2, le=MOST_INTEGER, description="use so many pool images, drawn by the first seed"
    )
