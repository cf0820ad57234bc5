"""Limits on guessing: after some failures, the same aim or the same address has to wait."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy.orm import Session

from app.db import tries
from app.db.session import unit_of_work
from app.domain.errors import DomainError, TooManyTries
from app.services.secrets import fingerprint

FOR_ONE_AIM = 10  # one email address, password or link, from one address
FOR_ONE_ADDRESS = 60  # all that comes from one address: an office may share it
FOR_ONE_ACCOUNT = (
    100  # from all addresses: guessing by many machines, and not one who wants to lock somebody out
)


@contextmanager
def limited(
    db: Session, aim: str, address: str, *failures: type[DomainError], of_account: bool = False
) -> Iterator[None]:
    """Count the failures that come out of the block; raises TooManyTries before it, if there were too many.

    The aim `of_account` is one that only one person has: it is counted over all addresses as well.
    Counted in a transaction of their own, since the request's is rolled back by the failure.
    """
    # What is typed into such fields may be a secret: only its hash is kept.
    keys = {fingerprint(f"{aim} {address}"): FOR_ONE_AIM, fingerprint(address): FOR_ONE_ADDRESS}
    keys |= {fingerprint(aim): FOR_ONE_ACCOUNT} if of_account else {}
    wait = max(tries.wait(db, key, most) for key, most in keys.items())
    if wait > timedelta(0):
        seconds = math.ceil(wait.total_seconds())
        text = f"Too many failed tries. Wait {math.ceil(seconds / 60)} minutes, and try again."
        raise TooManyTries(text, seconds=seconds)
    try:
        yield
    except failures:
        with unit_of_work() as work:
            tries.add(work.session, list(keys))
        raise
