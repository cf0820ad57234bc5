"""A task model's probabilities when classes were merged or removed since its training."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import torch
from torch import Tensor

T = TypeVar("T")
_LEAST = 1e-12  # of a row; with less left than that, nothing is known of the image


@dataclass(frozen=True)
class ClassColumns(Generic[T]):
    """The present classes that a model can tell, and for each of its columns the place among them."""

    present: list[T]
    places: list[int | None]

    @classmethod
    def of(cls, now: Sequence[T | None]) -> "ClassColumns[T]":
        """Of what each column's class is now; None for one that was removed."""
        present = list(dict.fromkeys(name for name in now if name is not None))
        return cls(present, [None if name is None else present.index(name) for name in now])

    def fold(self, probs: Tensor) -> Tensor:
        """Probabilities (..., C) as those of the present classes (..., D).

        Columns of classes that are one class now are added, so that an image which was only ambiguous
        between them is not any more; rows are scaled to what is left without removed classes.
        """
        if self.places == list(range(len(self.present))):
            return probs
        kept = [column for column, place in enumerate(self.places) if place is not None]
        target = torch.tensor([place for place in self.places if place is not None], device=probs.device)
        folded = probs.new_zeros(*probs.shape[:-1], len(self.present))
        folded.index_add_(-1, target, probs[..., kept])
        if len(kept) == len(self.places):
            return folded
        total = folded.sum(dim=-1, keepdim=True)
        return torch.where(total > _LEAST, folded / total.clamp_min(_LEAST), 1 / len(self.present))

    def fold_sets(self, each: Tensor) -> Tensor:
        """Numbers (..., C), each for a class of its own, as those of the present classes (..., D).

        Of classes that are one class now the highest counts: an image shows it if it shows one of them. Where
        images may show several classes nothing is scaled, and without a column there is 0.
        """
        if self.places == list(range(len(self.present))):
            return each
        kept = [column for column, place in enumerate(self.places) if place is not None]
        target = torch.tensor([place for place in self.places if place is not None], device=each.device)
        folded = each.new_zeros(*each.shape[:-1], len(self.present))
        values = each[..., kept]
        return folded.scatter_reduce_(-1, target.expand(values.shape), values, "amax")
