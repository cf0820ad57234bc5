"""Guessing slows down: by address, and by account from all addresses."""

import contextlib
from collections.abc import Iterator
from uuid import uuid4

import pytest

from app.db.session import unit_of_work
from app.domain.errors import TooManyTries, Unauthenticated
from app.services.tries import FOR_ONE_ACCOUNT, limited


def guess(aim: str, address: str, *, of_account: bool = True) -> None:
    """A failed try."""
    with (
        unit_of_work() as work,
        contextlib.suppress(Unauthenticated),
        limited(work.session, aim, address, Unauthenticated, of_account=of_account),
    ):
        raise Unauthenticated("wrong")


def addresses() -> Iterator[str]:
    return (f"address {uuid4().hex}" for _ in range(FOR_ONE_ACCOUNT))


@pytest.mark.usefixtures("stack")
def test_an_account_that_many_machines_guess_at_has_to_wait() -> None:
    aim = uuid4().hex
    for address in addresses():
        guess(aim, address)
    with pytest.raises(TooManyTries) as told:
        guess(aim, "another one")
    assert 0 < told.value.details["seconds"] <= 15 * 60


@pytest.mark.usefixtures("stack")
def test_links_that_many_machines_guess_at_are_shared_by_all_and_go_on() -> None:
    aim = uuid4().hex
    for address in addresses():
        guess(aim, address, of_account=False)
    guess(aim, "another one", of_account=False)
