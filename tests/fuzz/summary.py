"""Tells how many bad inputs were tried, at the end of a run.

A plugin of tests/conftest.py: the process that prints is not the one that runs tests under pytest-xdist, and
loads no conftest of a folder.
"""

from collections import Counter
from typing import Any

import pytest

from tests.fuzz.count import COUNTS

_KEY = "bad_inputs"


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A process of pytest-xdist sends what it counted along with its end."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[_KEY] = dict(COUNTS)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take what such a process counted; one that died has sent nothing."""
    COUNTS.update(Counter(getattr(node, "workeroutput", {}).get(_KEY, {})))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the counts, if there are any."""
    if COUNTS:
        kinds = ", ".join(f"{inputs:,} {kind}" for kind, inputs in sorted(COUNTS.items()))
        terminalreporter.write_line(f"{COUNTS.total():,} bad inputs tried: {kinds}")
