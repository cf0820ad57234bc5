"""How people like the pages."""

import pytest

from tests.stack import Stack

USUAL = {"theme": "auto", "language": "auto", "keys": {}, "keep_picture": False, "guidelines_open": False}


def test_preferences_are_ones_own_and_what_a_change_leaves_out_stays(stack: Stack) -> None:
    one, other = stack.person(), stack.person()
    one.client.call("PATCH", "/me", json={"preferences": {"theme": "dark"}})
    one.client.call("PATCH", "/me", json={"preferences": {"keys": {"undo": ["mod+z"], "help": ["?"]}}})
    one.client.call("PATCH", "/me", json={"preferences": {"keys": {"undo": ["alt+shift+arrowleft", "x"]}}})
    assert one.client.call("GET", "/me")["preferences"] == USUAL | {
        "theme": "dark",
        "keys": {"undo": ["alt+shift+arrowleft", "x"]},
    }
    assert other.client.call("GET", "/me")["preferences"] == USUAL


@pytest.mark.parametrize(
    "wrong",
    [
        {"theme": "pink"},
        {"language": "tlh"},
        {"keys": {"undo": ["z"], "skip": ["z"]}},
        {"keys": {"undo": ["shift+mod+z"]}},
        {"keys": {"Undo": ["z"]}},
        {"keys": {"undo": ["a", "b", "c", "d", "e"]}},
        {"font": "Comic Sans"},
    ],
)
def test_preferences_that_mean_nothing_are_refused(stack: Stack, wrong: dict[str, object]) -> None:
    person = stack.person()
    answer = person.client.request("PATCH", "/me", json={"preferences": wrong})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid")
    assert person.client.call("GET", "/me")["preferences"] == USUAL
