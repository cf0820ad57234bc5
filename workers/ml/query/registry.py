"""Query strategies by name. To add one: a file beside this one, and its name here."""

from typing import Protocol

from torch import Tensor

from workers.ml.query import least_confidence, random, uniform


class QueryStrategy(Protocol):
    """Chooses a cycle's images out of its pool batch."""

    def __call__(self, probs: Tensor | None, n: int, budget: int, seed: int) -> list[int]:
        """Positions, in the order of the queue, of min(n, budget) different images out of `n`.

        The `n` images come in the order of their pretext rank. `probs` (n, C) is the task model's softmax of
        plain logits for them, or None before there is a task model. Strategies that look at nothing but the
        rank (`uniform`, `random`) take None. What is random comes from `seed`.

        Raises ValueError for negative numbers, and for `probs` that are needed and missing, of another
        length, or not numbers.
        """
        ...


QUERY_STRATEGIES: dict[str, QueryStrategy] = {
    "uniform": uniform.query,
    "least_confidence": least_confidence.query,
    "random": random.query,
}
