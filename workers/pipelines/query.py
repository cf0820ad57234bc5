"""The query of a cycle: which K images people should label next (PT4AL, section 3.3)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import structlog
import torch
from sqlalchemy import func
from torch import Tensor

from app.db import duplicates, images, learning, rankings
from app.db.models import QueueItem
from app.domain.enums import CycleState, QueryStrategyName
from app.domain.moves import cycle_move
from app.domain.overlap import drawn, slots_of
from workers.ml.backbones import Classifier
from workers.ml.calibration import calibrated
from workers.ml.class_columns import ClassColumns
from workers.ml.device import pick_device, tune
from workers.ml.passes import Output
from workers.ml.query.inputs import known_of
from workers.ml.query.registry import QUERY_STRATEGIES
from workers.ml.query.strategy import Candidates, Need
from workers.ml.said import Said, parts_of
from workers.ml.seeds import derived_seed
from workers.pipelines.candidates import (
    Question,
    candidates_of,
    read_question,
    score_newcomers,
    without_near_duplicates,
)
from workers.pipelines.claim import Claim, Stage
from workers.pipelines.models import stored_model
from workers.pipelines.predictor import sets_told
from workers.pipelines.pretext_features import features_of
from workers.pipelines.shards.asked import NetworkKind
from workers.pipelines.shards.scored import Sharded
from workers.pipelines.timings import Timings

log = structlog.get_logger()


@dataclass(frozen=True)
class _Answer:
    """The rows chosen, the rule that chose, and what the task model thinks of them.

    `shown` (K, C) is of the classes that it was trained on.
    """

    rows: list[int]
    rule: QueryStrategyName
    note: str
    shown: Tensor | None


def run(claim: Claim) -> None:
    """Choose the cycle's images and open its queue."""
    question = read_question(claim)
    tune(pick_device())
    timings = Timings()
    with timings.part("ranking of newcomers"):
        newcomers = score_newcomers(claim, question)
    model, meta = None, {"pixels": question.settings.image_size}
    if question.model is not None:
        model, meta = stored_model(question.model.weights_sha256)
    size = meta["pixels"]
    found = candidates_of(question, newcomers)
    with timings.part("near-duplicates"):
        candidates = without_near_duplicates(claim, question, found, size)
    with timings.part("query"):
        answer = _choose(claim, question, candidates.images, model)
    guesses = _guesses(answer, model, meta, question.columns)
    notes = [*candidates.notes, *([answer.note] if answer.note else [])]
    if len(answer.rows) < question.cycle.budget:
        left = len(answer.rows)
        notes.append(Said("few_left", "Only {count} images were left to query.", count=left))
    log.info(
        f"picked {len(answer.rows)} of {len(candidates.images)} images",
        rule=answer.rule.value,
        pool_batch=candidates.pool_batch or "whole pool",
        held_back=candidates.held_back,
        newcomers=len(newcomers),
        model=question.model.id if question.model else "none yet",
    )
    for note in notes:
        log.info(str(note))
    result = {"queried": len(answer.rows), "newcomers": len(newcomers), "seconds": timings.seconds}
    with claim.finish(result) as work:
        db = work.session
        duplicates.keep(db, claim.project_id, candidates.looked_at, candidates.twin_of)
        cycle = learning.lock_cycle(db, question.cycle.id)
        assert cycle is not None  # noqa: S101  # a deleted cycle takes its job along, so the claim was lost
        cycle.state = cycle_move(cycle.state, CycleState.LABELLING)
        cycle.opened_at = func.now()
        cycle.queued, cycle.held_back = len(answer.rows), candidates.held_back
        cycle.pool_batch, cycle.note = candidates.pool_batch, " ".join(notes)
        cycle.said = {"note": parts_of(notes)}
        cycle.strategy = answer.rule
        seed = derived_seed(question.settings.seed, "overlap", cycle.number)
        audited = drawn(
            len(answer.rows),
            question.settings.audit_share,
            derived_seed(question.settings.seed, "audit", cycle.number),
        )
        slots = slots_of(len(answer.rows), cycle.overlap, question.settings.overlap_share, seed)
        chosen = [candidates.images[row][0] for row in answer.rows]
        images.keep_confidence(db, chosen, [guess["score"] for guess in guesses])
        for position, row in enumerate(answer.rows):
            db.add(
                QueueItem(
                    cycle_id=cycle.id,
                    image_id=candidates.images[row][0],
                    position=position,
                    slots=slots[position],
                    **(guesses[position] if guesses else {}),
                    audited=bool(guesses) and position in audited,
                )
            )
        if question.run is not None:
            db.flush()
            rankings.add_scores(db, question.run.id, newcomers)  # last: others wait for it


def _guesses(
    answer: _Answer, model: Classifier | None, meta: dict[str, Any], columns: ClassColumns[UUID]
) -> list[dict[str, Any]]:
    """What annotators see of the model's opinion of each chosen image, as columns of its queue item."""
    shown = answer.shown
    if shown is None or model is None:
        return []
    if model.several:
        yes = sets_told(shown, meta.get("thresholds") or (), columns)
        probs = columns.fold_sets(shown)
        return [
            {
                "suggested_class_ids": sorted(
                    one for one, is_told in zip(columns.present, row, strict=True) if is_told
                ),
                # How sure it is of its answers, on average over classes.
                "score": float(torch.where(torch.tensor(row), of, 1 - of).mean()),
            }
            for row, of in zip(yes, probs, strict=True)
        ]
    temperature = meta.get("temperature")
    # A temperature belongs to the classes that the model was trained on, so it comes before the folding.
    shown = columns.fold(shown if temperature is None else calibrated(shown, temperature))
    best = shown.argmax(dim=1).tolist()
    return [
        {"suggested_class_id": columns.present[place], "score": float(of[place])}
        for place, of in zip(best, shown, strict=True)
    ]


def _choose(
    claim: Claim,
    question: Question,
    images: list[tuple[UUID, str]],
    model: Classifier | None,
) -> _Answer:
    """Compute what the rule needs of the candidates, and let it choose."""
    rule, note = _rule(question, model)
    strategy = QUERY_STRATEGIES[rule.value]
    wanted = strategy.needs | strategy.uses
    labelled = question.labelled if wanted & {Need.TASK_FEATURES, Need.PRETEXT_FEATURES} else []
    features = labelled_features = None
    if question.run is not None and Need.PRETEXT_FEATURES in wanted:
        both = features_of(claim, question.run, [*images, *labelled], claim.stage(0.5, 0.65))
        features, labelled_features = both[: len(images)], both[len(images) :]

    def scored(shas: Sequence[str], stage: Stage) -> Sharded:
        weights = question.model.weights_sha256 if question.model else None
        return Sharded(claim, NetworkKind.TASK, weights, shas, stage)

    known = known_of(
        strategy,
        scored([sha for _, sha in images], claim.stage(0.7, 0.9)),
        scored([sha for _, sha in labelled], claim.stage(0.65, 0.7)),
        model,
        pick_device(),
        seed=derived_seed(question.settings.seed, "sampling", question.cycle.number),
        pretext_features=features,
        labelled_pretext_features=labelled_features,
    )
    seed = derived_seed(question.settings.seed, "query", question.cycle.number)
    rows = strategy(_of_present(known, question.columns), question.cycle.budget, seed)
    shown = known.probs[rows] if known.probs is not None else None
    if shown is None and model is not None:
        # The annotator's page shows the model's guess, whatever rule chose.
        chosen = [images[row][1] for row in rows]
        shown = scored(chosen, claim.stage(0.9, 0.97)).ask([Output.PROBS])[Output.PROBS]
    return _Answer(rows, rule, note, shown)


def _of_present(known: Candidates, columns: ClassColumns[UUID]) -> Candidates:
    """What is known, in the classes of now instead of those that the task model was trained on."""
    probs, sampled = known.probs, known.sampled_probs
    fold = columns.fold_sets if known.several else columns.fold
    return replace(
        known,
        probs=None if probs is None else fold(probs),
        sampled_probs=None if sampled is None else fold(sampled),
    )


def _rule(question: Question, model: Classifier | None) -> tuple[QueryStrategyName, str]:
    """The plan's rule for this cycle, or another where the last task model cannot answer it, with a note."""
    rule = question.plan.rule(has_model=model is not None)
    if model is None:
        return rule, ""
    strategy, missing = QUERY_STRATEGIES[rule.value], ""
    if strategy.loss_head and model.loss_head is None:
        missing = "a loss head"
    elif strategy.dropout and model.dropout.p == 0:
        missing = "dropout"
    if missing:  # the plan was changed after the last training
        text = "The last task model was trained without {missing}; this cycle queries by least confidence."
        return QueryStrategyName.LEAST_CONFIDENCE, Said("strategy_replaced", text, missing=missing)
    return rule, ""
