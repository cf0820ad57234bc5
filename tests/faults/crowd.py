"""Annotators who go on whatever happens, and a ledger of what the service has acknowledged."""

import threading
import time
from dataclasses import dataclass, field

import httpx

_PATIENCE_SECONDS = 0.2
_LOOK_SECONDS = 0.15  # at an image: else all answers would fall between two faults
_AT_ONCE = 3


@dataclass(frozen=True)
class Answer:
    """An answer that got a 2xx."""

    assignment: str
    image: str
    user: str
    class_name: str


@dataclass
class Ledger:
    """What all annotators sent, and what they were told."""

    sent: int = 0
    repeated: int = 0
    refused: list[str] = field(default_factory=list)
    acknowledged: list[Answer] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Annotator(threading.Thread):
    """Leases, answers with the truth, and asks again when there is no answer, as the browser does."""

    def __init__(
        self,
        url: str,
        who: tuple[str, str],
        *,
        truth: dict[str, str],
        ledger: Ledger,
        over: threading.Event,
    ) -> None:
        super().__init__(daemon=True)
        self._user, token = who
        headers = {"Authorization": f"Bearer {token}"}
        self._http = httpx.Client(base_url=f"{url}/api/v1", headers=headers, timeout=30)
        self._truth, self._ledger, self._over = truth, ledger, over
        self._projects: list[str] = []

    def serve(self, project: str) -> None:
        """Work on a project from now on."""
        self._projects.append(project)

    def run(self) -> None:
        while not self._over.is_set():
            for project in list(self._projects):
                self._round(project)
            self._over.wait(_PATIENCE_SECONDS)

    def _round(self, project: str) -> None:
        try:
            leased = self._http.post(f"/projects/{project}/assignments", json={"limit": _AT_ONCE})
        except httpx.HTTPError:
            return
        if not leased.is_success:
            return
        for item in leased.json()["items"]:
            self._answer(item["id"], item["image"]["id"], self._truth[item["image"]["sha256"]])

    def _answer(self, assignment: str, image: str, name: str) -> None:
        """Send until the service says yes or no; it may have kept what it could not confirm."""
        time.sleep(_LOOK_SECONDS)
        tries = 0
        while not self._over.is_set():
            tries += 1
            with self._ledger.lock:
                self._ledger.sent += 1
                self._ledger.repeated += tries > 1
            try:
                told = self._http.put(f"/assignments/{assignment}/annotation", json={"class": name})
            except httpx.HTTPError:
                time.sleep(_PATIENCE_SECONDS)
                continue
            if told.is_server_error:
                time.sleep(_PATIENCE_SECONDS)
                continue
            with self._ledger.lock:
                if told.is_success:
                    self._ledger.acknowledged.append(Answer(assignment, image, self._user, name))
                else:
                    self._ledger.refused.append(told.json()["error"]["code"])
            return
