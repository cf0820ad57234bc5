import numpy as np
import pytest

from workers.ml.reliability import Answers, chosen, estimate

# Four people, fourteen images, three classes; a dash: not asked. What crowd-kit 1.4.2 makes of it
# (`DawidSkene(n_iter=100)`) is that each is as good as certain, save for three.
TOLD = [
    "2220", "121-", "-022", "11-1", "-1-2", "1222", "--21",
    "2--1", "-00-", "000-", "212-", "-000", "-211", "2-10",
]  # fmt: skip
CERTAIN = [2, 1, 2, 1, 2, 1, 2, 2, 0, 0, 2, 0, 1, 2]
OPEN = {4: [0, 0.4274986, 0.5725014], 6: [0, 0.4656708, 0.5343292], 12: [0, 0.8877318, 0.1122682]}


def answers(told: list[str], known: dict[int, int] | None = None) -> Answers:
    rows = [(i, k, int(c)) for i, said in enumerate(told) for k, c in enumerate(said) if c != "-"]
    image, person, said = (np.array(column) for column in zip(*rows, strict=True))
    settled = np.full(len(told), -1)
    for place, name in (known or {}).items():
        settled[place] = name
    return Answers(image, person, said, settled, people=len(told[0]), classes=int(said.max()) + 1)


def test_the_same_comes_out_as_of_crowd_kit() -> None:
    given = answers(TOLD)
    found = estimate(given)
    expected = np.eye(3)[CERTAIN]
    for row, probs in OPEN.items():
        expected[row] = probs
    assert found.probs == pytest.approx(expected, abs=1e-5)
    assert chosen(given, found.probs) == CERTAIN


def test_of_settled_images_the_tables_are_shares_counted_by_hand() -> None:
    found = estimate(answers(["00", "01", "11", "10"], known={0: 0, 1: 0, 2: 1, 3: 1}))
    # The first is right on all four; the second says 1 of one of two zeros, and 0 of one of two ones.
    assert found.tables == pytest.approx(np.array([np.eye(2), np.full((2, 2), 0.5)]), abs=1e-8)
    assert found.reliability == pytest.approx([1.0, 0.5])


def test_a_tie_goes_to_the_more_reliable() -> None:
    agreed = ["000", "111"] * 6 + ["001", "110"] * 3  # the third is wrong now and then
    given = answers([*agreed, "0-1", "1-0"])
    found = estimate(given)
    assert chosen(given, found.probs)[-2:] == [0, 1]
    assert found.reliability[0] > found.reliability[2]


def test_two_people_of_whom_nothing_else_is_known_leave_a_tie() -> None:
    given = answers(["01"])
    assert chosen(given, estimate(given).probs) == [None]


def test_who_always_says_the_opposite_is_heard_in_reverse() -> None:
    found = estimate(answers(["001", "110"] * 5 + ["--1", "--0"]))
    assert found.probs.argmax(axis=1)[-2:].tolist() == [0, 1]
    assert found.reliability == pytest.approx([1, 1, 0], abs=1e-6)


def test_a_class_that_nobody_gave_is_not_chosen() -> None:
    given = answers(["012", "000", "111", "222", "01-"], known={0: 2})
    found = estimate(given)
    assert found.probs.argmax(axis=1)[-1] == 2
    assert chosen(given, found.probs)[-1] != 2


def test_what_a_reviewer_settled_stands_and_teaches_the_others() -> None:
    told = ["01", "01", "01", "10", "10", "10", "01"]
    given = answers(told, known=dict(enumerate([1, 1, 1, 0, 0, 0])))
    assert chosen(given, estimate(given).probs) == [1, 1, 1, 0, 0, 0, 1]


def test_an_image_without_an_answer_is_refused() -> None:
    with pytest.raises(ValueError, match="do not reach"):
        estimate(Answers(np.array([0]), np.array([0]), np.array([0]), np.array([-1, -1]), 1, 1))
