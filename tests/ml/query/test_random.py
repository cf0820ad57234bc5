from tests.ml.query.candidates import candidates
from workers.ml.query.random import STRATEGY
from workers.ml.query.strategy import Candidates


def test_random_depends_on_the_seed_alone() -> None:
    assert STRATEGY(Candidates(100), 10, 1) == STRATEGY(candidates(100), 10, 1)
    assert STRATEGY(Candidates(100), 10, 1) != STRATEGY(Candidates(100), 10, 2)
