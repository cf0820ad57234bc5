from collections import Counter
from pathlib import Path

import pytest

from tests.digits import digits, zip_of
from workers.backtest.labelled_set import Found, LabelledSet, NotBacktestable, read_labelled, split_up
from workers.images.limits import Limits


def cut(found: list[Found], **options: object) -> LabelledSet:
    told: dict[str, object] = {"seed": 0, "validation_share": 0.25}
    return split_up("set", found, Path(), 8, **(told | options))  # type: ignore[arg-type]


def named(n: int, split: str | None = None, start: int = 0) -> list[Found]:
    return [Found(f"{i:04}", "cat" if i % 2 else "dog", split) for i in range(start, start + n)]


def test_a_fifth_is_held_out_where_no_split_is_named() -> None:
    data = cut(named(100))
    assert (len(data.test.ids), len(data.validation.ids), len(data.pool.ids)) == (20, 20, 60)


def test_no_image_is_in_two_splits() -> None:
    data = cut(named(100))
    everywhere = [*data.test.ids, *data.validation.ids, *data.pool.ids]
    assert len(set(everywhere)) == 100


def test_splits_that_are_named_are_kept() -> None:
    data = cut(named(10, "test") + named(30, "train", start=10) + named(6, "validation", start=40))
    assert set(data.test.ids) == {f.sha for f in named(10)}
    assert (len(data.validation.ids), len(data.pool.ids)) == (6, 30)


def test_an_image_of_pool_and_test_is_a_test_image_only() -> None:
    data = cut(named(10, "test") + named(40, "train", start=5))
    assert not set(data.test.ids) & {*data.pool.ids, *data.validation.ids}
    assert data.left_out == {"duplicate": 5}


def test_the_order_of_the_source_changes_nothing() -> None:
    assert cut(named(50)).pool == cut(named(50)[::-1]).pool


def test_imbalance_keeps_so_many_of_each_class() -> None:
    data = cut(named(200, "train") + named(20, "test", start=200), imbalance=[10, 30])
    assert data.classes == ["cat", "dog"]
    assert Counter(data.pool.labels) == {0: 10, 1: 30}


@pytest.mark.parametrize("found", [[], named(1), [Found(f"{i}", "cat", None) for i in range(50)]])
def test_what_cannot_be_replayed_is_refused_with_the_reason(found: list[Found]) -> None:
    with pytest.raises(NotBacktestable, match="folders named by class"):
        cut(found)


def test_a_zip_is_read_with_its_splits_and_what_is_broken_is_counted(tmp_path: Path) -> None:
    entries = [*digits()[:6], (b"no image", "3")]
    source = zip_of(tmp_path / "set.zip", entries, prefix="train/")
    found, left_out = read_labelled(source, tmp_path / "pixels", 8, Limits())
    assert [(f.label, f.split) for f in found] == [(label, "train") for _, label in digits()[:6]]
    assert sum(left_out.values()) == 1
