"""Batch normalisation whose statistics are those of the whole minibatch, over all ranks."""

from collections.abc import Callable
from typing import Any, cast

import torch
import torch.distributed as dist
from torch import Tensor, nn


def shared_statistics(model: nn.Module, device: torch.device) -> nn.Module:
    """`model` with the statistics of every batch normalisation taken over all ranks; weights are the same.

    On GPUs this is torch's `SyncBatchNorm`, which knows no CPU; there it is `SharedBatchNorm`.
    """
    if device.type != "cpu":
        convert = cast("Callable[[nn.Module], nn.Module]", nn.SyncBatchNorm.convert_sync_batchnorm)
        return convert(model)
    for name, child in model.named_children():
        if isinstance(child, (nn.BatchNorm1d, nn.BatchNorm2d)):
            setattr(model, name, SharedBatchNorm(child))
        else:
            shared_statistics(child, device)
    return model


class SharedBatchNorm(nn.Module):
    """A batch normalisation (N, C, ...) in training, with the weights and running averages of `plain`."""

    running_mean: Tensor
    running_var: Tensor
    num_batches_tracked: Tensor

    def __init__(self, plain: nn.BatchNorm1d | nn.BatchNorm2d) -> None:
        super().__init__()
        self.momentum, self.eps = cast("float", plain.momentum), plain.eps
        self.weight, self.bias = plain.weight, plain.bias
        for name in ("running_mean", "running_var", "num_batches_tracked"):
            self.register_buffer(name, getattr(plain, name))

    def forward(self, x: Tensor) -> Tensor:
        """Subtract the mean and divide by the deviation that each channel has over all ranks."""
        others = [axis for axis in range(x.ndim) if axis != 1]
        values = x.float()
        here = torch.tensor([float(values.numel() // values.shape[1])])
        sums = torch.cat([values.sum(others), here])
        # Two passes, as a variance out of sums of squares would lose digits.
        sums = _total(sums)
        count = sums[-1]
        shape = [1, -1, *(1 for _ in others[1:])]
        mean = sums[:-1] / count
        centred = values - mean.view(shape)
        variance = _total(centred.square().sum(others)) / count
        with torch.no_grad():
            self.running_mean.lerp_(mean, self.momentum)
            self.running_var.lerp_(variance * count / (count - 1), self.momentum)
            self.num_batches_tracked += 1
        normal = centred * (variance + self.eps).rsqrt().view(shape)
        if self.weight is not None:
            normal = normal * self.weight.view(shape) + self.bias.view(shape)
        return normal.to(x.dtype)


class _Total(torch.autograd.Function):
    """The sum over all ranks; the gradient is the sum of all ranks' gradients."""

    @staticmethod
    def forward(_context: Any, value: Tensor) -> Tensor:
        total = value.clone()
        dist.all_reduce(total)
        return total

    @staticmethod
    def backward(_context: Any, gradient: Tensor) -> Tensor:
        total = gradient.clone()
        dist.all_reduce(total)
        return total


def _total(value: Tensor) -> Tensor:
    return cast("Tensor", _Total.apply(value))
