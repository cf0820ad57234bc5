"""Answering with known labels, through the same calls that a browser makes."""

from app.demo.client import Client, Told

_AT_ONCE = 50


def answer_queue(client: Client, project: str, truth: dict[str, str], told: Told) -> int:
    """Answer all that can be leased with the `truth` (class by SHA-256); returns how many."""
    done = 0
    total = max(1, client.call("GET", f"/projects/{project}/queue")["queued"])
    while items := client.call("POST", f"/projects/{project}/assignments", json={"limit": _AT_ONCE})["items"]:
        for item in items:
            answer = {"class": truth[item["image"]["sha256"]]}
            client.call("PUT", f"/assignments/{item['id']}/annotation", json=answer)
            done += 1
            told(min(1.0, done / total), f"{done} of {total} labels")
    return done
