"""Where the tensors live, and how pixels get there."""

import os

import torch
from torch import Tensor, nn


def pick_device() -> torch.device:
    """The best device of this machine: CUDA, else Apple's MPS, else the CPU."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def tune(device: torch.device) -> None:
    """Settings of this process for `device`: repeatable kernels on CUDA, one thread a usable core on the CPU.

    An `OMP_NUM_THREADS` in the environment is left to rule.
    """
    if device.type == "cuda":
        # The same seed must give the same weights; autotuned kernels change from run to run.
        torch.backends.cudnn.benchmark = False
        torch.backends.cudnn.deterministic = True
    elif device.type == "cpu" and "OMP_NUM_THREADS" not in os.environ:
        torch.set_num_threads(usable_cores())


def usable_cores() -> int:
    """How many cores this process may run on; containers and `taskset` give fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def place(model: nn.Module, device: torch.device) -> None:
    """Move `model` to `device`, in place, with its weights in the memory format of `normalise`."""
    # Convolutions in channels_last are faster on every device we know; it is how pixels are stored anyway.
    model.to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]


def normalise(pixels: Tensor, device: torch.device) -> Tensor:
    """Pixels (N, 3, H, W) of 0..255 as float32 `(x / 255 - 0.5) / 0.25` on `device`, channels_last."""
    moved = pixels.to(device, non_blocking=True)
    floats = moved.to(torch.float32, memory_format=torch.channels_last)
    return floats.mul_(1 / (255 * 0.25)).sub_(2.0) if floats is not pixels else floats / (255 * 0.25) - 2.0
