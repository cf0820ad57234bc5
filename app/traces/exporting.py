"""Where spans go: to the address of the settings, from a thread of their own, or nowhere at all."""

import os
import socket
import threading
from importlib import import_module
from typing import TYPE_CHECKING

from opentelemetry import trace

from app import __version__
from app.config import get_settings
from app.domain.errors import LibraryMissing

if TYPE_CHECKING:  # of an extra, which is imported where it is wanted alone
    from opentelemetry.sdk.trace import TracerProvider

_MOST_LETTERS = 2000  # of a statement; one with a list of values has a name for each
_EXPORT_SECONDS = 5.0
_LAST_SECONDS = 2.0
_provider: "TracerProvider | None" = None


def check_library() -> None:
    """Raise LibraryMissing if traces are wanted that this installation cannot send."""
    if get_settings().traces:
        try:
            import_module("app.traces.discreet")
        except ModuleNotFoundError as error:
            raise LibraryMissing(
                f"NEXTBATCH_TRACES needs {error.name}: install nextbatch[traces].", setting="NEXTBATCH_TRACES"
            ) from error


def set_up_traces(service: str) -> None:
    """Send what this process does, if the settings say where to; raises LibraryMissing."""
    global _provider  # noqa: PLW0603  # of the process, as OpenTelemetry's own is
    address = get_settings().traces
    if not address or _provider is not None:
        return
    check_library()
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import SpanLimits, TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    from app.traces.discreet import DiscreetExporter  # noqa: PLC0415

    resource = Resource.create(
        {
            "service.name": f"nextbatch-{service}",
            "service.version": __version__,
            "service.instance.id": f"{socket.gethostname()}:{os.getpid()}",
        }
    )
    limits = SpanLimits(max_span_attribute_length=_MOST_LETTERS)
    _provider = TracerProvider(resource=resource, span_limits=limits, shutdown_on_exit=False)
    # It holds 2,048 spans at most, and lets go of the oldest when nobody takes them.
    _provider.add_span_processor(
        BatchSpanProcessor(DiscreetExporter(endpoint=address, timeout=_EXPORT_SECONDS))
    )
    trace.set_tracer_provider(_provider)


def are_sent() -> bool:
    """Tell whether this process sends traces."""
    return _provider is not None


def send_last() -> None:
    """Send what is left, at the end of a process, which waits for a receiver for two seconds at most."""
    if _provider is not None:
        sending = threading.Thread(target=_provider.shutdown, daemon=True, name="last-spans")
        sending.start()
        sending.join(_LAST_SECONDS)
