"""Spans, by OpenTelemetry's API: as long as `app.traces.exporting` set nothing up, they are nothing.

What is written into a span are names, kinds and ids. Messages of errors may hold values, so none is.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from opentelemetry import context, trace
from opentelemetry.trace import SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

TRACEPARENT = "traceparent"  # W3C Trace Context: the trace, the span in it, and whether it is recorded
tracer = trace.get_tracer("nextbatch")
_w3c = TraceContextTextMapPropagator()


def trace_ids() -> dict[str, Any]:
    """Return what lines of logs say of the trace that they belong to; nothing outside of traces."""
    known = trace.get_current_span().get_span_context()
    return {"trace_id": trace.format_trace_id(known.trace_id)} if known.is_valid else {}


def carried() -> dict[str, str]:
    """Return what lets work elsewhere go on with this trace; nothing outside of traces."""
    carrier: dict[str, str] = {}
    _w3c.inject(carrier)
    return {TRACEPARENT: carrier[TRACEPARENT]} if carrier else {}


@contextmanager
def continued(carrier: Mapping[str, Any]) -> Iterator[None]:
    """Go on with the trace that was carried here among other things; without one, spans begin a new one."""
    found = {TRACEPARENT: str(carrier[TRACEPARENT])} if TRACEPARENT in carrier else {}
    token = context.attach(_w3c.extract(found, context.Context()))
    try:
        yield
    finally:
        context.detach(token)


@contextmanager
def span(name: str, kind: SpanKind = SpanKind.INTERNAL) -> Iterator[None]:
    """Let the block be a span; an error that leaves it is named by its class alone."""
    with tracer.start_as_current_span(
        name, kind=kind, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield
        except Exception as error:
            fail(current, error)
            raise


@contextmanager
def untraced() -> Iterator[None]:
    """Let the block leave no spans: what looks every second would fill the trace of a long job."""
    with trace.use_span(trace.INVALID_SPAN):
        yield


def fail(failed: trace.Span, error: BaseException) -> None:
    """Say of a span what it failed by."""
    failed.set_attribute("error.type", type(error).__qualname__)
    failed.set_status(Status(StatusCode.ERROR))


def tell(ids: Mapping[str, Any]) -> None:
    """Write into the current span what it belongs to."""
    current = trace.get_current_span()
    if current.is_recording():
        current.set_attributes({f"nextbatch.{name}": str(value) for name, value in ids.items()})
