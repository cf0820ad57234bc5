"""Agreement, against worked examples that others published."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.agreement import against_the_rest, cohen_kappa, fleiss_kappa, krippendorff_alpha, pairs

# Fleiss' kappa, Wikipedia, "Worked example": ten subjects, fourteen raters, five categories.
FLEISS = """0 0 0 0 14
0 2 6 4 2
0 0 3 5 6
0 3 9 2 0
2 2 8 1 1
7 7 0 0 0
3 2 6 3 0
2 5 3 2 2
6 5 2 1 0
0 2 2 3 7"""
# Krippendorff (2011), section C: four observers, twelve units, with gaps.
KRIPPENDORFF = """1 2 3 3 2 1 4 1 2 . . .
1 2 3 3 2 2 4 1 2 5 . 3
. 3 3 3 2 3 4 2 2 5 1 .
1 2 3 3 2 4 4 1 2 5 1 ."""
UNITS = zip(*map(str.split, KRIPPENDORFF.splitlines()), strict=True)
FOUR_RATERS = [Counter(said for said in unit if said != ".") for unit in UNITS]
VOTES = st.lists(st.integers(0, 3), min_size=2, max_size=5).map(Counter)


def both(yes_yes: int, yes_no: int, no_yes: int, no_no: int) -> list[tuple[bool, bool]]:
    counts = [(True, True)] * yes_yes + [(True, False)] * yes_no
    return counts + [(False, True)] * no_yes + [(False, False)] * no_no


@pytest.mark.parametrize(
    ("table", "kappa"),
    # Cohen's kappa, Wikipedia, "Examples".
    [((20, 5, 10, 15), 0.4), ((45, 15, 25, 15), 0.1304), ((25, 35, 5, 35), 0.2593)],
)
def test_cohens_kappa_of_published_tables(table: tuple[int, int, int, int], kappa: float) -> None:
    assert cohen_kappa(both(*table)) == pytest.approx(kappa, abs=5e-5)


def test_fleiss_kappa_of_a_published_table() -> None:
    images = [Counter(dict(enumerate(map(int, row.split())))) for row in FLEISS.splitlines()]
    assert fleiss_kappa(images) == pytest.approx(0.210, abs=5e-4)


def test_krippendorffs_alpha_of_the_authors_example() -> None:
    assert krippendorff_alpha(FOUR_RATERS) == pytest.approx(0.743, abs=5e-4)


def test_an_image_with_one_answer_changes_nothing() -> None:
    more = [*FOUR_RATERS, Counter("7"), Counter()]
    assert krippendorff_alpha(more) == krippendorff_alpha(FOUR_RATERS)
    assert fleiss_kappa(more) == fleiss_kappa(FOUR_RATERS)


@given(st.lists(VOTES, min_size=1, max_size=8))
def test_nothing_is_above_full_agreement(images: list[Counter[int]]) -> None:
    for found in (fleiss_kappa(images), krippendorff_alpha(images)):
        assert found is None or found <= 1 + 1e-12


def test_where_all_agree_agreement_is_one_and_with_one_class_only_it_has_no_meaning() -> None:
    agreed = [Counter({"a": 3}), Counter({"b": 2})]
    assert (fleiss_kappa(agreed), krippendorff_alpha(agreed)) == (1, 1)
    assert fleiss_kappa(agreed[:1]) is krippendorff_alpha(agreed[:1]) is fleiss_kappa([]) is None
    assert krippendorff_alpha([]) is cohen_kappa([]) is None


def test_a_class_is_compared_with_all_others() -> None:
    (image,) = against_the_rest([Counter("aabc")], lambda answer: answer == "a")
    assert image == {True: 2, False: 2}


def test_every_two_people_who_met_are_a_pair() -> None:
    found = pairs([{"ann": 1, "bob": 1}, {"ann": 1, "bob": 2}, {"bob": 2, "cid": 2}])
    assert [(p.first, p.second, p.images, p.agreement) for p in found] == [
        ("ann", "bob", 2, 0.5), ("bob", "cid", 1, 1.0),
    ]  # fmt: skip
