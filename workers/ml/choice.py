"""The numerics of a machine, measured once and kept: the same seed must give the same weights tomorrow."""

import fcntl
import json
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from workers.ml.measurement import Workload, chosen, may_compile, measure, measure_compiled
from workers.ml.numerics import PLAIN, Numerics, Precision


@dataclass(frozen=True)
class Choice:
    """Numerics, and how many times as fast as `PLAIN` each candidate was; empty if none was measured."""

    numerics: Numerics = PLAIN
    measured: dict[str, float] = field(default_factory=dict)

    def told(self, device: torch.device, used: Numerics | None = None) -> dict[str, Any]:
        """What a training's history and a report say of it, as JSON takes it."""
        return {"device": device.type, **(used or self.numerics).as_dict(), "measured": self.measured}


def pinned(precision: Precision) -> Choice:
    """The choice of somebody who knows: `PLAIN` in this precision."""
    return Choice(Numerics(precision=precision))


def choose(file: Path, work: Workload, steps: int) -> Choice:
    """The fastest numerics for `steps` steps of `work`, out of `file`, or measured now and kept there.

    Kept by hardware, number of threads and version of torch. Processes that ask at once wait for the one
    that measures.
    """
    key = _key(work)
    with _alone(file):
        kept = _read(file)
        facts: dict[str, Any] = dict(kept.get(key) or measure(work))
        numerics = chosen(facts, steps)
        if "compiled" not in facts and may_compile(work.device, steps * facts["seconds"]):
            facts["compiled"] = measure_compiled(work, numerics)
            numerics = chosen(facts, steps)
        if kept.get(key) != facts:
            _write(file, kept | {key: facts})
    measured = {name: round(ratio["median"], 2) for name, ratio in facts["ratios"].items()}
    if "median" in facts.get("compiled", {}):
        measured["compiled"] = round(facts["compiled"]["median"], 2)
    return Choice(numerics, measured)


def processor() -> str:
    """The name of this machine's processor."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _key(work: Workload) -> str:
    if work.device.type == "cuda":
        hardware = torch.cuda.get_device_name(work.device)
    else:
        hardware = (
            f"{processor()} {torch.backends.cpu.get_cpu_capability()}, {torch.get_num_threads()} threads"
        )
    parts = work.device.type, hardware, f"torch {torch.__version__}", work.backbone
    return " | ".join((*parts, f"{work.pixels} px", f"minibatch {work.minibatch}"))


def _read(file: Path) -> dict[str, Any]:
    """What is kept; nothing if the file is not there, or is not ours."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(file: Path, kept: dict[str, Any]) -> None:
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    part.write_text(json.dumps(kept, indent=1, ensure_ascii=False), encoding="utf-8")
    part.replace(file)


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """One process at a time; the system frees it when that process dies."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.with_name(f"{file.name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
