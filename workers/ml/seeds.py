"""Independent seeds out of one."""

import hashlib


def derived_seed(*parts: int | str) -> int:
    """A seed in 0..2^63-1 that depends on all `parts`; neighbouring parts give unrelated seeds."""
    digest = hashlib.sha256(":".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1
