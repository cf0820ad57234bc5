"""Which pipeline does which kind of job."""

from collections.abc import Callable

from app.domain.enums import JobKind
from workers.pipelines import backtest, export, ingest, label_check, pretext, preview, query, training
from workers.pipelines import map as map_pipeline
from workers.pipelines.claim import Claim

PIPELINES: dict[JobKind, Callable[[Claim], None]] = {
    JobKind.IMPORT: ingest.run,
    JobKind.PRETEXT: pretext.run,
    JobKind.QUERY: query.run,
    JobKind.TRAINING: training.run,
    JobKind.EXPORT: export.run,
    JobKind.BACKTEST: backtest.run,
    JobKind.LABEL_CHECK: label_check.run,
    JobKind.IMPORT_PREVIEW: preview.run,
    JobKind.MAP: map_pipeline.run,
}
