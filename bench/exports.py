"""Writing out labels: how long, and how much memory, for 10,000 and for 1,000,000 of them.

    .venv/bin/python bench/exports.py
    .venv/bin/python bench/exports.py --labels 10000

Prints seconds and labels a second of each format of labels alone, the job's most memory beside what it had at
first, and how many times as fast JSON of 10,000 labels is as Label Studio's export of 10,000 annotated tasks.
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from uuid import UUID

from pool import database, execute, fill, person, vacuum
from rich.console import Console

# Label Studio 1.23.2 on 2 cores with PostgreSQL: 10,000 annotated tasks as JSON.
LABEL_STUDIO_SECONDS = 30.3
LIMIT_TIMES_LABEL_STUDIO = 50
LIMIT_MEMORY_MIB = 100
console = Console(highlight=False)


# A label of one of ten classes for each image.
LABELLED = """
    INSERT INTO labels (image_id, project_id, class_id, source, updated_at)
    SELECT id, project_id, (:classes)[1 + row_number() OVER () % 10], 'IMPORT', now()
    FROM images WHERE project_id = :project
"""


def seconds_of(project: UUID, form: str, folder: Path) -> float:
    """Write the labels as the job does, on this process."""
    from app.db.session import unit_of_work  # noqa: PLC0415
    from app.domain.enums import ExportFormat  # noqa: PLC0415
    from workers.pipelines.export_rows import label_rows  # noqa: PLC0415
    from workers.pipelines.export_tables import WRITERS  # noqa: PLC0415

    begun = time.perf_counter()
    with unit_of_work() as work:
        WRITERS[ExportFormat(form)](folder / form, label_rows(work.session, project), False)
    return time.perf_counter() - begun


def most_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(counts: list[int], folder: Path) -> bool:
    """Measure; returns whether all limits hold."""
    from app.db import projects as project_rows  # noqa: PLC0415
    from app.db.session import unit_of_work  # noqa: PLC0415
    from app.schemas.projects import ProjectCreate  # noqa: PLC0415
    from app.services import projects  # noqa: PLC0415

    good = []
    with database(folder), unit_of_work() as work:
        user, _ = person(work.session)
        work.commit()
        for count in counts:
            asked = ProjectCreate(name=str(count), classes=[{"name": f"class {n}"} for n in range(10)])
            project = projects.create(work.session, user, asked)
            work.session.flush()
            ids = [row.id for row in project_rows.classes(work.session, project.id)]
            work.commit()
            fill(project.id, count)
            execute(LABELLED, project=project.id, classes=ids)
            vacuum()
            first = most_mib()
            for form in ("csv", "jsonl", "label-studio", "parquet"):
                took = seconds_of(project.id, form, folder)
                console.print(f"{count:>9} labels, {form:<14}{took:8.2f} s{count / took:12.0f} labels/s")
                if form == "label-studio" and count == 10_000:
                    times = LABEL_STUDIO_SECONDS / took
                    good.append(times >= LIMIT_TIMES_LABEL_STUDIO)
                    console.print(f"  times as fast as Label Studio's export{times:8.0f}, at least 50")
            more = most_mib() - first
            good.append(more <= LIMIT_MEMORY_MIB)
            console.print(
                f"  memory beside {first:.0f} MiB at first{more:8.0f} MiB, at most {LIMIT_MEMORY_MIB}"
            )
    return all(good)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--labels", default="10000,1000000", help="how many, with commas between")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nb") as name:
        os.environ["NEXTBATCH_DATA_DIR"] = name
        sys.exit(0 if run([int(n) for n in asked.labels.split(",")], Path(name)) else 1)


if __name__ == "__main__":
    main()
