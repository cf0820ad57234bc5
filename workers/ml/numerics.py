"""How a training's arithmetic is done: everything that changes its numbers besides recipe, data and seed."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

import torch

MemoryFormat = Literal["channels_last", "contiguous"]
Precision = Literal["fp32", "bf16", "fp16"]


@dataclass(frozen=True)
class Numerics:
    """The memory format of feature maps, the precision of the network, and what it runs on.

    `bf16` and `fp16` are automatic mixed precision: weights and losses stay in float32, and `fp16` scales
    its losses. `compiled` means `torch.compile`. Each of `devices` works on its share of every minibatch.
    """

    memory_format: MemoryFormat = "channels_last"
    precision: Precision = "fp32"
    compiled: bool = False
    devices: int = 1

    @property
    def layout(self) -> torch.memory_format:
        """The memory format, as torch knows it."""
        return torch.channels_last if self.memory_format == "channels_last" else torch.contiguous_format

    @property
    def marks(self) -> tuple[str, ...]:
        """How this differs from `PLAIN`, for names of results that depend on it; nothing for `PLAIN`."""
        plain = asdict(Numerics())
        return tuple(f"{name}={value}" for name, value in asdict(self).items() if value != plain[name])

    def as_dict(self) -> dict[str, Any]:
        """All fields, as JSON takes them."""
        return asdict(self)


# One device, float32, and the format that pixels are stored in: what everything falls back on.
PLAIN = Numerics()
