"""Labels as one file: CSV, JSON Lines, Parquet, and the tasks that Label Studio imports."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from app.domain.enums import ExportFormat
from workers.pipelines.export_rows import LabelRow

_GROUP = 10_000  # rows of a Parquet file that are written at once
_FIELDS = (
    *("image_id", "filename", "sha256", "split", "class", "source", "cycle_id", "updated_at"),
    "metadata",
)


def fields(*, several: bool) -> list[str]:
    """The columns of a table; `several`: images may show several classes."""
    return [("classes" if field == "class" and several else field) for field in _FIELDS]


def write_csv(path: Path, rows: Iterable[LabelRow], several: bool) -> None:
    """Several classes of an image are joined by `|`; metadata is JSON, empty if there is none."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fields(several=several))
        writer.writeheader()
        for row in rows:
            told = row.told() | {"metadata": row.metadata_text()}
            writer.writerow(told | ({"classes": "|".join(told["classes"])} if several else {}))


def write_jsonl(path: Path, rows: Iterable[LabelRow], _several: bool) -> None:
    """One object a line; several classes of an image are a list."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row.told(), ensure_ascii=False) + "\n" for row in rows)


def write_parquet(path: Path, rows: Iterable[LabelRow], several: bool) -> None:
    """Texts, a list of them for `classes`; `updated_at` is a time in UTC, `metadata` is JSON or null."""
    import pyarrow as pa  # noqa: PLC0415  # large, and of use here alone
    from pyarrow import parquet  # noqa: PLC0415

    types = {"classes": pa.list_(pa.string()), "updated_at": pa.timestamp("us", tz="UTC")}
    schema = pa.schema([(name, types.get(name, pa.string())) for name in fields(several=several)])
    with parquet.ParquetWriter(path, schema) as writer:
        left = iter(rows)
        while group := list(islice(left, _GROUP)):
            told = [
                row.told() | {"updated_at": row.updated_at, "metadata": row.metadata_text()} for row in group
            ]
            writer.write_table(pa.Table.from_pylist(told, schema=schema))


def write_label_studio(
    path: Path, rows: Iterable[LabelRow], _several: bool, folder: str | None = None
) -> None:
    """Tasks with one annotation each, for a labelling setup as `label_studio_setup` writes it.

    `folder`: where images lie below Label Studio's document root; without it, tasks name the files only.
    """
    with path.open("w", encoding="utf-8") as file:
        file.write("[")
        for number, row in enumerate(rows):
            file.write(",\n" if number else "\n")
            json.dump(_task(row, folder), file, ensure_ascii=False)
        file.write("\n]\n")


def _task(row: LabelRow, folder: str | None) -> dict[str, Any]:
    image = f"/data/local-files/?d={folder}/images/{row.file}" if folder else row.filename
    said = {"from_name": "label", "to_name": "image", "type": "choices", "value": {"choices": row.classes}}
    told = row.told()
    return {
        "data": {"image": image},
        "meta": {name: told[name] for name in ("image_id", "filename", "sha256", "split")},
        "annotations": [{"result": [said]}],
    }


def label_studio_setup(classes: Iterable[str], *, several: bool) -> str:
    """The labelling setup, in Label Studio's XML, that its tasks are for."""
    choices = "".join(f"    <Choice value={quoteattr(name)}/>\n" for name in classes)
    choice = "multiple" if several else "single"
    return (
        f'<View>\n  <Image name="image" value="$image"/>\n'
        f'  <Choices name="label" toName="image" choice="{choice}">\n{choices}  </Choices>\n</View>\n'
    )


def counted(rows: Iterator[LabelRow], tell: Callable[[int], None]) -> Iterator[LabelRow]:
    """Yield rows, and tell how many there were so far."""
    number = 0
    for number, row in enumerate(rows, start=1):
        if number % 1000 == 0:
            tell(number)
        yield row
    tell(number)


# Each takes whether images may show several classes.
WRITERS: dict[ExportFormat, Callable[[Path, Iterable[LabelRow], bool], None]] = {
    ExportFormat.CSV: write_csv,
    ExportFormat.JSONL: write_jsonl,
    ExportFormat.PARQUET: write_parquet,
    ExportFormat.LABEL_STUDIO: write_label_studio,
}
