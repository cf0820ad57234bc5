"""What leaves this process: spans without whatever may be a secret."""

from collections.abc import Sequence

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExportResult
from opentelemetry.trace import Status

# FastAPI writes paths and queries into its spans, where links of invitations and signatures are. What is not
# named here stays, so that a new version's new attribute does, too.
_TOLD = frozenset(
    {
        *("http.request.method", "http.route", "http.response.status_code", "network.protocol.version"),
        *("url.scheme", "error.type", "db.system.name", "db.operation.name", "db.query.text"),
        *(f"nextbatch.{id_}" for id_ in ("request_id", "user_id", "project_id", "job_id", "kind")),
    }
)


class DiscreetExporter(OTLPSpanExporter):
    """Sends spans by OTLP over HTTP; attributes that are not known, events and messages of errors stay."""

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send spans; a receiver that is away is tried again for a few seconds."""
        return super().export([_discreet(span) for span in spans])


def _discreet(span: ReadableSpan) -> ReadableSpan:
    told = {name: value for name, value in (span.attributes or {}).items() if name in _TOLD}
    return ReadableSpan(
        span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=told,
        links=span.links,
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )
