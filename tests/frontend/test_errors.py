"""The pages have a text for every error, so that it can be told in every language."""

import importlib
import pkgutil
import re
from pathlib import Path

import app
from app.domain.errors import DomainError

TEXTS = Path(__file__).parents[2] / "frontend/src/said/errorTexts.ts"


def codes(error: type[DomainError]) -> set[str]:
    return {error.code}.union(*(codes(kind) for kind in error.__subclasses__()))


def test_every_error_has_a_text_in_the_catalogues() -> None:
    for module in pkgutil.walk_packages(app.__path__, "app."):
        importlib.import_module(module.name)
    importlib.import_module("workers.backtest.labelled_set")  # its errors are told, too
    known = set(re.findall(r"^  (\w+): t`", TEXTS.read_text(), re.MULTILINE))
    # Those that tests define, and the base itself, are never met.
    told = {code for code in codes(DomainError) if code != DomainError.code}
    assert "cycle_not_open" in told
    assert told <= known
