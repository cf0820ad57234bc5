"""Labels by how reliable people turn out to be (label rule `dawid_skene`)."""

from typing import Any
from uuid import uuid4

import pytest

from tests.service.test_classes import merge
from tests.service.test_labelling import code, labels
from tests.service.test_overlap import cycle_of, everybody_says, overlapping, people
from tests.stack import MakeProject, Person, Project, Stack


def trained(project: Project) -> dict[str, Any]:
    """The training of the cycle that has closed, when it is over."""
    job = cycle_of(project)["training_job_id"]
    found: dict[str, Any] = project.client.wait_for_job(job, lambda *_: None)
    return found


@pytest.fixture
def project(make_project: MakeProject) -> Project:
    return overlapping(make_project, images=7, overlap=3, label_rule="dawid_skene")


def test_when_labelling_closes_the_more_reliable_settle_what_was_tied(stack: Stack, project: Project) -> None:
    who = people(stack, project, 3)
    tied = everybody_says(project, who, "3s4")
    for names in ("333", "334", "334", "444"):
        everybody_says(project, who, names)
    assert tied not in labels(project)  # while labelling is open, the majority's answer stands
    assert len(labels(project)) == 4
    settled = everybody_says(project, who, "556")
    project.client.call("PUT", f"/projects/{project.id}/labels/{settled}", json={"class": "7"})
    everybody_says(project, who, "555")
    assert trained(project)["result"]["weighed"] == 6
    assert labels(project)[tied] == "3"
    everything = project.client.call("GET", f"/projects/{project.id}/labels")["items"]
    assert {row["class"] for row in everything if row["source"] == "review"} == {"7"}
    found = project.client.call("GET", f"/projects/{project.id}/agreement")["annotators"]
    sure = {one["user_id"]: one["reliability"] for one in found}
    assert sure[str(who[2].user.id)] < sure[str(who[0].user.id)] <= 1
    merge(project, "9", "3")  # what was worked out from all answers is not derived from those of one image
    assert labels(project)[tied] == "3"


@pytest.mark.parametrize("new", [True, False])
def test_where_images_may_have_several_classes_people_are_not_weighed(owner: Person, new: bool) -> None:
    body = {"name": uuid4().hex, "task": "multi_label_classification", "classes": [{"name": "a"}]}
    wanted = {"settings": {"label_rule": "dawid_skene"}}
    if new:
        answer = owner.client.request("POST", "/projects", json=body | wanted)
    else:
        made = owner.client.call("POST", "/projects", json=body)["id"]
        answer = owner.client.request("PATCH", f"/projects/{made}", json=wanted)
    assert (answer.status_code, code(answer)) == (422, "label_rule_not_possible")
