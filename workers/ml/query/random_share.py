"""Any images beside those that a strategy chooses: a hedge against the strategy's blind spots."""

from workers.ml.query.checks import refuse_bad_sizes
from workers.ml.query.random import select as any_rows
from workers.ml.query.strategy import Candidates, QueryStrategy
from workers.ml.seeds import derived_seed


def choose(
    strategy: QueryStrategy, share: float, candidates: Candidates, budget: int, seed: int
) -> list[int]:
    """The strategy's choice, and in place of the last `share` (0..1) of it any of the other candidates.

    The two are mixed evenly, so that a queue that is closed early has about as much of each. A share of 0 is
    the strategy itself. Raises ValueError as the strategy does.
    """
    refuse_bad_sizes(candidates.n, budget)
    budget = min(budget, candidates.n)
    by_chance = round(budget * share)
    chosen = strategy(candidates, budget - by_chance, seed)
    taken = set(chosen)
    others = [row for row in range(candidates.n) if row not in taken]
    drawn = any_rows(Candidates(len(others)), by_chance, derived_seed(seed, "random share"))
    return _evenly(chosen, [others[row] for row in drawn])


def _evenly(some: list[int], others: list[int]) -> list[int]:
    """Both lists in one, each in its order, at even steps."""
    steps = [(place + 0.5) / len(rows) for rows in (some, others) for place in range(len(rows))]
    order = sorted(range(len(steps)), key=steps.__getitem__)
    both = [*some, *others]
    return [both[place] for place in order]
