"""The frontend's API types are those of the API."""

import subprocess
import sys
from pathlib import Path

from app.api.document import document

ROOT = Path(__file__).parents[2]


def test_generated_types_do_not_drift(tmp_path: Path) -> None:
    (tmp_path / "openapi.json").write_text(document())
    fresh = tmp_path / "schema.d.ts"
    subprocess.run(
        [
            sys.executable, "frontend/build_hook.py", "exec", "--", "openapi-typescript",
            str(tmp_path / "openapi.json"), "-o", str(fresh),
        ],
        cwd=ROOT,
        check=True,
    )  # fmt: skip
    committed = (ROOT / "frontend/src/api/schema.d.ts").read_text()
    assert fresh.read_text() == committed, "run `make types` and commit the result"
