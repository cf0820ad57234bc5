"""What carries out the steps of a training, with the numerics that were asked for."""

import logging
from typing import TYPE_CHECKING, Any, cast

import torch
from torch import Tensor, nn

from workers.ml.device import place
from workers.ml.numerics import Numerics

if TYPE_CHECKING:
    from lightning_fabric import Fabric
    from lightning_fabric.plugins.precision import Precision as FabricPrecision


class Engine:
    """A network on one device in float32, and the base of the engine on Fabric.

    `model` is the network as losses call it: by `forward` alone. It answers in float32. The module it was
    made of shares its weights, and is where they are saved from and loaded into.
    """

    rank, ranks = 0, 1

    def __init__(self, module: nn.Module, optimizer: torch.optim.Optimizer, numerics: Numerics) -> None:
        self.module = module
        self.optimizer = optimizer
        self.model = _compiled(module) if numerics.compiled else module

    def step(self, loss: Tensor) -> None:
        """Follow the gradient of `loss`, a scalar."""
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()

    def total(self, value: Tensor) -> Tensor:
        """The sum of `value` over all ranks."""
        return value

    def state(self) -> dict[str, Any]:
        """All that the next step depends on."""
        return {"model": self.module.state_dict(), "optimizer": self.optimizer.state_dict()}

    def load(self, state: dict[str, Any]) -> None:
        """Go on from `state`. Raises KeyError, and what torch raises, for one that does not fit."""
        self.module.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])


def _compiled(module: nn.Module) -> nn.Module:
    # What cannot be compiled runs as it is: a compiler that fails now worked when it was measured.
    torch._dynamo.config.suppress_errors = True  # noqa: SLF001  # where torch documents it
    # One compilation for minibatches of all sizes, so that a resumed training runs the same code.
    return cast("nn.Module", torch.compile(module, dynamic=True))


class OnFabric(Engine):
    """Mixed precision, and several devices, as Lightning Fabric does them."""

    def __init__(
        self, fabric: "Fabric", module: nn.Module, optimizer: torch.optim.Optimizer, numerics: Numerics
    ) -> None:
        super().__init__(module, optimizer, numerics)
        self.fabric = fabric
        self.rank, self.ranks = fabric.global_rank, fabric.world_size
        self.model, self._steps = fabric.setup(self.model, optimizer, move_to_device=False)

    def step(self, loss: Tensor) -> None:
        """Follow the gradient of `loss`, averaged over all ranks."""
        self.fabric.backward(loss)
        self._steps.step()

    def total(self, value: Tensor) -> Tensor:
        """The sum of `value` over all ranks."""
        return cast("Tensor", self.fabric.all_reduce(value, reduce_op="sum"))

    def state(self) -> dict[str, Any]:
        """All that the next step depends on, the scale of losses in float16 among it."""
        return super().state() | {"precision": self.fabric.strategy.precision.state_dict()}

    def load(self, state: dict[str, Any]) -> None:
        """Go on from `state`. Errors as `Engine.load`."""
        super().load(state)
        self.fabric.strategy.precision.load_state_dict(state["precision"])


def engine_of(
    module: nn.Module, optimizer: torch.optim.Optimizer, device: torch.device, numerics: Numerics
) -> Engine:
    """The engine of one device, for a module that `place` moved there."""
    if numerics.precision == "fp32":
        return Engine(module, optimizer, numerics)
    from lightning_fabric.strategies.single_device import SingleDeviceStrategy  # noqa: PLC0415

    fabric = _fabric(
        accelerator=device.type,
        devices=1,
        strategy=SingleDeviceStrategy(device),
        plugins=[_precision(device.type, numerics)],
    )
    return OnFabric(fabric, module, optimizer, numerics)


def rank_fabric(device_type: str, numerics: Numerics) -> "Fabric":
    """The Fabric of this process, one of `numerics.devices` ranks, once all of them have called this.

    The environment says which, as torchrun's does.
    """
    from lightning_fabric.plugins.environments.torchelastic import TorchElasticEnvironment  # noqa: PLC0415

    fabric = _fabric(
        accelerator=device_type,
        devices=numerics.devices,
        strategy="ddp",
        plugins=[_precision(device_type, numerics), TorchElasticEnvironment()],
    )
    fabric.launch()
    return fabric


def _precision(device_type: str, numerics: Numerics) -> "FabricPrecision":
    from lightning_fabric.plugins.precision import MixedPrecision  # noqa: PLC0415
    from lightning_fabric.plugins.precision import Precision as Plain  # noqa: PLC0415

    # Named as a plugin, since Fabric would take bf16 for fp16 on the CPU.
    if numerics.precision == "fp32":
        return Plain()
    return MixedPrecision("bf16-mixed" if numerics.precision == "bf16" else "16-mixed", device_type)


def _fabric(**asked: Any) -> "Fabric":
    # Imported only where it is needed: it takes a second or two.
    from lightning_fabric import Fabric  # noqa: PLC0415

    logging.getLogger("lightning_fabric").setLevel(logging.WARNING)  # it tells what it was asked for
    return Fabric(**asked)


def prepare(module: nn.Module, device: torch.device, numerics: Numerics) -> list[Any]:
    """Move `module` to `device` in the format of `numerics`; `remove` what is returned at the end."""
    place(module, device, numerics.layout)
    if numerics.memory_format == "channels_last":
        return []
    # Pixels, and what tasks make of them, come in channels_last, and convolutions would go on in it.
    convolutions = [part for part in module.modules() if isinstance(part, nn.Conv2d)]
    return [part.register_forward_pre_hook(_contiguous) for part in convolutions]


def _contiguous(_module: nn.Module, inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    return tuple(one.contiguous() for one in inputs)
