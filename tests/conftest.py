"""The fixtures of all tests that need the running service, and the order of all tests."""

import os
from pathlib import Path

import pytest

from tests.stack import asked, make_project, owner, stack

__all__ = ["asked", "make_project", "owner", "stack"]
pytest_plugins = ["tests.fuzz.summary"]

# What a test finds must not depend on what was fastest just now.
os.environ["NEXTBATCH_NUMERICS"] = "fp32"

# A long file that began last would leave the other process of pytest-xdist without work: these begin first.
LONGEST = (
    "browser/test_accessibility.py",
    "faults/test_faults.py",
    "fuzz/test_api.py",
    "command/test_command.py",
    "command/test_backtest.py",
    "deployment/test_compose.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    tests = Path(__file__).parent
    place = {tests / name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path, len(LONGEST)))
    for item in items:
        if item.path.is_relative_to(tests / "browser"):
            # A page on two busy cores may be late once. What needed a second try is named at the end.
            item.add_marker(pytest.mark.flaky(reruns=1))
        if item.get_closest_marker("alone") and not item.path.is_relative_to(tests / "browser"):
            raise pytest.UsageError(f"{item.nodeid}: `make test` looks for such tests in tests/browser only.")
