"""What a query strategy is, and what it may look at."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from torch import Tensor


class Need(StrEnum):
    """What has to be computed of the candidates before a strategy can choose."""

    PROBS = "probs"
    SAMPLED_PROBS = "sampled_probs"
    PREDICTED_LOSSES = "predicted_losses"
    TASK_FEATURES = "task_features"
    PRETEXT_FEATURES = "pretext_features"


@dataclass(frozen=True)
class Candidates:
    """The `n` images to choose from, in the order of their pretext rank, and what is known about them.

    What no need of the strategy asked for may be None. `probs` (n, C) is the task model's softmax of plain
    logits, or their sigmoid where an image may show `several` classes; `sampled_probs` (T, n, C) is the same
    under T dropout masks; `predicted_losses` (n,) comes from the task model's loss-prediction head.
    `features` (n, D) come from the task model or the pretext model, as asked for, and `labelled_features`
    (m, D) are those of the images labelled so far, by the same network.
    """

    n: int
    probs: Tensor | None = None
    sampled_probs: Tensor | None = None
    predicted_losses: Tensor | None = None
    features: Tensor | None = None
    labelled_features: Tensor | None = None
    several: bool = False


# (candidates, budget, seed) -> positions, in the order of the queue, of min(n, budget) different images.
# What is random comes from the seed. Raises ValueError for a negative budget, and for inputs that are needed
# and missing, of another length, or not numbers.
Select = Callable[[Candidates, int, int], list[int]]


@dataclass(frozen=True)
class QueryStrategy:
    """A rule that chooses a cycle's images, and what it needs.

    `dropout` (0..1, before the last layer) and `loss_head` say how the task model must be trained so that
    this strategy can ask it. What it `uses` makes it choose better when a task model exists; it does without
    when none does.
    """

    name: str
    select: Select
    needs: frozenset[Need] = field(default_factory=frozenset)
    dropout: float = 0.0
    loss_head: bool = False
    uses: frozenset[Need] = field(default_factory=frozenset)

    @property
    def needs_model(self) -> bool:
        """Whether a task model must exist already; other strategies can open the first cycle."""
        return bool(self.needs - {Need.PRETEXT_FEATURES})

    def __call__(self, candidates: Candidates, budget: int, seed: int) -> list[int]:
        """Choose; see `Select`."""
        return self.select(candidates, budget, seed)
