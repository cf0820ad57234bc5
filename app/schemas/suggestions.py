"""How much suggestions pull."""

from pydantic import Field

from app.schemas.base import Out


class ShareOut(Out):
    """A share with its 95 % interval (Wilson); null where nothing was counted."""

    count: int
    total: int
    share: float | None
    low: float | None
    high: float | None


class DifferenceOut(Out):
    """A difference of shares with its 95 % interval (Newcombe)."""

    difference: float
    low: float
    high: float


class AgreedOut(Out):
    """How often people said what the model said, and how long they took."""

    agreed: ShareOut
    median_ms: float | None = Field(description="of the first answers for images; null: none was timed")


class SuggestionGroups(Out):
    """Answers of people who saw the suggestion, and of those who did not."""

    shown: AgreedOut
    hidden: AgreedOut
    difference: DifferenceOut | None = Field(description="shown less hidden; null while one has no answers")


class ConfidenceBin(SuggestionGroups):
    """The same of the suggestions whose confidence lies in [low, high)."""

    low: float
    high: float


class SuggestionReport(SuggestionGroups):
    """What people answer with and without seeing the model's suggestion."""

    bins: list[ConfidenceBin]
