"""Which numerics are fastest on this machine: short races of real training steps on made-up pixels."""

import os
import shutil
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812

from workers.ml.backbones import new_classifier
from workers.ml.device import normalise
from workers.ml.engine import engine_of, prepare
from workers.ml.numerics import PLAIN, MemoryFormat, Numerics, Precision

# Of so many pairs of steps all but one must show a gain of so much: noise does not do that.
PAIRS, GAIN = 5, 1.2
# A step that takes so many times as long has lost, and no more of its kind are waited for.
HOPELESS = 1.5
# On the CPU a step of the race takes about so long, by its number of images.
_SECONDS_A_STEP = 0.25
_PILOT_IMAGES = 8
# A trial takes one or two minutes, which must stay a small part even of a training that wins nothing by it.
_WORTH_COMPILING_SECONDS = 3600.0

# Runs one step and returns its seconds.
Timed = Callable[[], float]


@dataclass(frozen=True)
class Ratio:
    """How many times as fast as `PLAIN` something is: the median, and what all pairs but one surpass."""

    median: float
    sure: float

    @property
    def pays(self) -> bool:
        """Whether it is faster for sure."""
        return self.sure >= GAIN


@dataclass(frozen=True)
class Workload:
    """What kind of step is measured."""

    device: torch.device
    backbone: str
    pixels: int
    minibatch: int


def race(plain: Timed, other: Timed) -> Ratio:
    """Let both take turns. `other` is given up after a step that is hopelessly slow, and then never pays."""
    ratios: list[float] = []
    for _ in range(PAIRS):
        ratios.append(plain() / other())
        if ratios[-1] < 1 / HOPELESS:
            break
    ordered = sorted(ratios)
    return Ratio(statistics.median(ordered), ordered[1 if len(ordered) == PAIRS else 0])


def measure(work: Workload) -> dict[str, Any]:
    """Seconds of a plain step, and the `Ratio` of every memory format and precision that might be better.

    JSON-able. Torch's global generator stays untouched.
    """
    images, plain = work.minibatch, _step(work, PLAIN, work.minibatch)
    if work.device.type == "cpu":
        pilot = _step(work, PLAIN, min(_PILOT_IMAGES, work.minibatch))
        pilot()
        an_image = pilot() / min(_PILOT_IMAGES, work.minibatch)
        images = min(work.minibatch, max(_PILOT_IMAGES, int(_SECONDS_A_STEP / an_image)))
        plain = _step(work, PLAIN, images)
    plain()
    seconds = statistics.median(plain() for _ in range(3))
    found: dict[str, Ratio] = {}
    formats: list[MemoryFormat] = ["contiguous"]
    for name in formats:
        found[name] = _against(work, plain, Numerics(memory_format=name), images)
    best = _format(found)
    for precision in _precisions(work.device):
        found[precision] = _against(work, plain, Numerics(best, precision), images)
    return {
        "seconds": seconds * work.minibatch / images,
        "ratios": {name: asdict(ratio) for name, ratio in found.items()},
    }


def measure_compiled(work: Workload, numerics: Numerics) -> dict[str, Any]:
    """What `torch.compile` costs (seconds) and brings to `numerics`, or why it does not work here."""
    try:
        begun = time.perf_counter()
        compiled = _step(work, replace(numerics, compiled=True), work.minibatch)
        compiled()
        seconds = time.perf_counter() - begun
        plain = _step(work, numerics, work.minibatch)
        plain()
        return {"seconds": seconds, **asdict(race(plain, compiled))}
    except Exception as error:  # noqa: BLE001  # compilers fail in many ways; all of them mean: do without
        return {"error": f"{type(error).__name__}: {error}"[:500]}


def may_compile(device: torch.device, training_seconds: float) -> bool:
    """Whether `torch.compile` is worth a try: the training is long, and there is a compiler."""
    if training_seconds < _WORTH_COMPILING_SECONDS:
        return False
    if device.type == "cuda":
        return find_spec("triton") is not None
    return device.type == "cpu" and shutil.which(os.environ.get("CXX", "g++")) is not None


def chosen(facts: dict[str, Any], steps: int) -> Numerics:
    """What `facts` of `measure`, and of `measure_compiled` under `compiled`, speak for in `steps` steps."""
    ratios = {name: Ratio(**ratio) for name, ratio in facts["ratios"].items()}
    precisions: list[Precision] = ["bf16", "fp16"]
    precision = next((p for p in precisions if p in ratios and ratios[p].pays), PLAIN.precision)
    compiled = facts.get("compiled", {})
    pays = False
    if "seconds" in compiled:
        ratio = Ratio(compiled["median"], compiled["sure"])
        won = steps * facts["seconds"] * (1 - 1 / ratio.median)
        pays = ratio.pays and won > 2 * compiled["seconds"]
    return Numerics(_format(ratios), precision, compiled=pays)


def _format(ratios: dict[str, Ratio]) -> MemoryFormat:
    return "contiguous" if "contiguous" in ratios and ratios["contiguous"].pays else PLAIN.memory_format


def _precisions(device: torch.device) -> list[Precision]:
    if device.type == "cuda":
        return ["bf16"] if torch.cuda.is_bf16_supported(including_emulation=False) else ["fp16"]
    return ["bf16"] if device.type == "cpu" else []


def _against(work: Workload, plain: Timed, numerics: Numerics, images: int) -> Ratio:
    """The race of `numerics`, which on the CPU must first show on a few images that it is not hopeless."""
    few = min(_PILOT_IMAGES, images)
    if work.device.type == "cpu" and few < images:
        pilot, other = _step(work, PLAIN, few), _step(work, numerics, few)
        pilot(), other()
        ratio = max(pilot() / other() for _ in range(2))
        # Few images do less well in half precision than many.
        if ratio < 1 / (2 * HOPELESS):
            return Ratio(ratio, ratio)
    other = _step(work, numerics, images)
    other()
    return race(plain, other)


def _step(work: Workload, numerics: Numerics, images: int) -> Timed:
    """A training step of a classifier on `images` images, over and over."""
    device = work.device
    model = new_classifier(work.backbone, 10, seed=0).train()
    prepare(model, device, numerics)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3, momentum=0.9, nesterov=True)
    engine = engine_of(model, optimizer, device, numerics)
    generator = torch.Generator().manual_seed(0)
    shape = (images, 3, work.pixels, work.pixels)
    pixels = torch.randint(0, 256, shape, generator=generator, dtype=torch.uint8)
    truth = torch.randint(0, 10, (images,), generator=generator).to(device)

    def step() -> float:
        begun = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        engine.step(F.cross_entropy(engine.model(normalise(pixels, device)), truth))
        if device.type != "cpu":
            torch.accelerator.synchronize()
        return time.perf_counter() - begun

    return step
