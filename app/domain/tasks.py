"""Names of the Celery tasks: all that the API knows of the workers."""

from app.domain.enums import JobKind, WorkerQueue

RUN_JOB = "nextbatch.run_job"
SWEEP = "nextbatch.sweep"

QUEUE_OF: dict[JobKind, WorkerQueue] = {
    JobKind.IMPORT: WorkerQueue.CPU,
    JobKind.IMPORT_PREVIEW: WorkerQueue.CPU,
    JobKind.EXPORT: WorkerQueue.CPU,
    JobKind.PRETEXT: WorkerQueue.GPU,
    JobKind.QUERY: WorkerQueue.GPU,
    JobKind.TRAINING: WorkerQueue.GPU,
    JobKind.BACKTEST: WorkerQueue.GPU,
    JobKind.LABEL_CHECK: WorkerQueue.GPU,
    JobKind.MAP: WorkerQueue.GPU,
}
