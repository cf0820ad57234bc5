"""Legal state changes of cycles and jobs (DESIGN.md, section 3). Nothing else decides them."""

from app.domain.enums import CycleState, JobStatus
from app.domain.errors import IllegalMove

CYCLE_MOVES: dict[CycleState, frozenset[CycleState]] = {
    CycleState.QUERYING: frozenset({CycleState.LABELLING, CycleState.FAILED}),
    CycleState.LABELLING: frozenset({CycleState.TRAINING}),
    CycleState.TRAINING: frozenset({CycleState.DONE, CycleState.FAILED}),
    CycleState.FAILED: frozenset({CycleState.QUERYING, CycleState.TRAINING}),
    CycleState.DONE: frozenset(),
}

JOB_MOVES: dict[JobStatus, frozenset[JobStatus]] = {
    JobStatus.QUEUED: frozenset({JobStatus.RUNNING, JobStatus.CANCELLED}),
    JobStatus.RUNNING: frozenset(
        {JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELLED, JobStatus.QUEUED}
    ),
    JobStatus.SUCCEEDED: frozenset(),
    JobStatus.FAILED: frozenset({JobStatus.QUEUED}),
    JobStatus.CANCELLED: frozenset({JobStatus.QUEUED}),
}


def cycle_move(now: CycleState, then: CycleState) -> CycleState:
    """Return `then` if a cycle may go there from `now`; raises IllegalMove."""
    if then not in CYCLE_MOVES[now]:
        raise IllegalMove(f"A cycle cannot go from {now} to {then}.", state=now, wanted=then)
    return then


def job_move(now: JobStatus, then: JobStatus) -> JobStatus:
    """Return `then` if a job may go there from `now`; raises IllegalMove."""
    if then not in JOB_MOVES[now]:
        raise IllegalMove(f"A job cannot go from {now} to {then}.", status=now, wanted=then)
    return then
