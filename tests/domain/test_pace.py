"""How fast people answer."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.pace import Pace, pace_of, training_time

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def ago(*seconds: float) -> list[datetime]:
    return [NOW - timedelta(seconds=s) for s in seconds]


def test_steady_answers_have_their_pace() -> None:
    assert pace_of(ago(0, 10, 20, 30, 40, 50), NOW) == Pace(answers=5, seconds=50)


def test_a_night_is_no_labelling() -> None:
    evening = [t - timedelta(hours=12) for t in ago(10, 20, 30)]
    assert pace_of(ago(0, 10, 20, 30) + evening, NOW) == Pace(answers=5, seconds=50)


def test_only_the_last_half_hour_of_labelling_counts() -> None:
    slow = ago(*range(0, 1860, 60))
    fast = [slow[-1] - timedelta(seconds=s) for s in range(1, 500)]
    assert pace_of(slow + fast, NOW) == Pace(answers=30, seconds=1800)


@pytest.mark.parametrize(
    "times",
    [[], ago(0, 10, 20), ago(301, 302, 303, 304, 305, 306), ago(0, 0, 0, 0, 0, 0)],
    ids=["never", "hardly", "not any more", "all at once"],
)
def test_there_is_no_pace_while_nobody_labels_or_little_is_known(times: list[datetime]) -> None:
    assert pace_of(times, NOW) is None


def test_the_fewer_answers_the_wider_the_interval() -> None:
    few, many = Pace(5, 50).time_for(60), Pace(500, 5000).time_for(60)
    assert few[0] == many[0] == 600
    assert few[1] < many[1] < 600 < many[2] < few[2]


def test_a_training_takes_longer_with_more_labels_as_the_last_ones_did() -> None:
    assert training_time([(300, 40.0), (200, 30.0), (100, 20.0)], 400) == pytest.approx(50)


@pytest.mark.parametrize(
    "seen", [[(300, 20.0), (200, 30.0), (100, 40.0)], [(100, 40.0), (100, 20.0), (100, 30.0)]]
)
def test_where_more_labels_took_no_longer_it_is_the_median(seen: list[tuple[int, float]]) -> None:
    assert training_time(seen, 400) == 30


def test_nothing_is_said_of_trainings_before_the_first() -> None:
    assert training_time([], 100) is None
