"""Pretext tasks by name. To add one: a file beside this one, and its name here."""

from workers.ml.pretext.rotation import Rotation
from workers.ml.pretext.task import PretextTask

PRETEXT_TASKS: dict[str, PretextTask] = {task.name: task for task in (Rotation(),)}
