"""How people are getting on."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import AwareDatetime

from app.api.access import Annotator, Reviewer
from app.api.router import Router
from app.api.transaction import Work
from app.schemas.people import LeaderboardOut, SessionOut, ThroughputList
from app.services import people

router = Router(tags=["people"])
Since = Annotated[
    AwareDatetime | None,
    Query(description="when the caller's day began, with its zone; midnight UTC where it is absent"),
]


@router.get("/projects/{project_id}/session")
def get_session(project_id: UUID, work: Work, member: Annotator, since: Since = None) -> SessionOut:
    """Tell the caller's own answers of today, their pace, and the streak without disagreement."""
    return people.session_of(work.session, project_id, member.user.id, people.day_began(since))


@router.get("/projects/{project_id}/leaderboard")
def get_leaderboard(project_id: UUID, work: Work, member: Annotator, since: Since = None) -> LeaderboardOut:
    """Tell who answered how much, where an owner has turned the leaderboard on."""
    return people.leaderboard(work.session, member.found, people.day_began(since))


@router.get("/projects/{project_id}/throughput")
def get_throughput(project_id: UUID, work: Work, _: Reviewer, since: Since = None) -> ThroughputList:
    """Tell how much everybody answers, how quickly, and how it compares with the labels."""
    return people.throughput(work.session, project_id, people.day_began(since))
