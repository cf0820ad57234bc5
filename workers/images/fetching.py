"""Files that are read over a network: several at once, in order, each whole or rejected."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from app.domain.addresses import NoAddress
from app.domain.errors import AddressNotAllowed, OutsideImportRoots
from workers.images.found import Rejected, printable, too_large

T = TypeVar("T")
R = TypeVar("R")
_AT_ONCE = 16
_BYTES_AT_ONCE = 64 * 2**20


def in_order(
    items: Iterable[T], fetch: Callable[[T], R], size: Callable[[T], int], at_once: int = _AT_ONCE
) -> Iterator[R]:
    """What `fetch` makes of each item, in their order; a network's silences are waited for together.

    `size`: how many bytes an item is taken to be; the items under way are at least one, and no more than
    some mebibytes. Closing the iterator waits for those.
    """
    with ThreadPoolExecutor(at_once, "fetching") as pool:
        under_way: deque[tuple[Future[R], int]] = deque()
        held = 0
        for item in items:
            expected = size(item)
            while under_way and (len(under_way) >= at_once or held + expected > _BYTES_AT_ONCE):
                future, freed = under_way.popleft()
                yield future.result()
                held -= freed
            under_way.append((pool.submit(fetch, item), expected))
            held += expected
        while under_way:
            yield under_way.popleft()[0].result()


def fetched(name: str, fetch: Callable[[], bytes | None], limit: int) -> bytes | Rejected:
    """The bytes that `fetch` gives, or why there are none; other domain errors are not of one file alone."""
    try:
        data = fetch()
    except FileNotFoundError:
        return Rejected(printable(name), "not_found", "There is no such file.")
    except (AddressNotAllowed, OutsideImportRoots) as error:
        return Rejected(printable(name), "address_not_allowed", error.message)
    except NoAddress as error:
        return Rejected(printable(name), "no_address", printable(error.message))
    except OSError as error:
        reason = error.strerror or str(error) or "It cannot be read."
        return Rejected(printable(name), "unreadable", printable(reason))
    return too_large(name, limit) if data is None else data
