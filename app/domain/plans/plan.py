"""The shape of a plan, and what may be combined."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from app.domain.enums import ModelStart, PoolOrder, PoolScope, PretextTaskName, QueryStrategyName

# Strategies that ask a task model: there is none before the first cycle.
ASK_THE_MODEL = frozenset(
    {
        QueryStrategyName.LEAST_CONFIDENCE,
        QueryStrategyName.MARGIN,
        QueryStrategyName.ENTROPY,
        QueryStrategyName.BALD,
        QueryStrategyName.CORESET,
        QueryStrategyName.BADGE,
        QueryStrategyName.LEARNING_LOSS,
    }
)
# Strategies that look at the pretext network's features.
LOOK_AT_FEATURES = frozenset(
    {QueryStrategyName.TYPICLUST, QueryStrategyName.PROBCOVER, QueryStrategyName.UHERDING}
)


class Plan(BaseModel):
    """How a project asks: the pretext task, the pool batches, and the rule of each cycle."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=60)
    summary: str = Field("", max_length=500, description="in words for people")
    pretext_task: PretextTaskName = PretextTaskName.ROTATION
    order: PoolOrder = Field(PoolOrder.DESCENDING, description="how pool batches follow the pretext loss")
    scope: PoolScope = Field(PoolScope.POOL_BATCH, description="what a cycle may choose from")
    first: QueryStrategyName = Field(QueryStrategyName.UNIFORM, description="rule before a task model exists")
    later: QueryStrategyName = Field(
        QueryStrategyName.LEAST_CONFIDENCE, description="rule once a task model exists"
    )
    start: ModelStart = Field(ModelStart.SCRATCH, description="where a task model's weights begin")

    @model_validator(mode="after")
    def _first_needs_no_model(self) -> Self:
        if self.first in ASK_THE_MODEL:
            text = "`first` cannot be {first}: there is no task model to ask yet"
            raise PydanticCustomError("first_asks_a_model", text, {"first": self.first.value})
        return self

    @property
    def needs_pretext_run(self) -> bool:
        """Whether anything of this plan looks at a pretext run."""
        rules = {self.first, self.later}
        return (
            self.scope is PoolScope.POOL_BATCH
            or self.start is ModelStart.PRETEXT
            or bool(rules & (LOOK_AT_FEATURES | {QueryStrategyName.UNIFORM}))
        )

    def rule(self, *, has_model: bool) -> QueryStrategyName:
        """The query strategy of a cycle that has, or has not, a task model to ask."""
        return self.later if has_model else self.first
