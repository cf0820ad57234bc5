"""A small client of the REST API: what the demo and the benches need of it."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

Told = Callable[[float, str], None]
# A job is looked at soon, since most are short, and then less and less often.
_SOON_SECONDS, _OFTEN_SECONDS = 0.02, 0.32


class ApiError(Exception):
    """The API refused; the message is the API's."""


class Client:
    """One signed-in caller."""

    def __init__(self, url: str, token: str) -> None:
        self._http = httpx.Client(
            base_url=f"{url}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=600
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Return the answer, whatever it is."""
        return self._http.request(method, path, **options)

    def download(self, path: str) -> bytes:
        """Return the bytes behind a path; raises ApiError."""
        answer = self.request("GET", path)
        if answer.is_error:
            raise ApiError(answer.json()["error"]["message"])
        return answer.content

    def call(self, method: str, path: str, **options: Any) -> Any:
        """Return the answer's JSON, or None if it has none; raises ApiError."""
        answer = self.request(method, path, **options)
        if answer.is_error:
            raise ApiError(answer.json()["error"]["message"])
        return answer.json() if answer.content else None

    def upload(self, project: str, path: Path, labels: str) -> str:
        """Upload a file for import; returns the job's id."""
        with path.open("rb") as file:
            answer = self.call(
                "POST",
                f"/projects/{project}/imports",
                files={"file": (path.name, file)},
                data={"labels": labels},
            )
        return str(answer["job"]["id"])

    def wait_for_job(self, job: str, told: Told) -> dict[str, Any]:
        """Return the job once it has succeeded; raises ApiError if it ended otherwise."""
        pause = _SOON_SECONDS
        while True:
            now: dict[str, Any] = self.call("GET", f"/jobs/{job}")
            told(now["progress"], now["message"])
            if now["status"] == "succeeded":
                return now
            if now["status"] in ("failed", "cancelled"):
                raise ApiError(now["error"] or f"The job was {now['status']}.")
            time.sleep(pause)
            pause = min(2 * pause, _OFTEN_SECONDS)

    def open_cycle(self, project: str, told: Told) -> dict[str, Any]:
        """Return the newest cycle once it can be labelled; raises ApiError if it failed."""
        while True:
            cycle: dict[str, Any] = self.call("GET", f"/projects/{project}/cycles?limit=1000")["items"][-1]
            job = cycle["training_job_id"] or cycle["query_job_id"]
            if cycle["state"] == "labelling":
                return cycle
            if cycle["state"] == "failed":
                raise ApiError(cycle["failure"])
            self.wait_for_job(job, told)
            time.sleep(0.05)
