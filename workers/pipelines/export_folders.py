"""Labels with their images as folders in a zip: ImageFolder, and what Hugging Face's `datasets` reads."""

import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from app.domain.enums import Split
from workers.pipelines.export_rows import LabelRow, with_originals

# What others call the part that one trains on.
_FOLDERS = {Split.POOL: "train", Split.VALIDATION: "validation", Split.TEST: "test"}


def add_images(archive: zipfile.ZipFile, rows: Iterable[LabelRow]) -> Iterator[LabelRow]:
    """Put each row's image into `images/`, and pass the row on."""
    for row, data in with_originals(rows):
        archive.writestr(f"images/{row.file}", data)
        yield row


def write_image_folder(path: Path, rows: Iterable[LabelRow], classes: Sequence[str]) -> None:
    """`train/cat/<sha256>.png`: what torchvision's ImageFolder reads, and an import here."""
    folder_of = folder_names(classes)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:  # images are compressed already
        named = (row for row in rows if row.name is not None)
        for row, data in with_originals(named):
            archive.writestr(f"{_FOLDERS[row.split]}/{folder_of[str(row.name)]}/{row.file}", data)


def folder_names(classes: Sequence[str]) -> dict[str, str]:
    """A folder for each class: its name without what no file system likes; no two have the same."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in classes:
        plain = re.sub(r'[/\\:*?"<>|\x00-\x1f]', "_", name).strip(". ") or "_"
        folder, number = plain, 1
        while folder.casefold() in taken:
            number += 1
            folder = f"{plain} ({number})"
        taken.add(folder.casefold())
        found[name] = folder
    return found


def write_hugging_face(path: Path, rows: Iterable[LabelRow], folder: Path, *, several: bool) -> None:
    """`data/train/<sha256>.png` and `data/train/metadata.jsonl`, which `load_dataset` reads as it is.

    `folder` holds what is written last, the tables of the splits.
    """
    with ExitStack() as stack, zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        tables: dict[Split, IO[str]] = {}
        for row, data in with_originals(rows):
            part = _FOLDERS[row.split]
            if row.split not in tables:
                tables[row.split] = stack.enter_context(
                    (folder / f"{part}.jsonl").open("w", encoding="utf-8")
                )
            archive.writestr(f"data/{part}/{row.file}", data)
            label = {"labels": row.classes} if several else {"label": row.name}
            line = {"file_name": row.file, **label, "image_id": str(row.image_id), "filename": row.filename}
            line["metadata"] = row.metadata_text()
            tables[row.split].write(json.dumps(line, ensure_ascii=False) + "\n")
        for split, table in tables.items():
            table.flush()
            part = _FOLDERS[split]
            archive.write(folder / f"{part}.jsonl", f"data/{part}/metadata.jsonl", zipfile.ZIP_DEFLATED)
        archive.writestr("README.md", _card([_FOLDERS[split] for split in tables]))


def _card(parts: Sequence[str]) -> str:
    files = "".join(f"  - split: {part}\n    path: data/{part}/*\n" for part in parts)
    return f"---\nconfigs:\n- config_name: default\n  data_files:\n{files}---\n"
