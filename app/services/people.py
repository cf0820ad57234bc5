"""How people are getting on: one's own session, the leaderboard, and everybody's throughput."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from statistics import median
from uuid import UUID

from sqlalchemy.orm import Session

from app.db import accounts, classes, people, tallies, votes
from app.db.class_sets import OneOrSet
from app.db.models import Class, Project
from app.domain.agreement import cohen_kappa
from app.domain.enums import Role
from app.domain.errors import Forbidden, Invalid
from app.domain.project_settings import ProjectSettings
from app.schemas.people import LeaderboardOut, PlaceOut, SessionOut, ThroughputList, ThroughputOut

LAST_ANSWERS = 30  # whose median is the pace
FEWEST_ANSWERS = 3
MOST_COMPARED = 500  # a streak does not grow beyond
LOOKED_AT = 1000  # answers in closed cycles among which a streak is looked for
DAYS = 14
_DAY = timedelta(days=1)


class LeaderboardOff(Forbidden):
    """The project ranks nobody."""

    code = "leaderboard_off"


def day_began(since: datetime | None) -> datetime:
    """Return when the caller's day began, lately, or else at midnight UTC; raises Invalid.

    Down to a quarter of an hour: in no time zone days begin otherwise.
    """
    now = datetime.now(UTC)
    if since is None:
        return now.replace(hour=0, minute=0, second=0, microsecond=0)
    if not now - 2 * _DAY <= since <= now + _DAY:
        raise Invalid("`since` is when your day began: no more than two days ago.", field="since")
    return datetime.fromtimestamp(since.timestamp() // tallies.QUARTER * tallies.QUARTER, UTC)


def session_of(db: Session, project_id: UUID, user_id: UUID, today: datetime) -> SessionOut:
    """Return one's own answers of today, their pace, and the streak without disagreement."""
    took = people.last_ms(db, project_id, user_id, today, LAST_ANSWERS)
    return SessionOut(
        answers=people.answers_since(db, project_id, user_id, today),
        seconds=median(took) / 1000 if len(took) >= FEWEST_ANSWERS else None,
        streak=_streak(db, project_id, user_id),
    )


def _streak(db: Session, project_id: UUID, user_id: UUID) -> int:
    rows = people.compared_with_labels(db, project_id, user_id, among=LOOKED_AT, most=MOST_COMPARED)
    if not rows:
        return 0
    present = classes.present_of(db, project_id)
    same = (_now(said, present) == _now(label, present) for said, label in rows)
    return len(list(takewhile(bool, same)))


def _now(answer: OneOrSet, present: Mapping[UUID, Class | None]) -> frozenset[UUID]:
    """What an answer counts as now: the classes it names, or has become, without those removed."""
    ids = answer if isinstance(answer, list) else [answer]
    return frozenset(row.id for key in ids if (row := present[key]) is not None)


def leaderboard(db: Session, project: Project, today: datetime) -> LeaderboardOut:
    """Return who answered how much; raises LeaderboardOff."""
    if not ProjectSettings.model_validate(project.settings).leaderboard:
        raise LeaderboardOff("This project has no leaderboard.")
    total = tallies.of_project(db, project.id, tallies.Part.PEOPLE)
    of_today = tallies.by_day(db, project.id, today, 1)
    names = accounts.names(db, list(total))
    places = [
        PlaceOut(user_id=key, name=names[key], today=of_today.get(key, [0])[0], answers=count)
        for key, count in total.items()
    ]
    places.sort(key=lambda one: (-one.today, -one.answers, one.name, one.user_id))
    return LeaderboardOut(items=places)


def throughput(db: Session, project_id: UUID, today: datetime) -> ThroughputList:
    """Return how much everybody answers, how quickly, and how it compares with the labels."""
    total = tallies.of_project(db, project_id, tallies.Part.PEOPLE)
    by_day = tallies.by_day(db, project_id, today - (DAYS - 1) * _DAY, DAYS)
    beside = _beside_labels(db, project_id)
    annotators = [m.user_id for m, _ in accounts.members(db, project_id) if m.role is Role.ANNOTATOR]
    names = accounts.names(db, list({*total, *annotators}))
    took = people.median_ms(db, project_id, list(names), today - 27 * _DAY)
    found = []
    for key, name in sorted(names.items(), key=lambda row: (row[1], row[0])):
        both, of_days = beside.get(key, []), by_day.get(key, [0] * DAYS)
        found.append(
            ThroughputOut(
                user_id=key,
                name=name,
                week=sum(of_days[-7:]),
                answers=total[key],
                seconds=took[key] / 1000 if key in took else None,
                days=of_days,
                compared=len(both),
                agreement=sum(said == label for said, label in both) / len(both) if both else None,
                kappa=cohen_kappa(both),
            )
        )
    return ThroughputList(items=found)


def _beside_labels(
    db: Session, project_id: UUID
) -> dict[UUID, list[tuple[frozenset[UUID], frozenset[UUID]]]]:
    """By person: answer and label of each labelled image that several people answered."""
    present, compared = classes.present_of(db, project_id), votes.compared(db, project_id)
    labels = people.labels(db, {image_id for image_id, *_ in compared})
    found: dict[UUID, list[tuple[frozenset[UUID], frozenset[UUID]]]] = {}
    for image_id, user_id, class_id, ids in compared:
        if image_id in labels:
            said = [class_id] if class_id else ids or []
            both = _now(said, present), _now(labels[image_id], present)
            found.setdefault(user_id, []).append(both)
    return found
