"""How full this machine's GPUs are; asked of their driver, so that the worker needs no torch for it."""

import shutil
import subprocess

_ASKED = ("--query-gpu=index,memory.used,memory.total", "--format=csv,noheader,nounits")
_SECONDS = 5
_MIB = 2**20

Gpu = dict[str, str | int]


def gpu_memory() -> list[Gpu]:
    """Return of each GPU its number, and its memory used and in all, bytes; nothing without NVIDIA's."""
    command = shutil.which("nvidia-smi")
    if command is None:
        return []
    try:
        asked = subprocess.run(  # noqa: S603
            [command, *_ASKED], capture_output=True, text=True, timeout=_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return []
    return [gpu for line in asked.stdout.splitlines() if (gpu := _gpu_of(line)) is not None]


def _gpu_of(line: str) -> Gpu | None:
    """Read a line such as `0, 1024, 24576`; some GPUs answer `[N/A]`."""
    parts = [part.strip() for part in line.split(",")]
    if len(parts) != 3 or not all(part.isdigit() for part in parts):
        return None
    number, used, total = parts
    return {"gpu": number, "used": int(used) * _MIB, "total": int(total) * _MIB}
