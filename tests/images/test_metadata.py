"""What lists say of images beyond class and split."""

from datetime import UTC, datetime
from decimal import Decimal

from workers.images.metadata import metadata_of


def test_other_columns_are_kept_as_json_has_them() -> None:
    row = {
        "uri": "a.png",
        "camera": "north\x00",
        "lux": 3.5,
        "night": False,
        "gain": float("nan"),
        "note": "",
        "none": None,
        "at": datetime(2026, 11, 26, 22, tzinfo=UTC),
        "price": Decimal("1.50"),
        "raw": b"bytes",
        "tags": ["a", float("inf")],
        "place": {"lat": 1},
    }
    assert metadata_of(row, ["uri"]) == {
        "camera": "north\N{REPLACEMENT CHARACTER}",
        "lux": 3.5,
        "night": False,
        "at": "2026-11-26T22:00:00+00:00",
        "price": "1.50",
        "tags": ["a", None],
        "place": {"lat": 1},
    }


def test_a_column_of_metadata_is_taken_apart() -> None:
    assert metadata_of({"metadata": {"camera": "north"}}, []) == {"camera": "north"}
    assert metadata_of({"metadata": '{"camera": "north"}'}, []) == {"camera": "north"}
    assert metadata_of({"metadata": "plain words"}, []) == {"metadata": "plain words"}


def test_columns_that_tell_of_a_label_of_ours_are_none() -> None:
    ours = {"image_id": "1", "sha256": "2", "cycle_id": None, "updated_at": "3", "source": "import"}
    assert metadata_of(ours | {"lux": 1}, []) == {"lux": 1}
    assert metadata_of({"source": "my camera", "image_id": "1"}, []) == {
        "source": "my camera",
        "image_id": "1",
    }


def test_cells_beyond_the_columns_of_a_csv_are_nothing() -> None:
    assert metadata_of({"a": "1", None: ["2", "3"]}, []) == {"a": "1"}
