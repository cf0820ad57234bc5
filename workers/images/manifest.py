"""A list beside the images that says what each of them is: a table, or Label Studio's export.

A table is `manifest` or `metadata` as CSV, JSON Lines or Parquet, with a column for the file (`uri`, `path`,
`filename` or `file_name`), and perhaps `label` (or `class`), `labels` (or `classes`: a list; in CSV joined by
`|`) and `split`. Other columns are metadata. So it reads what we export, and what Hugging Face's
`imagefolder` has. Label Studio's export is a `.json` file with a list of tasks.
"""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit

from workers.images.found import SPLITS, Rejected, SourceFile, Split, printable
from workers.images.metadata import METADATA_BYTES, metadata_of, size_of

Kind = Literal["csv", "jsonl", "parquet", "tasks"]

_TABLE = re.compile(r"(?:manifest|metadata)\.(csv|jsonl|parquet)", re.IGNORECASE)
_FILE = ("uri", "path", "filename", "file_name")
_ONE, _SEVERAL = ("label", "class"), ("labels", "classes")
_TAKEN = (*_FILE, *_ONE, *_SEVERAL, "split")
_TABLES = {".csv": "csv", ".jsonl": "jsonl", ".parquet": "parquet"}
_SPLITS: dict[str, Split] = {**SPLITS, "pool": "train"}
# Label Studio names an upload by eight hexadecimal digits and the name that it had.
_UPLOADED = re.compile(r"[0-9a-f]{8}-(.+)")


class BadManifest(Exception):
    """A manifest that cannot be read: a `message` for people, which names the file."""


@dataclass(frozen=True)
class Listed:
    """What a manifest says of one image. `labels`: None says nothing, () none of the classes."""

    labels: tuple[str, ...] | None
    split: Split | None
    metadata: dict[str, Any] = field(default_factory=dict)


ReadTable = Callable[[str, bytes], list[tuple[str, Listed]]]


class Manifest:
    """What a list says, by file. `folder` is where it lies: its paths begin there."""

    def __init__(self, folder: str, rows: Iterable[tuple[str, Listed]]) -> None:
        self._by_path: dict[str, Listed] = {}
        by_name: dict[str, list[Listed]] = {}
        for uri, listed in rows:
            path = _path_of(uri)
            self._by_path[f"{folder}/{path}" if folder else path] = listed
            for name in _names_of(path):
                by_name.setdefault(name, []).append(listed)
        # A name alone tells an image only if a single row has it.
        self._by_name = {name: rows[0] for name, rows in by_name.items() if len(rows) == 1}

    def __len__(self) -> int:
        return len(self._by_path)

    def of(self, name: str) -> Listed | None:
        """What is said of the file `name` of the source: by its path, or else by its last part."""
        return self._by_path.get(name) or self._by_name.get(PurePosixPath(name).name)


def as_listed(file: SourceFile, listed: Listed) -> SourceFile | Rejected:
    """The file as what is said of it; or why that is too much."""
    refused = metadata_refused(file.name, listed)
    if refused is not None:
        return refused
    return replace(file, listed=listed.labels, split=listed.split or file.split, metadata=listed.metadata)


def metadata_refused(name: str, listed: Listed) -> Rejected | None:
    """The rejection of an image of which more is said than is kept."""
    if size_of(listed.metadata) <= METADATA_BYTES:
        return None
    reason = f"The list's other columns are larger than {METADATA_BYTES // 1024} KiB for this image."
    return Rejected(printable(name), "metadata_too_large", reason)


def kind_of(name: str) -> Kind | None:
    """What a file would be by its name; tasks may turn out to be any other JSON."""
    last = PurePosixPath(name).name
    if table := _TABLE.fullmatch(last):
        kind: Any = table[1].lower()
        return kind  # type: ignore[no-any-return]
    return "tasks" if last.lower().endswith(".json") else None


def read_manifest(name: str, data: bytes, table: ReadTable | None = None) -> Manifest | None:
    """Read the file `name` of a source; None if it is some other JSON. Raises BadManifest.

    `table` reads tables in place of `read_table`.
    """
    folder = str(PurePosixPath(name).parent).removeprefix(".")
    if kind_of(name) != "tasks":
        return Manifest(folder, (table or read_table)(name, data))
    try:
        tasks = json.loads(data)
        return Manifest(folder, map(_of_task, tasks)) if _are_tasks(tasks) else None
    except Exception:  # noqa: BLE001  # any JSON may lie beside images
        return None


def is_table(name: str) -> bool:
    """Whether a file would be a table by its suffix, whatever it is called."""
    return PurePosixPath(name).suffix.lower() in _TABLES


def read_table(name: str, data: bytes) -> list[tuple[str, Listed]]:
    """Read a table by its suffix: rows of the text that names a file, and what it says. BadManifest."""
    try:
        rows = _table(_TABLES[PurePosixPath(name).suffix.lower()], data)
        return [_of_row(row) for row in rows]
    except BadManifest as error:
        raise BadManifest(printable(f"{name}: {error}")) from error
    except MemoryError as error:
        raise BadManifest(printable(f"{name} takes more memory to read than is allowed.")) from error
    except Exception as error:  # readers of hostile bytes raise anything; people need one answer
        reason = str(error).strip() or type(error).__name__
        raise BadManifest(printable(f"{name} cannot be read: {reason}")) from error


def _table(kind: str, data: bytes) -> list[dict[str, Any]]:
    if kind == "parquet":
        from pyarrow import parquet  # noqa: PLC0415  # large, and of use here alone

        rows: list[dict[str, Any]] = parquet.read_table(io.BytesIO(data)).to_pylist()
        return rows
    text = data.decode("utf-8-sig")
    if kind == "csv":
        return list(csv.DictReader(io.StringIO(text, newline="")))
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def _of_row(row: dict[str, Any]) -> tuple[str, Listed]:
    file = _first(row, _FILE)
    if not isinstance(file, str) or not file:
        raise BadManifest(f"each row needs one of the columns {', '.join(_FILE)}")
    one, several = _first(row, _ONE), _first(row, _SEVERAL)
    labels = None
    if several is not None:
        labels = _names(several.split("|") if isinstance(several, str) else several)
    elif one not in (None, ""):
        labels = _names([one])
    split = row.get("split")
    if split and str(split).lower() not in _SPLITS:
        raise BadManifest(f"the split of {file} is none of {', '.join(_SPLITS)}")
    return file, Listed(labels, _SPLITS[str(split).lower()] if split else None, metadata_of(row, _TAKEN))


def _names(labels: Iterable[Any]) -> tuple[str, ...]:
    """Names of classes, as a database can keep them, without empty ones."""
    return tuple(name for label in labels if (name := printable(str(label)).strip()))


def _first(row: dict[str, Any], names: Iterable[str]) -> Any:
    return next((row[name] for name in names if row.get(name) is not None), None)


def _are_tasks(tasks: object) -> bool:
    return (
        isinstance(tasks, list)
        and bool(tasks)
        and all(isinstance(task, dict) and isinstance(task.get("data"), dict) for task in tasks)
    )


def _of_task(task: dict[str, Any]) -> tuple[str, Listed]:
    """The image of a task, and what most of its annotations say; a tie says nothing."""
    data = task["data"]
    image = next((data[key] for key in ("image", "img", "url") if isinstance(data.get(key), str)), None)
    image = image or next((value for value in data.values() if isinstance(value, str)), "")
    said = Counter(
        tuple(sorted(choice for result in one["result"] for choice in _choices(result)))
        for one in task.get("annotations") or []
        if not one.get("was_cancelled")
    )
    most = said.most_common(2)
    tie = len(most) == 2 and most[0][1] == most[1][1]
    return image, Listed(most[0][0] if most and not tie else None, None)


def _choices(result: dict[str, Any]) -> list[str]:
    value = result.get("value") or {}
    return list(_names(value.get("choices") or [])) if result.get("type") == "choices" else []


def _path_of(uri: str) -> str:
    """The path in a URI, without what would lead out of the folder."""
    parts = urlsplit(uri) if "://" in uri or uri.startswith("/data/") else None
    path = unquote(parts.path) if parts else uri.replace("\\", "/")
    if parts and (local := parse_qs(parts.query).get("d")):  # Label Studio's local files
        path = local[0]
    return "/".join(part for part in path.split("/") if part not in ("", ".", ".."))


def _names_of(path: str) -> set[str]:
    name = PurePosixPath(path).name
    uploaded = _UPLOADED.fullmatch(name)
    return {name, uploaded[1]} if uploaded else {name}
