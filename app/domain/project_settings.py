"""Settings of one project, stored as JSON beside it."""

from pydantic import BaseModel, ConfigDict, Field, field_validator

from app.domain.enums import Balance, LabelRule, NearDuplicates
from app.domain.plans import Plan, plan_named

MOST_SLOTS = 10


class ProjectSettings(BaseModel):
    """What an engineer may tune; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid")

    auto_next_cycle: bool = Field(True, description="open the next cycle when a training ends")
    budget: int = Field(100, ge=1, le=100_000, description="K of cycles that open by themselves")
    plan: str | Plan = Field("pt4al", description="name of a plan, or a plan of your own")
    near_duplicates: NearDuplicates = Field(
        NearDuplicates.ASK_ONCE, description="whether one cycle may ask for several images of the same shot"
    )
    image_size: int = Field(32, ge=8, le=512, description="side of the training images, pixels")
    lease_minutes: float = Field(15, gt=0, le=24 * 60, description="how long an assignment is held")
    overlap: int = Field(1, ge=1, le=MOST_SLOTS, description="annotators who are asked for the same image")
    overlap_share: float = Field(
        1.0,
        ge=0,
        le=1,
        description="share of a cycle's images that go to so many; the rest go to one",
    )
    label_rule: LabelRule = Field(LabelRule.MAJORITY, description="how answers become a label")
    leaderboard: bool = Field(
        False, description="show annotators who has answered how much; only an owner may turn it on"
    )
    suggestions: bool = Field(
        False, description="show annotators what the task model takes an image for, and how sure it is"
    )
    audit_share: float = Field(
        0.1,
        ge=0,
        le=1,
        description="share of a cycle's images that are asked without the suggestion, to measure its pull",
    )
    control_share: float = Field(
        0.0,
        ge=0,
        le=0.5,
        description="share of the images that annotators get which are control images, while there are any",
    )
    backbone: str | None = Field(
        None, pattern="^(small_cnn|resnet18_small|resnet18)$", description="none: chosen by device and size"
    )
    task_epochs: int | None = Field(None, ge=1, le=1000, description="none: chosen by the number of labels")
    flip: bool = Field(True, description="mirror images in training; off where left and right mean something")
    balance: Balance = Field(Balance.NONE, description="what training does for classes with few labels")
    seed: int = Field(0, ge=0, lt=2**31)

    @field_validator("plan")
    @classmethod
    def _known(cls, plan: str | Plan) -> str | Plan:
        if isinstance(plan, str):
            plan_named(plan)
        return plan

    def resolved_plan(self) -> Plan:
        """Return the plan itself."""
        return plan_named(self.plan) if isinstance(self.plan, str) else self.plan
