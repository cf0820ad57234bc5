"""Time and memory of the query strategies that look at features, each in a process of its own.

    OMP_WAIT_POLICY=passive .venv/bin/python bench/selection.py [strategy ...]

Chooses 1,000 of 50,000 images by 128 features and 10 probabilities, after 1,000 labels and (where a strategy
needs no task model) before the first one. Prints seconds, and the peak of the memory above the inputs,
against their limits of 30 s and 1 GiB, which are for two cores; and the load, since others slow it down.

Without the variable, OpenMP's threads spin while they wait for each other. On cores that are busy otherwise
that alone made `badge` take 65 s instead of 1.5 s.
"""

import json
import os
import subprocess
import sys
import threading
import time

import psutil
import torch
from rich.console import Console

from workers.ml.device import pick_device, tune
from workers.ml.query.registry import QUERY_STRATEGIES
from workers.ml.query.strategy import Candidates

LIMIT_SECONDS = 30
LIMIT_MIB = 1024
IMAGES, LABELLED, WIDTH, CLASSES, BUDGET = 50_000, 1000, 128, 10, 1000
STRATEGIES = ("coreset", "badge", "typiclust", "probcover", "uherding")
console = Console(highlight=False)


def inputs(*, labelled: int, model: bool) -> Candidates:
    """Ten classes of twenty looks each, after a ReLU, as features of networks are."""
    generator = torch.Generator().manual_seed(0)
    n = IMAGES + labelled
    look = torch.randint(0, 20 * CLASSES, (n,), generator=generator)
    classes = torch.randn(CLASSES, WIDTH, generator=generator)
    looks = torch.randn(20 * CLASSES, WIDTH, generator=generator)
    features = 0.8 * torch.randn(n, WIDTH, generator=generator)
    features += classes[look % CLASSES] + 0.7 * looks[look]
    features.relu_()
    probs = torch.randn(IMAGES, CLASSES, generator=generator)
    probs[torch.arange(IMAGES), look[:IMAGES] % CLASSES] += 3
    return Candidates(
        IMAGES,
        probs=probs.softmax(dim=1) if model else None,
        features=features[:IMAGES],
        labelled_features=features[IMAGES:],
    )


def measure(name: str, *, first: bool) -> None:
    """Run one strategy here, and print its figures as JSON."""
    tune(pick_device())
    known = inputs(labelled=0 if first else LABELLED, model=not first)
    process, over = psutil.Process(), threading.Event()
    base = peak = process.memory_info().rss

    def watch() -> None:
        nonlocal peak
        while not over.wait(0.005):
            peak = max(peak, process.memory_info().rss)

    watcher = threading.Thread(target=watch)
    watcher.start()
    begun, worked = time.perf_counter(), time.process_time()
    rows = QUERY_STRATEGIES[name](known, BUDGET, 0)
    seconds, worked = time.perf_counter() - begun, time.process_time() - worked
    over.set()
    watcher.join()
    assert len(set(rows)) == BUDGET
    print(json.dumps({"seconds": seconds, "worked": worked, "mib": (peak - base) / 2**20}))


def ratio(value: float, limit: float, unit: str) -> str:
    return f"{value:8.1f} {unit:<4} {value / limit:5.2f} of the limit, {limit:g} {unit}"


def main() -> None:
    if sys.argv[1:2] == ["--measure"]:
        measure(sys.argv[2], first=sys.argv[3] == "first")
        return
    good = True
    for name in sys.argv[1:] or STRATEGIES:
        whens = ("later",) if QUERY_STRATEGIES[name].needs_model else ("later", "first")
        for when in whens:
            command = [sys.executable, __file__, "--measure", name, when]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            figures = json.loads(done.stdout)
            seconds, mib = figures["seconds"], figures["mib"]
            console.print(f"{name:<12}{when:<8}{ratio(seconds, LIMIT_SECONDS, 's')}")
            console.print(f"{'':<20}{ratio(mib, LIMIT_MIB, 'MiB')}")
            console.print(
                f"{'':<20}{figures['worked']:8.1f} s    of processors; load {os.getloadavg()[0]:.1f}"
            )
            good = good and seconds <= LIMIT_SECONDS and mib <= LIMIT_MIB
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
