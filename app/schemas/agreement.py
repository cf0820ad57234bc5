"""How far annotators agree."""

from uuid import UUID

from pydantic import Field

from app.schemas.base import Out

NO_MEANING = "null: nothing to compare, or only one answer was ever given"


class AnnotatorOut(Out):
    """Somebody who answered images that others answered, too."""

    user_id: UUID
    name: str
    answers: int
    reliability: float | None = Field(
        description="estimated share of right answers, where the last closed cycle weighed people by it"
    )


class PairOut(Out):
    """Two annotators; `agreement` is the share of the images on which they agree."""

    first: UUID
    second: UUID
    images: int = Field(description="images that both answered")
    agreement: float
    kappa: float | None = Field(description=f"Cohen's kappa; {NO_MEANING}")


class ClassAgreement(Out):
    """One class against all others."""

    class_name: str = Field(serialization_alias="class")
    images: int = Field(description="images that somebody gave this class")
    unanimous: int = Field(description="those of them that all gave this class")
    fleiss_kappa: float | None
    alpha: float | None


class AnnotatorAgreement(Out):
    """Agreement over all images with answers of two people at least."""

    images: int
    answers: int
    unanimous: int = Field(description="images with one answer from all")
    fleiss_kappa: float | None = Field(description=f"1: all agree, 0: as by chance; {NO_MEANING}")
    alpha: float | None = Field(description=f"Krippendorff's alpha, nominal; {NO_MEANING}")
    annotators: list[AnnotatorOut]
    pairs: list[PairOut]
    classes: list[ClassAgreement]
