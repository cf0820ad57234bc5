"""All tables. Rows hold facts; decisions live in `app.services` and `workers.pipelines`."""

from app.db.models.accounts import Identity, OidcFlow, PasswordLink, Session, Token, Try, User
from app.db.models.answers import Annotation, Assignment, Return, Review
from app.db.models.audit import AuditEvent
from app.db.models.cycles import Control, ControlItem, Cycle, CycleTally, Model, QueueItem
from app.db.models.images import Image, ImageCount, Label, LabelCount
from app.db.models.jobs import Job, JobLine, JobShard, WorkerHeartbeat
from app.db.models.label_checks import LabelCheck, Suspect
from app.db.models.projects import Invitation, Member, Project
from app.db.models.rankings import BatchLabels, Map, PretextRun, PretextScore
from app.db.models.reports import Backtest, Export
from app.db.models.schema import Class, ClassExample, Guideline, GuidelineReading, MergedLabel, SchemaChange

__all__ = [
    "Annotation",
    "Assignment",
    "AuditEvent",
    "Backtest",
    "BatchLabels",
    "Class",
    "ClassExample",
    "Control",
    "ControlItem",
    "Cycle",
    "CycleTally",
    "Export",
    "Guideline",
    "GuidelineReading",
    "Identity",
    "Image",
    "ImageCount",
    "Invitation",
    "Job",
    "JobLine",
    "JobShard",
    "Label",
    "LabelCheck",
    "LabelCount",
    "Map",
    "Member",
    "MergedLabel",
    "Model",
    "OidcFlow",
    "PasswordLink",
    "PretextRun",
    "PretextScore",
    "Project",
    "QueueItem",
    "Return",
    "Review",
    "SchemaChange",
    "Session",
    "Suspect",
    "Token",
    "Try",
    "User",
    "WorkerHeartbeat",
]
