"""What memory formats, precisions and torch.compile give on this machine, as a service would measure it.

    .venv/bin/python bench/numerics.py
    .venv/bin/python bench/numerics.py --backbone resnet18_small --minibatch 32 --threads 1 --compile

Ratios tell how many times as fast as float32 in channels_last a training step is: the median of a few pairs
of steps that take turns, and in brackets what all pairs but one surpass, which is what decides.
"""

import argparse
import time

import torch
from rich.console import Console

from workers.ml.backbones import BACKBONES, default_backbone
from workers.ml.device import pick_device, tune
from workers.ml.measurement import GAIN, Ratio, Workload, chosen, measure, measure_compiled


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--backbone", choices=list(BACKBONES))
    parser.add_argument("--pixels", type=int, default=32)
    parser.add_argument("--minibatch", type=int, default=64)
    parser.add_argument("--threads", type=int, help="of the CPU; none: one a core")
    parser.add_argument("--compile", action="store_true", help="try torch.compile, too: a minute or more")
    asked = parser.parse_args()
    device = pick_device()
    tune(device)
    if asked.threads:
        torch.set_num_threads(asked.threads)
    work = Workload(
        device, asked.backbone or default_backbone(asked.pixels, device.type), asked.pixels, asked.minibatch
    )
    out = Console()
    begun = time.perf_counter()
    facts = measure(work)
    seconds = time.perf_counter() - begun
    for name, ratio in facts["ratios"].items():
        out.print(line(name, Ratio(**ratio)))
    if asked.compile:
        compiled = measure_compiled(work, chosen(facts, 0))
        if "error" in compiled:
            out.print(f"compiled       does not work here: {compiled['error']}")
        else:
            ratio = Ratio(compiled["median"], compiled["sure"])
            out.print(
                f"{line('compiled', ratio)}, on top of what pays above; {compiled['seconds']:.0f} s once"
            )
    best = chosen(facts, 0)
    out.print(f"chosen: {best.memory_format}, {best.precision}", highlight=False)
    out.print(
        f"{work.backbone}, {work.pixels} px, minibatch {work.minibatch}, on {device.type} with "
        f"{torch.get_num_threads()} threads; measuring took {seconds:.1f} s",
        highlight=False,
        soft_wrap=True,
    )


def line(name: str, ratio: Ratio) -> str:
    verdict = "pays" if ratio.pays else f"does not reach {GAIN:g} for sure"
    return f"{name:<14} {ratio.median:.2f}x ({ratio.sure:.2f}x)  {verdict}"


if __name__ == "__main__":
    main()
