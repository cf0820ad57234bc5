"""The fixtures of all tests that need the running service."""

import os

from tests.stack import make_project, owner, stack

__all__ = ["make_project", "owner", "stack"]

# What a test finds must not depend on what was fastest just now.
os.environ["NEXTBATCH_NUMERICS"] = "fp32"
