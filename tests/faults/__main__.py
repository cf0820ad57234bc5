"""Faults at random moments under a running loop, and what became of every answer.

    .venv/bin/python -m tests.faults                        each kind of fault once
    .venv/bin/python -m tests.faults --faults 200 --seed 7

Four annotators answer, each image asked of two of them; trainings run meanwhile. Afterwards the same project
is run again, undisturbed. Prints a report, and as JSON with `--json`.
"""

import argparse
import json
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.faults.checks import Report, compare, look
from tests.faults.crowd import Annotator, Ledger
from tests.faults.faults import FAULTS, commit
from tests.faults.loop import Loop
from tests.faults.world import World, running_world

ANNOTATORS = 4
FEWEST_CYCLES, MOST_COMPARED = 2, 4


def run(world: World, faults: int, seed: int) -> Report:
    """Disturb one project, leave another one alone, and look at both."""
    rng = random.Random(seed)
    ledger, over = Ledger(), threading.Event()
    loop = Loop(world.supervisor.url)
    people = [loop.person() for _ in range(ANNOTATORS)]
    crowd = [Annotator(loop.url, who, truth=loop.truth, ledger=ledger, over=over) for who in people]
    disturbed = loop.project(people)
    for annotator in crowd:
        annotator.serve(disturbed)
        annotator.start()
    tried: Counter[str] = Counter()
    begun = time.monotonic()
    kinds = list(FAULTS)
    for number in range(faults):
        if number % len(kinds) == 0:
            rng.shuffle(kinds)
        time.sleep(rng.uniform(0.3, 2.0))
        fault = kinds[number % len(kinds)]
        print(f"{time.monotonic() - begun:6.1f} s  {fault.__name__.replace('_', ' ')}", file=sys.stderr)
        commit(fault, world, rng)
        tried[fault.__name__] += 1
    world.stop_others()
    cycles = loop.calm(disturbed, FEWEST_CYCLES)
    seconds = time.monotonic() - begun
    undisturbed = loop.project(people)
    for annotator in crowd:
        annotator.serve(undisturbed)
    loop.calm(undisturbed, min(cycles, MOST_COMPARED))
    over.set()
    for annotator in crowd:
        annotator.join()
    return Report(
        seed=seed,
        seconds=round(seconds),
        faults=dict(tried),
        full_disk=world.store_can_be_filled,
        cycles=cycles,
        sent=ledger.sent,
        repeated=ledger.repeated,
        refused=dict(Counter(ledger.refused)),
        acknowledged=len(ledger.acknowledged),
        **look(ledger.acknowledged),
        **compare(disturbed, undisturbed, min(cycles, MOST_COMPARED)),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--faults", type=int, default=len(FAULTS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nb") as name, running_world(Path(name)) as world:
        report = run(world, asked.faults, asked.seed)
    found: dict[str, Any] = report.model_dump()
    print(json.dumps(found) if asked.json else report.words())
    sys.exit(0 if report.survived else 1)


if __name__ == "__main__":
    main()
