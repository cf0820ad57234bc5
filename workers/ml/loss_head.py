"""A small network beside the task's that predicts its loss (Yoo & Kweon 2019, "Learning Loss for AL")."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

MARGIN = 1.0
WEIGHT = 1.0
# In the paper it no longer shapes the backbone after 120 of 200 epochs.
SHAPES_BACKBONE_UNTIL = 0.6

_HIDDEN = 128


class LossHead(nn.Module):
    """Feature maps, one (N, `widths[i]`, h, w) a stage, to predicted losses (N,) (section 3.2, figure 2).

    Each map's mean goes through a layer of 128 and a ReLU of its own; one linear layer joins them. The scale
    of what is predicted means nothing, only its order does.
    """

    def __init__(self, widths: Sequence[int]) -> None:
        super().__init__()
        self.stages = nn.ModuleList(nn.Linear(width, _HIDDEN) for width in widths)
        self.join = nn.Linear(_HIDDEN * len(widths), 1)

    def forward(self, maps: Sequence[Tensor]) -> Tensor:
        """Predicted losses (N,) of one map a stage."""
        hidden = [stage(x.mean(dim=(2, 3))).relu() for stage, x in zip(self.stages, maps, strict=True)]
        joined: Tensor = self.join(torch.cat(hidden, dim=1))
        return joined[:, 0]


def ranking_loss(predicted: Tensor, losses: Tensor) -> Tensor:
    """How far pairs of `predicted` (N,) are from the order of the true `losses` (N,): a scalar (section 3.3).

    The minibatch's first half is paired with its second; of an odd number the last stays alone. A pair costs
    nothing if its predictions lie at least 1 apart in the right order. `losses` gets no gradient.
    """
    pairs = len(predicted) // 2
    if pairs == 0:
        return predicted.sum() * 0
    one, other = slice(0, pairs), slice(pairs, 2 * pairs)
    truth = losses.detach()
    # Of equal losses the second counts as the higher one, as in the paper's formula.
    signs = torch.where(truth[one] > truth[other], 1.0, -1.0)
    return (MARGIN - signs * (predicted[one] - predicted[other])).clamp_min(0).mean()
