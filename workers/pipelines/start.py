"""Where a task model begins: its network, and that network's first weights."""

from dataclasses import dataclass

from app.db.models import PretextRun
from app.domain.enums import ModelStart
from app.domain.plans import Plan
from workers.ml.backbones import Backbone
from workers.ml.said import Said
from workers.pipelines.models import stored_pretext_model


@dataclass(frozen=True)
class Start:
    """A network by name, and its first weights; without, they are fresh. The note is for people."""

    backbone: str
    weights: Backbone | None = None
    note: Said | None = None


def start_of(plan: Plan, run: PretextRun | None, wanted: str | None, usual: str) -> Start:
    """The pretext network, if the plan starts from it; else the network that is `wanted`, or the `usual` one.

    Where another network than the pretext run's is wanted, its weights do not fit, and fresh ones are taken.
    """
    if plan.start is ModelStart.SCRATCH or run is None or run.weights_sha256 is None:
        return Start(wanted or usual)
    pretext, _ = stored_pretext_model(run.weights_sha256)
    if wanted in (None, pretext.backbone_name):
        return Start(pretext.backbone_name, pretext.backbone)
    text = "The pretext run trained {pretext} and not {wanted}, so the task model began with fresh weights."
    return Start(wanted, note=Said("other_network", text, pretext=pretext.backbone_name, wanted=wanted))
