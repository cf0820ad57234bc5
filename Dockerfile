# Two images out of one file: `api` (no GPU libraries) and `worker`.
FROM python:3.12-slim AS build
WORKDIR /src
COPY pyproject.toml README.md ./
COPY app app
COPY workers workers
COPY migrations migrations
COPY frontend frontend
RUN --mount=type=cache,target=/root/.cache/pip pip wheel --no-deps --wheel-dir /wheels .

FROM python:3.12-slim AS base
RUN useradd --create-home --uid 1000 nextbatch && mkdir /data && chown nextbatch /data
ENV NEXTBATCH_DATA_DIR=/data NEXTBATCH_HOST=0.0.0.0 PYTHONUNBUFFERED=1
VOLUME /data
# Libraries of buckets: add gcsfs for gs://, adlfs for az://.
ARG BUCKETS="s3fs"
# What sends traces, where NEXTBATCH_TRACES says so.
ARG TRACES="opentelemetry-sdk opentelemetry-exporter-otlp-proto-http"
RUN --mount=type=cache,target=/root/.cache/pip pip install ${BUCKETS} ${TRACES}

# The API never imports torch, so its image goes without: its dependencies are those of the wheel but torch's.
FROM base AS api
COPY --from=build /wheels /wheels
COPY deploy/without_torch.py /tmp/without_torch.py
RUN --mount=type=cache,target=/root/.cache/pip \
    python /tmp/without_torch.py /wheels/*.whl > /tmp/requirements.txt \
    && pip install -r /tmp/requirements.txt && pip install --no-deps /wheels/*.whl
USER nextbatch
EXPOSE 8321
CMD ["uvicorn", "app.main:serve", "--factory", "--no-access-log", "--host", "0.0.0.0", "--port", "8321"]

FROM base AS worker
# Threads that wait for each other sleep: docs/decisions/0003-threads-sleep.md.
# Plots keep their fonts' list where the file system can be written.
ENV OMP_WAIT_POLICY=passive MPLCONFIGDIR=/tmp/matplotlib
COPY --from=build /wheels /wheels
RUN --mount=type=cache,target=/root/.cache/pip pip install /wheels/*.whl
USER nextbatch
CMD ["celery", "-q", "-A", "workers.celery_app", "worker", "-Q", "cpu", "-c", "2", "-l", "INFO"]
