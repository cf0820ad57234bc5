"""Parquet through a process: the same as without it, and within limits."""

import io
import sys
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from pyarrow import parquet

from tests.images.decoders.bad_work import CRASH
from workers.images.decoders import tables
from workers.images.decoders.tables import read_table_apart
from workers.images.limits import Limits
from workers.images.manifest import BadManifest, read_table

LIMITS = Limits()
WHEN = datetime(2026, 11, 27, 12, tzinfo=ZoneInfo("Asia/Seoul"))
ROWS: list[dict[str, Any]] = [
    {"uri": "1.png", "label": "cat", "labels": None, "split": "val", "when": WHEN, "price": Decimal("1.50")},
    {"uri": "2.png", "label": None, "labels": ["a", "b"], "split": None, "when": None, "price": None},
]


def written(table: pa.Table) -> bytes:
    buffer = io.BytesIO()
    parquet.write_table(table, buffer)
    return buffer.getvalue()


def wrong_with(data: bytes, limits: Limits = LIMITS) -> str:
    with pytest.raises(BadManifest) as caught:
        read_table_apart("shots.parquet", data, limits)
    return str(caught.value)


def test_a_process_reads_what_this_one_does() -> None:
    data = written(pa.Table.from_pylist(ROWS))
    assert read_table_apart("shots.parquet", data, LIMITS) == read_table("shots.parquet", data)


def test_time_zones_that_were_never_heard_of_are_read() -> None:
    far = timezone(timedelta(hours=5, minutes=45))
    data = written(pa.table({"uri": ["1.png"], "t": pa.array([WHEN.astimezone(far)])}))
    assert read_table_apart("shots.parquet", data, LIMITS) == read_table("shots.parquet", data)


def test_what_cannot_be_read_is_told_as_without_a_process() -> None:
    with pytest.raises(BadManifest) as here:
        read_table("shots.parquet", b"hello")
    assert wrong_with(b"hello") == str(here.value)


def test_a_table_that_ends_its_process_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_WORK", "tests.images.decoders.bad_work")
    assert wrong_with(CRASH) == "shots.parquet cannot be read: Decoding ends its process (signal 11)."


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such limit")
def test_a_table_that_unpacks_to_too_much_is_refused() -> None:
    column = pa.array(["x" * 2**20]).take(pa.array([0] * 600))
    data = written(pa.table({"uri": column}))
    assert len(data) < 2**20
    assert "memory" in wrong_with(data, Limits(decode_mib=256))
