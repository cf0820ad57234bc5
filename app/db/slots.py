"""The slots of a queue item: who holds one, and who is done. All of it under the row's lock."""

from datetime import datetime
from uuid import UUID

from app.db.models import QueueItem


def free(item: QueueItem) -> int:
    """Count the slots that nobody has."""
    return item.slots - len(item.holders) - len(item.done_by)


def hold(item: QueueItem, user_id: UUID, until: datetime) -> None:
    """Lease a free slot, or lease one's own anew."""
    others = [holder for holder in item.holders if holder != user_id]
    item.holders = [*others, user_id]
    earlier = item.leased_until if others else None
    item.leased_until = min(earlier, until) if earlier else until


def leave(item: QueueItem, user_id: UUID) -> None:
    """Give a leased slot back."""
    item.holders = [holder for holder in item.holders if holder != user_id]
    if not item.holders:
        item.leased_until = None


def finish(item: QueueItem, user_id: UUID) -> bool:
    """Let somebody be done with the image; False if all slots are done by others.

    Who comes late, after the lease went to somebody else, takes a slot that is still without its answer.
    """
    if user_id in item.done_by:
        return True
    leave(item, user_id)
    if not free(item):
        if not item.holders:
            return False
        leave(item, item.holders[-1])
    item.done_by = [*item.done_by, user_id]
    return True


def reopen(item: QueueItem, user_id: UUID, until: datetime) -> None:
    """Lease a slot again to somebody who was done with it."""
    item.done_by = [person for person in item.done_by if person != user_id]
    hold(item, user_id, until)
