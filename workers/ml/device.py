"""Where the tensors live, and how pixels get there."""

import ctypes
import os

import torch
from torch import Tensor, nn

# malloc.h of glibc.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3


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
    if device.type == "cpu":
        _keep_freed_memory()


def _keep_freed_memory() -> None:
    """Let glibc reuse large blocks at once instead of giving each back to the system.

    The feature maps of one step are freed and asked for again in the next; fetching them page by page from
    the system every time took a third of the time of `small_cnn`. Half a GiB at most stays with the process.
    Other systems' libraries have no such setting, and are left alone.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, 32 * 2**20)
        mallopt(_M_TRIM_THRESHOLD, 512 * 2**20)


def usable_cores() -> int:
    """How many cores this process may run on; containers and `taskset` give fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def place(
    model: nn.Module, device: torch.device, memory_format: torch.memory_format = torch.channels_last
) -> None:
    """Move `model` to `device`, in place, with its weights in `memory_format`: by default `normalise`'s."""
    model.to(device=device, memory_format=memory_format)  # type: ignore[call-overload]


def normalise(pixels: Tensor, device: torch.device) -> Tensor:
    """Pixels (N, 3, H, W) of 0..255 as float32 `(x / 255 - 0.5) / 0.25` on `device`, channels_last."""
    moved = pixels.to(device, non_blocking=True)
    floats = moved.to(torch.float32, memory_format=torch.channels_last)
    return floats.mul_(1 / (255 * 0.25)).sub_(2.0) if floats is not pixels else floats / (255 * 0.25) - 2.0
