"""The numerics of this machine's trainings, as the settings say."""

from dataclasses import replace

import torch

from app.config import get_settings
from workers.ml.choice import Choice, choose, pinned
from workers.ml.measurement import Workload
from workers.ml.trainer import Recipe


def numerics_of(device: torch.device, backbone: str, pixels: int, recipe: Recipe, n_images: int) -> Choice:
    """The numerics for training on `n_images` of `pixels` x `pixels`; measured if they never were here."""
    settings = get_settings()
    if settings.numerics == "auto":
        work = Workload(device, backbone, pixels, recipe.minibatch)
        choice = choose(settings.data_dir / "numerics.json", work, recipe.steps(n_images))
    else:
        choice = pinned(settings.numerics)
    devices = devices_of(device, settings.devices)
    # Compiled networks were never tried on several devices.
    compiled = choice.numerics.compiled and devices == 1
    return replace(choice, numerics=replace(choice.numerics, compiled=compiled, devices=devices))


def devices_of(device: torch.device, wanted: int | None) -> int:
    """How many devices a training runs on: `wanted`, at most all GPUs; processes if there is none."""
    if device.type == "cuda":
        return min(wanted or torch.cuda.device_count(), torch.cuda.device_count())
    return (wanted or 1) if device.type == "cpu" else 1
