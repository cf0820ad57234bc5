import pytest

from workers.ml.query.uniform import uniform


def test_the_papers_case_takes_every_fifth() -> None:
    assert uniform(5000, 1000) == list(range(0, 5000, 5))


def test_steps_are_rounded_down() -> None:
    assert uniform(11, 4) == [0, 2, 4, 6]


@pytest.mark.parametrize("budget", [5, 6, 100])
def test_a_budget_of_all_images_takes_all(budget: int) -> None:
    assert uniform(5, budget) == [0, 1, 2, 3, 4]
