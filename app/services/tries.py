"""Limits on guessing: after some failures, the same aim or the same address has to wait."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from app.db import tries
from app.db.session import unit_of_work
from app.domain.errors import DomainError, TooManyTries
from app.services.secrets import fingerprint

FOR_ONE_AIM = 10  # one email address, password or link, from one address
FOR_ONE_ADDRESS = 60  # all that comes from one address: an office may share it


@contextmanager
def limited(db: Session, aim: str, address: str, *failures: type[DomainError]) -> Iterator[None]:
    """Count the failures that come out of the block; raises TooManyTries before it, if there were too many.

    Counted in a transaction of their own, since the request's is rolled back by the failure.
    """
    # What is typed into such fields may be a secret: only its hash is kept.
    keys = {fingerprint(f"{aim} {address}"): FOR_ONE_AIM, fingerprint(address): FOR_ONE_ADDRESS}
    if any(tries.recent(db, key) >= most for key, most in keys.items()):
        minutes = int(tries.WINDOW.total_seconds() / 60)
        raise TooManyTries(f"Too many failed tries. Wait {minutes} minutes, and try again.")
    try:
        yield
    except failures:
        with unit_of_work() as work:
            tries.add(work.session, list(keys))
        raise
