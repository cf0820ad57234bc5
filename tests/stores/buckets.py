"""A server that speaks S3, in a process of its own."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from fsspec import filesystem  # type: ignore[import-untyped]

MOTO_SERVER = str(Path(sys.executable).parent / "moto_server")


@contextmanager
def s3_server(port: int) -> Iterator[None]:
    process = subprocess.Popen(
        [MOTO_SERVER, "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(600):
            try:
                httpx.get(f"http://127.0.0.1:{port}/moto-api/")
                break
            except httpx.TransportError:
                assert process.poll() is None
                time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(30)


def bucket(name: str, port: int) -> Any:
    """A bucket, made if it is not there; a file system as seen by its owner."""
    fs = filesystem(
        "s3",
        endpoint_url=f"http://127.0.0.1:{port}",
        key="tests",
        secret="tests",
        use_listings_cache=False,
    )
    if not fs.exists(name):
        fs.mkdir(name)
    return fs
