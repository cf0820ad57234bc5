"""How fast people answer, and how long what is left would take them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import linear_regression, median

BREAK = timedelta(minutes=5)  # without an answer for longer, nobody is labelling
SPAN = timedelta(minutes=30)  # of labelling that a pace is measured on, at most
LEAST = 5  # answers that a pace is measured on
_EIGHTY_PERCENT = 1.2816  # standard deviations of a normal distribution to either side


@dataclass(frozen=True)
class Pace:
    """So many answers of all people in so many seconds of labelling; breaks do not count."""

    answers: int
    seconds: float

    def time_for(self, answers: int) -> tuple[float, float, float]:
        """Seconds that more answers would take: a guess, and an interval that holds 80 % of the times.

        As if answers came by chance at a steady rate: the fewer were seen, the wider it is. That people
        come and go is not in it.
        """
        guess = answers * self.seconds / self.answers
        off = _EIGHTY_PERCENT / math.sqrt(self.answers)
        return guess, guess / (1 + off), guess / (1 - off)


def pace_of(times: Sequence[datetime], now: datetime) -> Pace | None:
    """The pace at which answers came at these times, the newest first; None if people labelled too little.

    It looks back over half an hour of labelling, however long ago that began. An answer after a break says
    nothing about how long it took.
    """
    if not times or now - times[0] > BREAK:
        return None
    answers, spent = 0, max(now - times[0], timedelta(0))
    for later, earlier in pairwise(times):
        if spent >= SPAN:
            break
        if later - earlier <= BREAK:
            answers, spent = answers + 1, spent + (later - earlier)
    if answers < LEAST or not spent:
        return None
    return Pace(answers, spent.total_seconds())


def training_time(seen: Sequence[tuple[int, float]], labels: int) -> float | None:
    """Seconds that a training on so many labels would take, by the labels and the seconds of earlier ones.

    A straight line through them, which never falls: trainings grow with their labels, however unevenly
    the machine was busy. With trainings of one size alone, their median; None where nothing was trained.
    """
    if not seen:
        return None
    counts, seconds = [count for count, _ in seen], [took for _, took in seen]
    if len(set(counts)) == 1:
        return median(seconds)
    line = linear_regression(counts, seconds)
    return line.slope * labels + line.intercept if line.slope > 0 else median(seconds)
