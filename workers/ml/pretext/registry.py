"""Pretext tasks by name. To add one: a file beside this one, and its name here."""

from typing import Any

from workers.ml.pretext.colorization import Colorization
from workers.ml.pretext.jigsaw import Jigsaw
from workers.ml.pretext.rotation import Rotation
from workers.ml.pretext.simsiam import SimSiam
from workers.ml.pretext.task import PretextTask

# Each task has its own kind of model, and takes no other.
PRETEXT_TASKS: dict[str, PretextTask[Any]] = {
    task.name: task for task in (Rotation(), Colorization(), Jigsaw(), SimSiam())
}
