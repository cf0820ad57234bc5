"""Errors that callers may meet. Each has a `code`; HTTP statuses live in `app.api.errors`."""

from typing import Any, ClassVar


class DomainError(Exception):
    """Base of every error that is told to the caller."""

    code: ClassVar[str] = "error"

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class NotFound(DomainError):
    """The object does not exist, or the caller may not know that it does."""

    code = "not_found"


class Forbidden(DomainError):
    """The caller is known but lacks the role."""

    code = "forbidden"


class ScopeTooSmall(Forbidden):
    """The caller's token is for less than this."""

    code = "scope_too_small"


class OriginMissing(Forbidden):
    """A call by cookie does not say what site it comes from."""

    code = "origin_missing"


class Unauthenticated(DomainError):
    """No valid session or token came with the request."""

    code = "unauthenticated"


class Invalid(DomainError):
    """The request is well-formed but cannot be meant."""

    code = "invalid"


class NotSupported(Invalid):
    """The field exists in the design but does not work yet."""

    code = "not_supported"


class NotReady(DomainError):
    """A part the service needs cannot be reached."""

    code = "not_ready"


class Conflict(DomainError):
    """The request does not fit the present state."""

    code = "conflict"


class IllegalMove(Conflict):
    """A state change that the domain does not allow."""

    code = "illegal_move"


class CycleNotOpen(Conflict):
    """The cycle takes no answers now."""

    code = "cycle_not_open"


class CycleRunning(Conflict):
    """Another cycle of the project has not ended."""

    code = "cycle_running"


class NoPretextRun(Conflict):
    """The plan looks at a pretext run that there is not."""

    code = "no_pretext_run"


class PoolEmpty(Conflict):
    """No image is left to query."""

    code = "pool_empty"


class ManifestInvalid(Invalid):
    """A list beside the images cannot be read, so that nobody knows what they are."""

    code = "manifest_invalid"


class WeightsRemoved(Conflict):
    """The model's weights were pruned; what was measured of it stays."""

    code = "weights_removed"


class OutsideImportRoots(Invalid):
    """Only what lies below the configured folders may be read."""

    code = "outside_import_roots"


class AddressNotAllowed(Invalid):
    """Only what lies below the configured addresses may be read."""

    code = "address_not_allowed"


class LibraryMissing(NotSupported):
    """The library for addresses of this kind is not installed."""

    code = "library_missing"


class SourceMissing(Conflict):
    """The bytes of an image that is referenced are not there any more."""

    code = "source_missing"


class SourceChanged(Conflict):
    """The bytes of an image that is referenced are others than those that were imported."""

    code = "source_changed"


class SourceUnreachable(NotReady):
    """The place where the bytes of an image lie does not answer, or refuses."""

    code = "source_unreachable"


class NothingToTrain(Conflict):
    """There are no labels, or no held-out images, to train or evaluate with."""

    code = "nothing_to_train"


class TooFewLabels(Conflict):
    """The project's labels are too few for what is asked."""

    code = "too_few_labels"


class UnknownClass(Invalid):
    """The project has no class of this name."""

    code = "unknown_class"


class TooLarge(DomainError):
    """The upload is over the limit of the settings."""

    code = "too_large"


class TooManyTries(DomainError):
    """Too many failed tries lately; it works again after a while."""

    code = "too_many_tries"
