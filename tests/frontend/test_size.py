"""An annotator's first page is small: it has to be there at once, on a slow line too."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

STATIC = Path(__file__).parents[2] / "app/static"
MOST_BYTES = 250_000  # JavaScript, gzipped, of all that the page loads before it shows an image


def chunks(manifest: dict[str, dict[str, Any]], *entries: str) -> set[str]:
    """The entries and all that they import, but for what is imported later."""
    found: set[str] = set()
    waiting = list(entries)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += manifest[name].get("imports", [])
    return found


def texts(manifest: dict[str, dict[str, Any]], entry: str) -> set[str]:
    """The ids of a chunk's messages."""
    script = (STATIC / manifest[entry]["file"]).read_text()
    return set(re.findall(r'["`]?([\w+/-]{6})["`]?:\[', script))


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_annotators_first_load_is_small(language: str) -> None:
    manifest = json.loads((STATIC / ".vite/manifest.json").read_text())
    entries = ("index.html", f"src/locales/{language}.ts", "src/bench/Bench.tsx")
    loaded = {manifest[name]["file"] for name in chunks(manifest, *entries)}
    sizes = {name: len(gzip.compress((STATIC / name).read_bytes())) for name in loaded}
    assert len(sizes) > 2
    assert sum(sizes.values()) < MOST_BYTES, sizes


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_first_load_has_all_its_texts(language: str) -> None:
    manifest = json.loads((STATIC / ".vite/manifest.json").read_text())
    first, more = (texts(manifest, f"src/locales/{language}{part}.ts") for part in ("", ".more"))
    loaded = chunks(manifest, "index.html", "src/bench/Bench.tsx")
    script = "".join((STATIC / manifest[name]["file"]).read_text() for name in loaded)
    used = {id for id in first | more if f'"{id}"' in script or f"`{id}`" in script}
    assert first & used
    assert used <= first
