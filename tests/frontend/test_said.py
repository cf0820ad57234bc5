"""The pages have a text for every sentence of the server, so that it can be told in every language."""

import re
from pathlib import Path

from app.domain.plans import NAMED_PLANS

ROOT = Path(__file__).parents[2]
TEXTS = ROOT / "frontend/src/said/texts.ts"
WHYS = ROOT / "frontend/src/said/whyTexts.ts"
RULES = ROOT / "frontend/src/said/ruleTexts.ts"
REASONS = ROOT / "frontend/src/imports/reasons.ts"


def sources(*folders: str) -> str:
    return "\n".join(path.read_text() for folder in folders for path in (ROOT / folder).rglob("*.py"))


def known(texts: Path) -> set[str]:
    return set(re.findall(r"^ +(\w+): t`", texts.read_text(), re.MULTILINE))


def test_every_sentence_has_a_text_in_the_catalogues() -> None:
    told = set(re.findall(r'(?:\bSaid|\bsentence)\(\s*"(\w+)"', sources("app", "workers")))
    assert {"epoch_loss", "few_left", "worker_silent"} <= told
    assert told <= known(TEXTS)


def test_every_reason_to_refuse_what_was_entered_has_a_text_in_the_catalogues() -> None:
    told = set(re.findall(r'\bwhy="(\w+)"', sources("app", "workers")))
    assert {"no_owner", "labels_for_a_check"} <= told
    assert told == known(WHYS)


def test_every_rule_of_our_own_that_a_field_can_break_has_a_text_in_the_catalogues() -> None:
    told = set(re.findall(r'PydanticCustomError\(\s*"(\w+)"', sources("app", "workers")))
    assert {"plan_named_twice", "kept_hotkeys"} <= told
    assert told <= set(re.findall(r'case "(\w+)"', RULES.read_text()))


def test_every_reason_to_leave_a_file_out_has_a_text_in_the_catalogues() -> None:
    pattern = r'(?:\bRejected\([^"\n]*|\bBadImage\(|\bUnreadableSource\(|yield path, \()"(\w+)"'
    told = set(re.findall(pattern, sources("workers/images", "workers/pipelines")))
    assert {"corrupt", "link", "not_a_zip", "unknown_class"} <= told
    assert told <= known(REASONS)


def test_the_summary_of_every_plan_that_ships_is_in_the_catalogues() -> None:
    text = (ROOT / "frontend/src/plans/summaries.ts").read_text()
    told = dict(re.findall(r'^  "?([\w-]+)"?: t`(.+)`,$', text, re.MULTILINE))
    assert told == {name: plan.summary for name, plan in NAMED_PLANS.items()}
