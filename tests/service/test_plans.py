"""Cycles follow the plan of their project, and keep it."""

from typing import Any

import pytest

from app.demo.replay import answer_queue
from app.domain.enums import PretextTaskName, QueryStrategyName
from app.domain.plans import NAMED_PLANS
from app.domain.plans.plan import ASK_THE_MODEL, LOOK_AT_FEATURES
from tests.service.test_loop import next_cycle, refused
from tests.stack import MakeProject, Project, quiet
from workers.ml.pretext.registry import PRETEXT_TASKS
from workers.ml.query.registry import QUERY_STRATEGIES
from workers.ml.query.strategy import Need

BUDGET = 6


def follow(project: Project, plan: Any) -> None:
    settings = project.client.call("GET", f"/projects/{project.id}")["settings"]
    project.client.call("PATCH", f"/projects/{project.id}", json={"settings": settings | {"plan": plan}})


def test_every_name_of_a_strategy_has_one_and_the_domain_knows_its_needs() -> None:
    assert set(QUERY_STRATEGIES) == {name.value for name in QueryStrategyName}
    assert {n for n, s in QUERY_STRATEGIES.items() if s.needs_model} == {n.value for n in ASK_THE_MODEL}
    looking = {n for n, s in QUERY_STRATEGIES.items() if Need.PRETEXT_FEATURES in s.needs}
    assert looking == {n.value for n in LOOK_AT_FEATURES}


def test_every_name_of_a_pretext_task_has_one() -> None:
    assert set(PRETEXT_TASKS) == {name.value for name in PretextTaskName}


def test_the_shipped_plans_are_listed(make_project: MakeProject) -> None:
    answer = make_project().client.call("GET", "/plans")
    items = answer["items"]
    assert answer["recommended"] in NAMED_PLANS
    assert [plan["name"] for plan in items] == list(NAMED_PLANS)
    assert all(plan["summary"] for plan in items)


@pytest.mark.parametrize("name", list(NAMED_PLANS))
def test_two_cycles_of_every_plan(make_project: MakeProject, name: str) -> None:
    plan = NAMED_PLANS[name]
    project = make_project(pool=40, test=8, plan=name, budget=BUDGET)
    if plan.needs_pretext_run:
        body = {"pool_batches": 3, "epochs": 1, "task": plan.pretext_task, "order": plan.order}
        project.wait(project.client.call("POST", f"/projects/{project.id}/pretext-runs", json=body))
    first = project.start_cycle(budget=BUDGET)
    assert (first["plan"]["name"], first["strategy"], first["queued"]) == (name, plan.first, BUDGET)
    answer_queue(project.client, project.id, project.truth, quiet)
    second = next_cycle(project, 2)
    assert (second["plan"]["name"], second["strategy"], second["queued"]) == (name, plan.later, BUDGET)
    assert second["note"] == ""


def test_another_network_than_the_pretext_runs_begins_fresh(make_project: MakeProject) -> None:
    project = make_project(pool=40, test=8, plan="nextbatch", budget=BUDGET, backbone="small_cnn")
    project.rank()
    project.start_cycle(budget=BUDGET)
    settings = project.client.call("GET", f"/projects/{project.id}")["settings"]
    settings |= {"backbone": "resnet18_small"}
    project.client.call("PATCH", f"/projects/{project.id}", json={"settings": settings})
    answer_queue(project.client, project.id, project.truth, quiet)
    next_cycle(project, 2)
    cycles = project.client.call("GET", f"/projects/{project.id}/cycles")["items"]
    first = next(cycle for cycle in cycles if cycle["number"] == 1)
    assert first["model"]["backbone"] == "resnet18_small"
    assert first["note"].endswith("so the task model began with fresh weights.")


@pytest.mark.parametrize("task", list(PretextTaskName))
def test_every_pretext_task_ranks_the_pool(make_project: MakeProject, task: str) -> None:
    project = make_project(pool=12)
    body = {"task": task, "pool_batches": 3, "epochs": 1}
    run = project.client.call("POST", f"/projects/{project.id}/pretext-runs", json=body)
    project.wait(run)
    found = project.client.call("GET", f"/pretext-runs/{run['pretext_run']['id']}")
    assert [batch["size"] for batch in found["batches"]] == [4, 4, 4]
    assert len(found["history"]["loss"]) == 1
    assert sum(found["history"]["histogram"]["counts"]) == 12


def test_ascending_asks_the_easiest_first(make_project: MakeProject) -> None:
    project = make_project(pool=12, plan="pt4al-ascending", budget=2)
    body = {"pool_batches": 3, "epochs": 1, "order": "ascending"}
    run = project.client.call("POST", f"/projects/{project.id}/pretext-runs", json=body)
    project.wait(run)
    scores = project.client.call("GET", f"/pretext-runs/{run['pretext_run']['id']}/scores")["items"]
    easiest = sorted(scores, key=lambda score: score["loss"])
    project.start_cycle(budget=2)
    asked = project.client.call("POST", f"/projects/{project.id}/assignments", json={"limit": 2})["items"]
    assert [a["image"]["id"] for a in asked] == [easiest[0]["image_id"], easiest[2]["image_id"]]


def test_a_plan_changes_between_cycles_and_history_is_kept(make_project: MakeProject) -> None:
    project = make_project(pool=30, test=4, plan="random", budget=4)
    project.start_cycle(budget=4)
    follow(project, "least-confidence")
    answer_queue(project.client, project.id, project.truth, quiet)
    next_cycle(project, 2)
    cycles = project.client.call("GET", f"/projects/{project.id}/cycles")["items"]
    assert [(c["plan"]["name"], c["strategy"]) for c in cycles] == [
        ("random", "random"),
        ("least-confidence", "least_confidence"),
    ]


def test_a_model_that_cannot_answer_the_new_rule_is_asked_another_and_the_cycle_says_so(
    make_project: MakeProject,
) -> None:
    project = make_project(pool=30, test=4, plan="random", budget=4)
    project.start_cycle(budget=4)
    follow(project, "learning-loss")
    answer_queue(project.client, project.id, project.truth, quiet)
    cycle = next_cycle(project, 2)
    assert cycle["strategy"] == "least_confidence"
    assert "without a loss head" in str(cycle["note"])


def test_the_next_cycle_waits_for_the_pretext_run_that_a_new_plan_needs(make_project: MakeProject) -> None:
    project = make_project(pool=30, test=4, plan="random", budget=4)
    project.start_cycle(budget=4)
    follow(project, "typiclust")
    answer_queue(project.client, project.id, project.truth, quiet)
    jobs = project.client.call("GET", f"/projects/{project.id}/jobs")["items"]
    for job in jobs:
        project.client.wait_for_job(job["id"], quiet)
    cycle = project.client.call("GET", f"/projects/{project.id}/cycles")["items"][-1]
    project.client.wait_for_job(cycle["training_job_id"], quiet)
    (cycle,) = project.client.call("GET", f"/projects/{project.id}/cycles")["items"]
    assert cycle["state"] == "done"
    assert "The next cycle waits" in cycle["note"]


def test_a_run_of_another_order_does_not_fit_the_plan(make_project: MakeProject) -> None:
    project = make_project(pool=12, plan="pt4al-ascending")
    project.rank(pool_batches=3)
    answer = project.client.request("POST", f"/projects/{project.id}/cycles", json={"budget": 2})
    assert refused(answer) == (409, "no_pretext_run")
    assert answer.json()["error"]["details"] == {"task": "rotation", "order": "ascending"}


def test_a_plan_of_ones_own_is_followed(make_project: MakeProject) -> None:
    plan = {"name": "mine", "scope": "pool", "first": "random", "later": "entropy"}
    project = make_project(pool=20, plan=plan, budget=3)
    assert project.start_cycle(budget=3)["plan"]["name"] == "mine"


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        ("nonsense", "unknown_plan"),
        ({"name": "x", "first": "margin"}, "invalid"),
        ({"name": "X!"}, "invalid"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(make_project: MakeProject, plan: Any, code: str) -> None:
    project = make_project(pool=4)
    body = {"budget": 2, "plan": plan}
    answer = project.client.request("POST", f"/projects/{project.id}/cycles", json=body)
    assert refused(answer) == (422, code)
