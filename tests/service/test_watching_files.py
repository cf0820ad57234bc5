"""The dashboard, the rules and the page about metrics speak of what is exported, and of nothing else."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.stack import Stack

ROOT = Path(__file__).parents[2]
NAME = re.compile(r"\bnextbatch_[a-z_]+")
ROW = re.compile(r"^\| (`nextbatch_.*?`) \| (.*?) \|", re.MULTILINE)
SELECTED = re.compile(r"(nextbatch_[a-z_]+)\{(.*?)\}")
GROUPED = re.compile(r"by \((.*?)\)")
PARTS = ("_bucket", "_sum", "_count")


def board() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "deploy/grafana.json").read_text())
    return found


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((ROOT / "deploy/alerts.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def of_board() -> list[str]:
    return [target["expr"] for panel in board()["panels"] for target in panel.get("targets", [])]


def of_rules() -> list[str]:
    return [rule["expr"] for rule in rules()]


@pytest.fixture
def exported(stack: Stack) -> set[str]:
    """Every metric of a scrape, whether it has a value now or not."""
    headers = {"Authorization": f"Bearer {stack.person(admin=True).token}"}
    httpx.get(f"{stack.url}/healthz")
    said = httpx.get(f"{stack.url}/metrics", headers=headers).raise_for_status().text
    return set(re.findall(r"^# TYPE (nextbatch_\w+)", said, re.MULTILINE))


def documented() -> dict[str, set[str]]:
    """Of each metric of the page, its labels."""
    page = (ROOT / "docs/operating.md").read_text()
    return {
        name: set(re.findall(r"`(\w+)`", labels))
        for names, labels in ROW.findall(page)
        for name in NAME.findall(names)
    }


def family(name: str, exported: set[str]) -> str:
    """The metric that a part of a histogram is of."""
    whole = next((name.removesuffix(part) for part in PARTS if name.endswith(part)), name)
    return whole if whole in exported else name


def test_the_page_lists_exactly_what_is_exported(exported: set[str]) -> None:
    assert set(documented()) == exported


def test_the_dashboard_shows_each_metric_and_no_other(exported: set[str]) -> None:
    assert {family(name, exported) for expr in of_board() for name in NAME.findall(expr)} == exported


def test_the_rules_watch_only_what_is_exported(exported: set[str]) -> None:
    named = {family(name, exported) for expr in of_rules() for name in NAME.findall(expr)}
    assert named <= exported
    assert all(NAME.search(expr) or expr.startswith("up{") for expr in of_rules())


def labels_used(expr: str) -> Iterator[tuple[str, str]]:
    for name, selected in SELECTED.findall(expr):
        for label in re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", selected):
            yield name, label
    for grouped in GROUPED.findall(expr):
        for name in NAME.findall(expr):
            for label in grouped.split(", "):
                yield name, label


@pytest.mark.parametrize("expr", [*of_board(), *of_rules()])
def test_labels_are_those_of_the_metric(expr: str) -> None:
    known = documented()
    for name, label in labels_used(expr):
        whole = family(name, set(known))
        assert label in known[whole] | ({"le"} if whole != name else set()), (name, label)


def test_what_a_metric_is_labelled_with_is_what_the_page_says(stack: Stack) -> None:
    headers = {"Authorization": f"Bearer {stack.person(admin=True).token}"}
    said = httpx.get(f"{stack.url}/metrics", headers=headers).text
    known = documented()
    for name, labels in re.findall(r"^(nextbatch_\w+)\{(.*?)\} ", said, re.MULTILINE):
        whole = family(name, set(known))
        assert set(re.findall(r'(\w+)="', labels)) - {"le"} == known[whole], name


def test_every_rule_says_what_is_wrong_and_what_to_do() -> None:
    assert len({rule["alert"] for rule in rules()}) == len(rules()) > 5
    for rule in rules():
        assert set(rule["annotations"]) == {"summary", "action"}, rule["alert"]
        assert rule["labels"]["severity"] in ("warning", "critical")


def test_panels_have_places_of_their_own() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in board()["panels"]:
        at = panel["gridPos"]
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not cells & taken, panel["title"]
        assert at["x"] + at["w"] <= 24
        taken |= cells
