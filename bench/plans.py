"""The backtests behind docs/results.md: every plan on sets that everyone can have.

    .venv/bin/python bench/plans.py digits            scikit-learn's digits, K = 50
    .venv/bin/python bench/plans.py fashion           6,000 of Fashion-MNIST (Debian package), K = 100
    .venv/bin/python bench/plans.py cifar-half        half of cifar10-15k.zip's pool, K = 100
    .venv/bin/python bench/plans.py SET --seeds 3 --cycles 4

Data, everything trained and the reports lie in `.bench/SET`; stopped or killed, the same command goes on.
"""

import argparse
import gzip
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

ROOT = Path(__file__).parents[1]
FASHION = Path("/usr/share/datasets/fashion-mnist")
CIFAR = ROOT.parent / "shared/data/cifar10-15k.zip"

SHIPPED = ["random", "pt4al", "least-confidence", "typiclust", "nextbatch", "badge"]
# Candidates for `nextbatch` tried beside it, and what tells where its lead comes from.
CANDIDATES: list[dict[str, str]] = [
    {"name": "nextbatch-scratch", "scope": "pool", "first": "typiclust", "later": "uherding"},
    {"name": "random-pretext", "scope": "pool", "first": "random", "later": "random", "start": "pretext"},
    {"name": "tc-margin", "scope": "pool", "first": "typiclust", "later": "margin"},
    {"name": "tc-badge", "scope": "pool", "first": "typiclust", "later": "badge"},
    {"name": "uh-uh", "scope": "pool", "first": "uherding", "later": "uherding"},
    {"name": "tc-margin-pre", "scope": "pool", "first": "typiclust", "later": "margin", "start": "pretext"},
    {"name": "rand-margin", "scope": "pool", "first": "random", "later": "margin"},
]


def fashion(target: Path) -> Path:
    """Write 6,000 training and 2,000 test images as an ImageFolder zip; installs Debian's package."""
    if not FASHION.is_dir():
        subprocess.run(["apt-get", "install", "-y", "-qq", "dataset-fashion-mnist"], check=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for split, prefix, count in (("train", "train", 6000), ("test", "t10k", 2000)):
            pixels = np.frombuffer(_unpacked(prefix, "images-idx3")[16:], np.uint8).reshape(-1, 28, 28)
            labels = np.frombuffer(_unpacked(prefix, "labels-idx1")[8:], np.uint8)
            for row in range(count):
                buffer = io.BytesIO()
                Image.fromarray(pixels[row]).save(buffer, "PNG")
                archive.writestr(f"{split}/{labels[row]}/{row:05}.png", buffer.getvalue())
    return target


def _unpacked(prefix: str, what: str) -> bytes:
    return gzip.decompress((FASHION / f"{prefix}-{what}-ubyte.gz").read_bytes())


SETS: dict[str, dict[str, Any]] = {
    "digits": {"image_size": 16, "flip": False, "budget": 50, "cycles": 6},
    "fashion": {"image_size": 28, "flip": True, "budget": 100, "cycles": 5},
    "cifar-half": {"image_size": 32, "flip": True, "budget": 100, "cycles": 5, "pool_limit": 7500},
    "cifar": {"image_size": 32, "flip": True, "budget": 300, "cycles": 5},
}


def source_of(name: str, folder: Path) -> Path | None:
    """The set's zip; None for the digits."""
    if name == "digits":
        return None
    if name == "fashion":
        target = folder / "fashion.zip"
        return target if target.exists() else fashion(target)
    return CIFAR


def main() -> None:
    """Write the request and run the backtest."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("set", choices=SETS)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--cycles", type=int)
    parser.add_argument("--budget", type=int)
    parser.add_argument("--task-epochs", type=int)
    parser.add_argument("--pretext-epochs", type=int)
    parser.add_argument("--quick", action="store_true", help="no ceiling, no diagnostics")
    parser.add_argument("--plans", help="names, with commas between; none: all")
    asked = parser.parse_args()
    folder = ROOT / ".bench" / asked.set
    folder.mkdir(parents=True, exist_ok=True)
    plans: list[Any] = [*SHIPPED, *CANDIDATES]
    if asked.plans:
        wanted = asked.plans.split(",")
        plans = [plan for plan in plans if (plan if isinstance(plan, str) else plan["name"]) in wanted]
    config = SETS[asked.set] | {"plans": plans, "seeds": asked.seeds}
    for option in ("cycles", "budget"):
        if (value := getattr(asked, option)) is not None:
            config[option] = value
    config |= {"task_training": {"epochs": asked.task_epochs}}
    config |= {"pretext_training": {"epochs": asked.pretext_epochs}}
    if asked.quick:
        config |= {"ceiling": False, "diagnostics": False}
    source = source_of(asked.set, folder)
    request = {"source": str(source) if source else None, "config": config}
    (folder / "request.json").write_text(json.dumps(request, indent=1))
    sys.exit(
        subprocess.run(
            [sys.executable, "-m", "workers.backtest.command", str(folder)], check=False
        ).returncode
    )


if __name__ == "__main__":
    main()
