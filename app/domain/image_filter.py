"""Which images of a project are wanted, and in what order."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from app.domain.enums import LabelSource, Split
from app.domain.storable import Number, without_nul

_Class = Annotated[str | None, Field(max_length=200)]
Order = Literal["oldest", "newest", "hardest", "easiest", "least_sure", "filename"]


class ImageFilter(BaseModel):
    """Conditions that an image has to meet; those that are not given let all pass."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    _storable = field_validator("*", mode="before")(without_nul)

    split: Split | None = None
    pool_batch: Number | None = None
    labelled: bool | None = None
    class_name: Annotated[str | None, Field(alias="class", max_length=100)] = None
    source: LabelSource | None = Field(None, description="how the label came")
    cycle: Number | None = Field(None, description="number of a cycle that asked for it")
    annotator: UUID | None = Field(None, description="who answered for it; reviewers and above")
    flagged: bool | None = Field(
        None, description="whether somebody's last answer flags it; reviewers and above"
    )
    skipped: bool | None = Field(None, description="whether somebody skipped it; reviewers and above")
    unsettled: bool | None = Field(None, description="whether it was answered, and no label follows")
    near_duplicate: bool | None = Field(
        None, description="whether it shows the same shot as another image, as the last query found"
    )
    alike: UUID | None = Field(None, description="that image and its near-duplicates")
    filename: Annotated[
        str | None, Field(min_length=1, max_length=200, description="is part of its name")
    ] = None

    measured_in: Number | None = Field(
        None, description="number of a cycle whose task model was measured on it"
    )
    true: _Class = Field(None, description="its label when that model was measured")
    predicted: _Class = Field(None, description="what that model took it for")

    @model_validator(mode="after")
    def _by_some_model(self) -> Self:
        if self.measured_in is None and (self.true or self.predicted) is not None:
            raise ValueError("`true` and `predicted` are of the model that `measured_in` names")
        return self

    @property
    def tells_of_people(self) -> bool:
        """Whether it asks what single people said."""
        return any(value is not None for value in (self.annotator, self.flagged, self.skipped))
