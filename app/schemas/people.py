"""How people are getting on."""

from uuid import UUID

from pydantic import Field

from app.schemas.base import Out


class SessionOut(Out):
    """The caller's own figures."""

    answers: int = Field(description="answers since the day began")
    seconds: float | None = Field(description="median time of the last answers today; null: too few")
    streak: int = Field(
        description="one's newest answers in a row that agree with the label. Only closed cycles count, and "
        "images that a reviewer settled or somebody else answered, too"
    )


class PlaceOut(Out):
    """One person of the leaderboard."""

    user_id: UUID
    name: str
    today: int
    answers: int = Field(description="altogether")


class LeaderboardOut(Out):
    """Who answered how much, the most of today first."""

    items: list[PlaceOut]


class ThroughputOut(Out):
    """How much somebody answers, how quickly, and how it compares with the labels."""

    user_id: UUID
    name: str
    week: int = Field(description="answers of today and the six days before")
    answers: int = Field(description="altogether")
    seconds: float | None = Field(description="median time of an answer in the last 28 days")
    days: list[int] = Field(description="answers of each of the last 14 days, today last")
    compared: int = Field(description="labelled images that somebody else answered, too")
    agreement: float | None = Field(description="share of these where the answer is the label")
    kappa: float | None = Field(description="Cohen's kappa of answers and labels; null: says nothing")


class ThroughputList(Out):
    """Everybody who answered, and the annotators who have not, by name."""

    items: list[ThroughputOut]
