"""What an import would do, before it does anything: every file is read and decoded, nothing is kept."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice, repeat
from typing import Any
from uuid import UUID

from app.db import images
from app.db.class_sets import several
from app.db.classes import ids_to_label_with
from app.db.models import Project
from app.db.session import unit_of_work
from app.domain.class_defaults import NONE_FOLDER
from app.domain.enums import ImportMode
from app.domain.project_settings import ProjectSettings
from workers.images.decode import BadImage
from workers.images.decoders.pictures import picture_of
from workers.images.decoders.pool import Decoders
from workers.images.found import ListFile, Rejected, SourceFile
from workers.ml.device import usable_cores
from workers.ml.said import Said
from workers.pipelines.claim import Claim
from workers.pipelines.import_files import listed, read
from workers.pipelines.pixels import decoders

_CHUNK = 64
_LISTED = 200
_TIMED = 32  # images whose whole preparation is timed
_FOLDERS = 1000


@dataclass
class Preview:
    """Counts of what is there: by place, by reason, and what is there twice; `size` in bytes.

    What is seen is remembered by its hash, some 100 bytes a file.
    """

    places: Counter[tuple[str | None, str | None]] = field(default_factory=Counter)
    fresh: int = 0
    size: int = 0
    known: int = 0
    twice: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    rejected: list[dict[str, str]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    seen: set[bytes] = field(default_factory=set)
    names: set[str] = field(default_factory=set)

    def reject(self, item: Rejected) -> None:
        """Note one file that would not be taken; a manifest is, in its way."""
        if isinstance(item, ListFile):
            return
        self.reasons[item.code] += 1
        if len(self.rejected) < _LISTED:
            self.rejected.append({"name": item.name, "code": item.code, "reason": item.reason})

    def add(self, found: Sequence["Found"], present: set[str]) -> None:
        """Note images; `present` are the hashes that the project has already."""
        for image in found:
            digest = bytes.fromhex(image.sha256)
            if digest in self.seen:
                self.twice += 1
                continue
            self.seen.add(digest)
            named = image.classes
            self.places[image.split, None if named is None else " + ".join(named) or NONE_FOLDER] += 1
            self.names.update((NONE_FOLDER,) if named == () else named or ())
            if image.sha256 in present:
                self.known += 1
            else:
                self.fresh += 1
                self.size += image.size
            if image.seconds is not None:
                self.seconds.append(image.seconds)

    def as_result(self, known_classes: set[str], none_folder: str | None) -> dict[str, Any]:
        """Return the preview as JSON takes it; `none_folder` is of images without any of the classes."""
        each = sum(self.seconds) / len(self.seconds) if self.seconds else 0.0
        names = self.names
        return {
            "images": sum(self.places.values()),
            "new": self.fresh,
            "bytes": self.size,
            "known": self.known,
            "twice": self.twice,
            "seconds": round(each * self.fresh / usable_cores(), 1),
            "places": [
                {"split": split, "folder": folder, "images": number}
                for (split, folder), number in self.places.most_common(_FOLDERS)
            ],
            "none_folder": none_folder if none_folder in names else None,
            "unknown_classes": sorted(names - known_classes - {none_folder})[:_FOLDERS],
            "known_classes": sorted(names & known_classes)[:_FOLDERS],
            "rejected_count": sum(self.reasons.values()),
            "reasons": dict(self.reasons),
            "rejected": self.rejected,
        }


@dataclass(frozen=True)
class Found:
    """One image that would be taken; `seconds` of one core, where its whole preparation was timed."""

    sha256: str
    size: int
    split: str | None
    classes: tuple[str, ...] | None
    seconds: float | None


def run(claim: Claim) -> None:
    """Preview all files of the job."""
    with unit_of_work() as work:
        project = work.session.get_one(Project, claim.project_id)
        size = ProjectSettings.model_validate(project.settings).image_size
    listing = listed(claim.params["files"])
    total, preview, done = max(1, listing.total), Preview(), 0
    with decoders() as decoding, ThreadPoolExecutor(decoding.threads) as pool:
        mode = ImportMode(claim.params.get("mode", ImportMode.COPY))
        files = read(listing.sources, listing.manifests, mode=mode)
        while chunk := list(islice(files, _CHUNK)):
            timed = len(preview.seconds) < _TIMED
            found: list[Found] = []
            for item in pool.map(_look, chunk, repeat(size), repeat(timed), repeat(decoding)):
                preview.reject(item) if isinstance(item, Rejected) else found.append(item)
            preview.add(found, _present(claim.project_id, found))
            done += len(chunk)
            claim.progress(done / total, Said("files", "{done} of {total} files", done=done, total=total))
    with unit_of_work() as work:
        classes = set(ids_to_label_with(work.session, claim.project_id))
        none = NONE_FOLDER if several(work.session, claim.project_id) else None
    with claim.finish(preview.as_result(classes, None if none in classes else none)):
        pass


def _look(item: SourceFile | Rejected, size: int, timed: bool, decoding: Decoders) -> Found | Rejected:
    """Decode one file; with `timed`, do all of an import that takes time, and tell how long it took."""
    if isinstance(item, Rejected):
        return item
    try:
        picture = picture_of(decoding, item.data, size, renditions="unless_own" if timed else "none")
    except BadImage as error:
        return Rejected(item.name, error.code, error.reason)
    sha = hashlib.sha256(item.data).hexdigest()
    return Found(sha, len(item.data), item.split, item.classes, picture.seconds if timed else None)


def _present(project_id: UUID, found: Sequence[Found]) -> set[str]:
    with unit_of_work() as work:
        return images.present(work.session, project_id, [image.sha256 for image in found])
