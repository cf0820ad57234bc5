"""The state machines of cycles and jobs."""

import pytest

from app.domain.enums import CycleState, JobKind, JobStatus, Role
from app.domain.errors import IllegalMove
from app.domain.moves import CYCLE_MOVES, JOB_MOVES, cycle_move, job_move
from app.domain.tasks import QUEUE_OF


def test_a_cycle_goes_through_its_states_in_order() -> None:
    state = CycleState.QUERYING
    for then in (CycleState.LABELLING, CycleState.TRAINING, CycleState.DONE):
        state = cycle_move(state, then)
    assert state is CycleState.DONE


def test_a_done_cycle_moves_no_more() -> None:
    for then in CycleState:
        with pytest.raises(IllegalMove):
            cycle_move(CycleState.DONE, then)


def test_labelling_cannot_fail() -> None:
    with pytest.raises(IllegalMove) as caught:
        cycle_move(CycleState.LABELLING, CycleState.FAILED)
    assert caught.value.details == {"state": "labelling", "wanted": "failed"}


def test_a_failed_job_may_be_queued_again_but_a_succeeded_one_not() -> None:
    assert job_move(JobStatus.FAILED, JobStatus.QUEUED) is JobStatus.QUEUED
    with pytest.raises(IllegalMove):
        job_move(JobStatus.SUCCEEDED, JobStatus.QUEUED)


def test_every_state_and_kind_has_its_entry() -> None:
    assert set(CYCLE_MOVES) == set(CycleState)
    assert set(JOB_MOVES) == set(JobStatus)
    assert set(QUEUE_OF) == set(JobKind)


def test_an_owner_covers_all_roles_and_an_annotator_only_its_own() -> None:
    assert all(Role.OWNER.covers(role) for role in Role)
    assert [role for role in Role if Role.ANNOTATOR.covers(role)] == [Role.ANNOTATOR]
