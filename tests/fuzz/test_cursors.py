"""Cursors that no list gave out: refused, or taken for a place in the list; never trouble of the database."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.db.models import Image, PretextScore, Suspect, User
from app.db.paging import Key, decode, read_page
from app.db.session import unit_of_work
from app.domain.errors import Invalid
from tests.fuzz.count import count
from tests.fuzz.effort import tries
from tests.fuzz.mutations import damaged, json_values
from tests.stack import Stack

_ID = "0199d2a4-7a3c-7cc0-8f5a-000000000001"
KEYS: dict[str, list[Key]] = {
    "id": [User.id],
    "name": [Image.filename, Image.id],
    "confidence": [func.coalesce(Image.confidence, 2.0), Image.id],
    "loss": [PretextScore.loss, PretextScore.image_id],
    "batch": [PretextScore.pool_batch, PretextScore.image_id],
    "position": [Suspect.position],
}
_VALUES = {"id": [_ID], "name": ["a.png", _ID], "confidence": [0.5, _ID], "loss": [1.5, _ID]}
_VALUES |= {"batch": [3, _ID], "position": [7]}


def cursor_of(said: str) -> str:
    return base64.urlsafe_b64encode(said.encode("utf-8", "surrogatepass")).decode().rstrip("=")


SEEDS = [cursor_of(json.dumps(values)).encode() for values in _VALUES.values()]
_SAID = [json.dumps(values).encode() for values in _VALUES.values()]
_ODD = st.one_of(
    json_values(), st.sampled_from([_ID, "\0", "\ud800", 2**31, -(2**31) - 1, 10**400, float("inf")])
)
CURSORS = st.one_of(
    damaged(SEEDS).map(lambda data: data.decode("latin-1")),
    damaged(_SAID, most_edits=2).map(lambda data: cursor_of(data.decode("latin-1"))),
    st.lists(_ODD, min_size=1, max_size=2).map(lambda values: cursor_of(json.dumps(values))),
    st.tuples(_ODD, st.just(_ID)).map(lambda values: cursor_of(json.dumps(values))),
    json_values().map(lambda value: cursor_of(json.dumps(value))),
    st.text(st.characters(codec=None), max_size=20),
)


def test_a_cursor_nested_beyond_all_depth_is_refused() -> None:
    with pytest.raises(Invalid):
        decode(cursor_of("[" * 100_000), KEYS["id"])


@pytest.mark.parametrize(
    ("order", "values"),
    [
        ("position", [2**31]),
        ("position", [float("inf")]),
        ("confidence", [10**400, _ID]),
        ("name", ["\0", _ID]),
        ("name", ["\ud800", _ID]),
        ("name", [7, _ID]),
        ("id", {_ID: 1}),
    ],
)
def test_values_that_no_row_can_have_are_refused(order: str, values: Any) -> None:
    with pytest.raises(Invalid):
        decode(cursor_of(json.dumps(values)), KEYS[order])


@tries(2000)
@given(cursor=CURSORS, order=st.sampled_from(sorted(KEYS)))
def test_an_odd_cursor_is_refused_or_holds_values_of_its_keys(cursor: str, order: str) -> None:
    count("cursors")
    try:
        values = decode(cursor, KEYS[order])
    except Invalid:
        return
    kinds: list[Any] = [key.type.python_type for key in KEYS[order]]
    assert [type(value) for value in values] == kinds


@tries(500)
@given(cursor=CURSORS, order=st.sampled_from(sorted(KEYS)))
def test_the_database_understands_every_cursor_that_is_taken(stack: Stack, cursor: str, order: str) -> None:
    count("cursors")
    with unit_of_work() as work:
        try:
            read_page(work.session, select(*KEYS[order]), KEYS[order], cursor, 1)
        except Invalid:
            return
