"""Troubles that pass by themselves: a database that starts again, a full disk, a store out of reach."""

import errno
from datetime import timedelta

from sqlalchemy.exc import InterfaceError, OperationalError

from app.config import get_settings
from app.domain.errors import SourceUnreachable

_OF_THE_SYSTEM = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ESTALE}
_MOST_TIMES = 4


def may_pass(error: Exception) -> bool:
    """Tell whether the same work may succeed later, without anybody's doing anything to it."""
    if isinstance(
        error, OperationalError | InterfaceError | ConnectionError | TimeoutError | SourceUnreachable
    ):
        return True
    return isinstance(error, OSError) and error.errno in _OF_THE_SYSTEM


def pause(attempts: int) -> timedelta:
    """Return how long to wait before the next attempt: each time twice as long, up to a limit."""
    seconds = get_settings().stale_seconds
    return timedelta(seconds=seconds * min(2.0 ** (attempts - 1), _MOST_TIMES))
