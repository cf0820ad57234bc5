"""What a request costs here, beside a bare FastAPI endpoint that does the same SQL statements.

    .venv/bin/python bench/bare.py

The peer is one plain endpoint under the same web server: it takes a connection of psycopg's pool, executes
the statements that our request executed, with the same values, and answers with the same body. It looks at
no rights and decides nothing. Eight clients ask for one and the same thing, of both in turns, since a machine
is not as fast all the time; prints requests a second and the CPU time of one, server and database together,
of the turn in the middle.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import httpx
from anyio.from_thread import start_blocking_portal
from clients import console, measure, peer, processes_of, started

LIMIT_TIMES = 3.0
TURNS = 7
BARE = """
import json, sys
from pathlib import Path
from uuid import UUID
from fastapi import FastAPI
from psycopg_pool import ConnectionPool
import uvicorn

told = json.loads(Path(sys.argv[1]).read_text())
asked = [(sql, {name: UUID(v[5:]) if str(v).startswith("uuid:") else v for name, v in values.items()})
         for sql, values in told["statements"]]
pool = ConnectionPool(told["database"], min_size=8, open=True)
app = FastAPI()

@app.get("/bare")
def bare():
    with pool.connection() as connection:
        for sql, values in asked:
            connection.execute(sql, values).fetchall()
    return told["body"]

uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), access_log=False, log_level="warning")
"""


def looked_at(token: str, path: str) -> tuple[list[tuple[str, Any]], Any]:
    """The statements of a request, with their values, and its answer."""
    from sqlalchemy import Engine, event  # noqa: PLC0415  # like the app, not before the data folder is set

    from app.main import create_app  # noqa: PLC0415

    found: list[tuple[str, Any]] = []

    def note(_conn: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        found.append((statement, parameters))

    async def ask() -> Any:
        transport = httpx.ASGITransport(create_app())
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://api", headers=headers) as client:
            return (await client.get(path)).raise_for_status().json()

    event.listen(Engine, "before_cursor_execute", note)
    try:
        with start_blocking_portal() as portal:
            return found, portal.call(ask)
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def run(seconds: float, folder: Path) -> bool:
    """Measure; returns whether the limit holds."""
    from app.db.session import database_url  # noqa: PLC0415
    from app.demo.client import Client  # noqa: PLC0415

    good = True
    with started() as (supervisor, token):
        client = Client(supervisor.url, token)
        project = client.call("POST", "/projects", json={"name": "Bench", "classes": [{"name": "a"}]})["id"]
        image = Path(__file__).parents[1] / "docs/screenshot.png"
        job = client.upload(project, image, "ignore")
        client.wait_for_job(job, lambda *_: None)
        one = client.call("GET", f"/projects/{project}/images")["items"][0]["id"]
        scheme, _, rest = database_url().partition("://")
        for path in (f"/jobs/{job}", f"/images/{one}", f"/projects/{project}/members"):
            path = f"/api/v1{path}"  # noqa: PLW2901
            statements, body = looked_at(token, path)
            told = {
                "database": f"{scheme.partition('+')[0]}://{rest}",
                "statements": statements,
                "body": body,
            }
            file = folder / "told.json"
            file.write_text(json.dumps(told, default=lambda value: f"uuid:{value}"))
            with peer(BARE, "/bare", str(file)) as (url, process):
                server, signed = processes_of(supervisor), f"Authorization: Bearer {token}\r\n"
                both = [
                    (
                        measure(url, ["/bare"], "", [process, *server[1:]], seconds / TURNS),
                        measure(supervisor.url, [path], signed, server, seconds / TURNS),
                    )
                    for _ in range(TURNS)
                ]
            bare, found = sorted(both, key=lambda turn: turn[1].cpu_ms / turn[0].cpu_ms)[TURNS // 2]
            times = found.cpu_ms / bare.cpu_ms
            good &= times <= LIMIT_TIMES
            console.print(
                f"{path.split('/')[3]:<10} {len(statements)} statements   bare {bare.per_second:5.0f}/s "
                f"{bare.cpu_ms:5.2f} ms   Nextbatch {found.per_second:5.0f}/s {found.cpu_ms:5.2f} ms   "
                f"{times:.2f} times the CPU, at most {LIMIT_TIMES:g}",
                soft_wrap=True,
            )
        client.close()
    return good


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=14.0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nb") as name:
        os.environ["NEXTBATCH_DATA_DIR"] = name
        sys.exit(0 if run(asked.seconds, Path(name)) else 1)


if __name__ == "__main__":
    main()
