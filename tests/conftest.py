"""The fixtures of all tests that need the running service."""

from tests.stack import make_project, owner, stack

__all__ = ["make_project", "owner", "stack"]
