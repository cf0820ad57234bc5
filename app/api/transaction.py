"""One transaction a request, committed before the response leaves."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends

from app.db.session import UnitOfWork, unit_of_work


def _work() -> Iterator[UnitOfWork]:
    with unit_of_work() as work:
        yield work


# scope="function": the end of this dependency (the commit) runs before the response is sent,
# so that a commit that fails is an error the caller sees.
Work = Annotated[UnitOfWork, Depends(_work, scope="function")]
