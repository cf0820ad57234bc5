import pytest

from tests.stack import Stack
from workers.tasks import sweep


def test_what_fails_keeps_nothing_else_from_being_looked_after(
    monkeypatch: pytest.MonkeyPatch, stack: Stack
) -> None:
    def fail() -> None:
        raise RuntimeError("a row that nobody expected")

    looked: list[str] = []
    monkeypatch.setattr(sweep, "_cancel_deleted", fail)
    monkeypatch.setattr(sweep, "clear_uploads", fail)
    monkeypatch.setattr(sweep, "_send_lost", lambda: looked.append("messages"))
    monkeypatch.setattr(sweep, "forget_old", lambda: looked.append("old rows"))
    sweep.sweep()
    assert looked == ["messages", "old rows"]
