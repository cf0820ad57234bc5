"""The closed sets of words of the project (DESIGN.md, section 1)."""

from enum import StrEnum


class Role(StrEnum):
    """What a member may do in one project; each role may do all that the ones after it may."""

    OWNER = "owner"
    ENGINEER = "engineer"
    REVIEWER = "reviewer"
    ANNOTATOR = "annotator"

    def covers(self, needed: "Role") -> bool:
        """Tell whether this role may do what `needed` may."""
        order = list(Role)
        return order.index(self) <= order.index(needed)


class ProjectTask(StrEnum):
    """What the task model predicts."""

    CLASSIFICATION = "classification"
    MULTI_LABEL_CLASSIFICATION = "multi_label_classification"
    SEGMENTATION = "segmentation"


class InvitationState(StrEnum):
    """Whether somebody may still come by an invitation."""

    OPEN = "open"
    USED = "used"
    REVOKED = "revoked"
    EXPIRED = "expired"


class SchemaChangeKind(StrEnum):
    """What happened to a class of a label schema."""

    ADDED = "added"
    CHANGED = "changed"
    MERGED = "merged"
    UNMERGED = "unmerged"
    REMOVED = "removed"


class Split(StrEnum):
    """Where an image belongs; only `pool` images are ever queried."""

    POOL = "pool"
    VALIDATION = "validation"
    TEST = "test"


class ImportMode(StrEnum):
    """Whether the bytes of imported images come into the store, or stay where they are."""

    COPY = "copy"
    REFERENCE = "reference"


class ImportLabels(StrEnum):
    """What an import does with folder names."""

    IGNORE = "ignore"
    USE = "use"
    VALIDATION = "validation"
    TEST = "test"


class CycleState(StrEnum):
    """The states of one round of active learning."""

    QUERYING = "querying"
    LABELLING = "labelling"
    TRAINING = "training"
    DONE = "done"
    FAILED = "failed"


class QueueItemState(StrEnum):
    """Whether a queued image still waits for an answer."""

    OPEN = "open"
    ANSWERED = "answered"
    SKIPPED = "skipped"


class AssignmentState(StrEnum):
    """What became of a lease."""

    LEASED = "leased"
    ANSWERED = "answered"
    RELEASED = "released"
    EXPIRED = "expired"


class JobKind(StrEnum):
    """Every kind of background work."""

    IMPORT = "import"
    PRETEXT = "pretext"
    QUERY = "query"
    TRAINING = "training"
    EXPORT = "export"
    BACKTEST = "backtest"
    LABEL_CHECK = "label_check"
    IMPORT_PREVIEW = "import_preview"
    MAP = "map"


class JobStatus(StrEnum):
    """The life of a job."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class LogLevel(StrEnum):
    """How much a line of a job's log matters."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class TokenScope(StrEnum):
    """What an API token is for; each includes the ones before."""

    READ = "read"
    ANNOTATE = "annotate"
    MANAGE = "manage"


class AuditAction(StrEnum):
    """What somebody changed."""

    ACCOUNT_CREATED = "account_created"
    ACCOUNT_CHANGED = "account_changed"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    PASSWORD_LINK_CREATED = "password_link_created"  # noqa: S105
    PASSWORD_LINK_USED = "password_link_used"  # noqa: S105
    IDENTITY_LINKED = "identity_linked"
    IDENTITY_UNLINKED = "identity_unlinked"
    TOKEN_CREATED = "token_created"  # noqa: S105
    TOKEN_REVOKED = "token_revoked"  # noqa: S105
    PROJECT_CREATED = "project_created"
    PROJECT_RENAMED = "project_renamed"
    SETTINGS_CHANGED = "settings_changed"
    PROJECT_DELETED = "project_deleted"
    PROJECT_RESTORED = "project_restored"
    PROJECT_REMOVED = "project_removed"
    MEMBER_ADDED = "member_added"
    MEMBER_CHANGED = "member_changed"
    MEMBER_REMOVED = "member_removed"
    INVITATION_CREATED = "invitation_created"
    INVITATION_REVOKED = "invitation_revoked"
    INVITATION_USED = "invitation_used"
    SCHEMA_CHANGED = "schema_changed"
    GUIDELINES_CHANGED = "guidelines_changed"
    EXAMPLE_ADDED = "example_added"
    EXAMPLE_CHANGED = "example_changed"
    EXAMPLE_REMOVED = "example_removed"
    LABEL_SET = "label_set"
    IMAGE_RETURNED = "image_returned"
    CONTROL_MARKED = "control_marked"
    CONTROL_UNMARKED = "control_unmarked"
    CONTROLS_DRAWN = "controls_drawn"
    EXPORT_STARTED = "export_started"
    JOB_CANCELLED = "job_cancelled"
    JOB_RETRIED = "job_retried"


class WorkerQueue(StrEnum):
    """The Celery queues."""

    GPU = "gpu"
    CPU = "cpu"


class PretextTaskName(StrEnum):
    """Self-supervised tasks that a pretext run may train."""

    ROTATION = "rotation"
    COLORIZATION = "colorization"
    JIGSAW = "jigsaw"
    SIMSIAM = "simsiam"


class PoolOrder(StrEnum):
    """How pool batches follow the pretext loss; `shuffled` is the control that ignores it."""

    DESCENDING = "descending"
    ASCENDING = "ascending"
    SHUFFLED = "shuffled"


class PoolScope(StrEnum):
    """What a cycle may choose from: its pool batch, or the whole pool."""

    POOL_BATCH = "pool_batch"
    POOL = "pool"


class ModelStart(StrEnum):
    """Where a task model's weights begin: fresh, or with the pretext network's backbone."""

    SCRATCH = "scratch"
    PRETEXT = "pretext"


class Balance(StrEnum):
    """For classes with few labels: `loss` counts their images more, `sampling` lets them come more often."""

    NONE = "none"
    LOSS = "loss"
    SAMPLING = "sampling"


class StoppingState(StrEnum):
    """Whether more labels still bring much; nothing stops by itself."""

    TOO_EARLY = "too_early"
    IMPROVING = "improving"
    FLATTENING = "flattening"
    STABLE = "stable"


class NearDuplicates(StrEnum):
    """Whether a cycle may ask for images that show the same shot."""

    ASK_ONCE = "ask_once"
    ASK_ALL = "ask_all"


class QueryStrategyName(StrEnum):
    """Rules that choose a cycle's images."""

    UNIFORM = "uniform"
    RANDOM = "random"
    LEAST_CONFIDENCE = "least_confidence"
    MARGIN = "margin"
    ENTROPY = "entropy"
    BALD = "bald"
    CORESET = "coreset"
    BADGE = "badge"
    LEARNING_LOSS = "learning_loss"
    TYPICLUST = "typiclust"
    PROBCOVER = "probcover"
    UHERDING = "uherding"


class LabelSource(StrEnum):
    """Where an accepted label came from."""

    IMPORT = "import"
    ANNOTATION = "annotation"
    REVIEW = "review"


class Shown(StrEnum):
    """Whether an annotator saw the model's suggestion, where the project shows them."""

    SHOWN = "shown"
    HIDDEN = "hidden"  # drawn for the audit


class LabelRule(StrEnum):
    """How the answers of several people become a label; a reviewer's word stands under every rule."""

    MAJORITY = "majority"
    REVIEWER = "reviewer"
    # By how reliable people turn out to be, when labelling closes; the majority's answer stands until then.
    DAWID_SKENE = "dawid_skene"


class ReviewReason(StrEnum):
    """Why a reviewer should look at an image."""

    UNSETTLED = "unsettled"
    DISAGREEMENT = "disagreement"
    FLAGGED = "flagged"
    SUSPECT = "suspect"
    SKIPPED = "skipped"


class Verdict(StrEnum):
    """What a reviewer did with a suspected label."""

    KEPT = "kept"
    CHANGED = "changed"


class ExportFormat(StrEnum):
    """Formats an export may have."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"
    IMAGEFOLDER = "imagefolder"
    HUGGINGFACE = "huggingface"
    LABEL_STUDIO = "label-studio"
    ONNX = "onnx"

    @property
    def of_model(self) -> bool:
        """Whether the file holds a task model; the others hold labels."""
        return self is ExportFormat.ONNX

    @property
    def of_images(self) -> bool:
        """Whether it cannot be without the image files."""
        return self in (ExportFormat.IMAGEFOLDER, ExportFormat.HUGGINGFACE)

    @property
    def file_name(self) -> str:
        """What a file of labels alone is called."""
        return "tasks.json" if self is ExportFormat.LABEL_STUDIO else f"labels.{self.value}"


class ExampleKind(StrEnum):
    """What an example image of a class shows: the class, or what is taken for it by mistake."""

    EXAMPLE = "example"
    COUNTER_EXAMPLE = "counter_example"
