"""Files that were good once: bytes changed, added, taken away, and the end cut off."""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

_EXTREMES = [bytes(4), b"\xff" * 4, b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f", b"\x80", b"\x01\0\0\0"]
_NEW = st.one_of(st.sampled_from(_EXTREMES), st.binary(min_size=1, max_size=6))
_EDIT = st.tuples(
    st.sampled_from(["change", "change", "change", "insert", "delete", "repeat", "cut"]),
    st.floats(0, 1, exclude_max=True),
    st.sampled_from(["anywhere", "head", "tail"]),
    _NEW,
)


def damaged(seeds: Sequence[bytes], most_edits: int = 6) -> st.SearchStrategy[bytes]:
    """One of the seeds with some edits, most of them near its head or its tail, where formats say most."""
    edits = st.lists(_EDIT, min_size=1, max_size=most_edits)
    return st.builds(_edited, st.sampled_from(seeds), edits)


def _edited(seed: bytes, edits: Sequence[tuple[str, float, str, bytes]]) -> bytes:
    data = bytearray(seed)
    for how, part, where, new in edits:
        share = {"anywhere": part, "head": part**3, "tail": 1 - part**3}[where]
        at = min(int(share * len(data)), max(0, len(data) - 1))
        match how:
            case "change":
                data[at : at + len(new)] = new
            case "insert":
                data[at:at] = new
            case "delete":
                del data[at : at + len(new)]
            case "repeat":
                data[at:at] = data[at : at + 16 * len(new)]
            case _:
                del data[max(at, len(data) // 8) :]
    return bytes(data)


def json_values() -> st.SearchStrategy[Any]:
    """Whatever JSON may say: odd numbers and texts, in lists and objects."""
    texts = st.text(st.characters(codec=None), max_size=12)
    numbers = st.one_of(st.integers(), st.sampled_from([10**400, -(2**63), 2**31, 1e308]), st.floats())
    return st.recursive(
        st.one_of(st.none(), st.booleans(), numbers, texts),
        lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
        max_leaves=8,
    )
