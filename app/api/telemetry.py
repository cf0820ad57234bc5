"""Which requests are traced, and what FastAPI says of them."""

from collections.abc import MutableMapping
from typing import Any

from fastapi.telemetry import TelemetryConfig

from app.traces.exporting import are_sent

_ASKED_ALL_DAY = ("/healthz", "/readyz", "/metrics")


def telemetry() -> TelemetryConfig:
    """Return what FastAPI itself is to do: spans of requests, if this process sends traces, and nothing else.

    Of metrics and errors speak `app.api.clock` and logs. What a request does is told by its statements.
    """
    return {
        "tracing": are_sent(),
        "metrics": False,
        "logs": False,
        "operation_spans": False,
        "auto_configure": False,
        "exclude": _is_left_out,
    }


def _is_left_out(scope: MutableMapping[str, Any]) -> bool:
    """Tell whether a request has no trace: probes, and streams, which look each second for hours."""
    path: str = scope["path"]
    return path in _ASKED_ALL_DAY or path.endswith("/events")
