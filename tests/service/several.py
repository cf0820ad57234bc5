"""A project whose images may have several classes, and what is said in it."""

from typing import Any
from uuid import uuid4

from tests.digits import digits
from tests.service.test_imports import send
from tests.stack import Person, Project

CLASSES = ("cat", "dog", "night")


def project_of(owner: Person, pool: int = 0, **settings: object) -> Project:
    """Classes cat, dog and night, and so many images without a label."""
    body = {
        "name": uuid4().hex,
        "task": "multi_label_classification",
        "classes": [{"name": name} for name in CLASSES],
        "settings": {
            "image_size": 16,
            "task_epochs": 1,
            "plan": "random",
            "auto_next_cycle": False,
            "near_duplicates": "ask_all",
            "suggestions": True,
            "audit_share": 0,
        }
        | settings,
    }
    project = Project(owner.client.call("POST", "/projects", json=body)["id"], owner.client, {})
    if pool:
        send(project, [(f"{place}.png", data) for place, (data, _) in enumerate(digits()[:pool])])
    return project


def answer(person: Person, assignment: str, *classes: str, **more: object) -> Any:
    """Say which classes an image has; none of them without any."""
    body = {"classes": list(classes)} | more
    return person.client.request("PUT", f"/assignments/{assignment}/annotation", json=body)


def sets(project: Project) -> dict[str, list[str]]:
    """The accepted classes by image."""
    return {row["image_id"]: row["classes"] for row in _labels(project)}


def answered(project: Project) -> dict[str, list[str]]:
    """Those that followed from answers."""
    return {row["image_id"]: row["classes"] for row in _labels(project) if row["source"] == "annotation"}


def _labels(project: Project) -> list[dict[str, Any]]:
    return list(project.client.call("GET", f"/projects/{project.id}/labels?limit=1000")["items"])
