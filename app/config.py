"""Settings of the service, read from the environment (`NEXTBATCH_*`)."""

import os
from functools import lru_cache
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.domain.addresses import NoAddress, parse
from app.domain.issuers import check_issuer

_SECRETS = Path("/run/secrets")  # where Docker and Podman mount them
_HAS_SECRETS = _SECRETS.is_dir() and os.access(_SECRETS, os.R_OK | os.X_OK)


class Settings(BaseSettings):
    """Everything a deployment may set; `docs/configuration.md` lists it and a test compares."""

    model_config = SettingsConfigDict(
        env_prefix="NEXTBATCH_",
        env_ignore_empty=True,
        secrets_dir=_SECRETS if _HAS_SECRETS else None,
    )

    database_url: str | None = Field(None, description="PostgreSQL URL; none: the embedded server")
    database_connections: int = Field(
        40, ge=2, description="most connections of one process to PostgreSQL; an API process has 16 more"
    )
    database_pooler: bool = Field(
        False, description="PgBouncer in transaction mode is between: no prepared statements, no time limits"
    )
    statement_seconds: float = Field(
        60, gt=0, description="longest that one statement of a request may take, seconds"
    )
    lock_seconds: float = Field(30, gt=0, description="longest that a statement waits for a lock, seconds")
    redis_url: str | None = Field(None, description="Redis or Valkey URL; none: the embedded server")
    data_dir: Path = Field(
        Path(".nextbatch"), description="blobs, pixel caches, checkpoints, embedded servers"
    )
    blob_store: str | None = Field(
        None,
        description="folder or `s3://bucket/folder` of images and models; none: `blobs` in the data folder",
    )
    host: str = Field("127.0.0.1", description="address the API listens on")
    port: int = Field(8321, ge=0, le=65535, description="port the API listens on; 0 takes any free one")
    import_roots: list[Path] = Field(
        default_factory=list, description="folders (JSON list) that `file://` imports may read"
    )
    import_urls: list[str] = Field(
        default_factory=list,
        description="addresses (JSON list) such as `s3://bucket/folder/` below which imports may read",
    )
    presigned_seconds: int = Field(
        0, ge=0, description="life of links to pictures in buckets, seconds; 0: the API hands them out itself"
    )
    session_hours: float = Field(24 * 14, gt=0, description="life of a browser session, hours")
    log_format: Literal["auto", "json", "plain"] = Field(
        "auto", description="form of log lines; `auto`: `plain` at a terminal, else `json`"
    )
    metrics_token: SecretStr | None = Field(
        None, description="bearer token that may read `/metrics`; none: administrators only"
    )
    traces: str | None = Field(
        None,
        description="where traces go (OTLP/HTTP), such as `http://collector:4318/v1/traces`; none: nowhere",
    )
    secure_cookies: bool = Field(
        False, description="the service is reached over HTTPS: the session cookie is for that alone"
    )
    oidc_issuer: str | None = Field(
        None, description="issuer of the OpenID provider, as it calls itself; none: sign-in by password alone"
    )
    oidc_client_id: str | None = Field(None, description="how the OpenID provider knows this service")
    oidc_client_secret: SecretStr | None = Field(
        None, description="what the OpenID provider knows it by; none: a public client, by PKCE alone"
    )
    oidc_name: str = Field(
        "OpenID Connect",
        min_length=1,
        max_length=60,
        description="what people call the OpenID provider: `Sign in with ...`",
    )
    oidc_create_accounts: bool = Field(
        False,
        description="whom the OpenID provider vouches for gets an account; else one must have one",
    )
    oidc_email_domains: list[str] = Field(
        default_factory=list,
        description="domains (JSON list) of e-mail addresses that come in by OpenID Connect; none: all",
    )
    max_upload_bytes: int = Field(8 * 2**30, gt=0, description="largest upload of one import, bytes")
    max_file_bytes: int = Field(100 * 2**20, gt=0, description="largest single image file, bytes")
    max_pixels: int = Field(100_000_000, gt=0, description="largest image, pixels")
    max_import_files: int = Field(1_000_000, gt=0, description="most files of one import")
    max_import_bytes: int = Field(200 * 2**30, gt=0, description="all files of one import unpacked, bytes")
    decode_seconds: float = Field(60, gt=0, description="longest that decoding one file may take, seconds")
    decode_mib: int = Field(
        4096,
        gt=0,
        description="most memory that decoding one file may take, MiB; about 40 bytes a pixel of the largest",
    )
    upload_hours: float = Field(
        24, gt=0, description="how long an upload waits for its preview's confirmation, or a retry, hours"
    )
    keep_log_days: float = Field(
        90, gt=0, description="how long lines of job logs stay, by whole months, days"
    )
    keep_checkpoint_days: float = Field(
        14, gt=0, description="how long a job that failed may go on from where it was, days"
    )
    heartbeat_seconds: float = Field(5, gt=0, description="how often a running job says that it lives")
    stale_seconds: float = Field(30, gt=0, description="silence after which a running job is queued again")
    sweep_seconds: float = Field(5, gt=0, description="how often lost messages and dead jobs are looked for")
    job_attempts: int = Field(5, ge=1, description="how often a job whose worker dies is started in all")
    shard_images: int = Field(
        4096,
        gt=0,
        multiple_of=256,
        description="images or files of a shard; of more, every worker with nothing else to do takes a part",
    )
    numerics: Literal["auto", "fp32", "bf16", "fp16"] = Field(
        "auto", description="precision of trainings; `auto` measures once what is fastest here"
    )
    devices: int | None = Field(
        None, ge=1, description="devices one training runs on; none: all GPUs, or the CPU as one"
    )
    visibility_timeout: int = Field(
        3600, gt=0, description="Redis redelivery time of unacknowledged messages, seconds"
    )

    @field_validator("import_urls")
    @classmethod
    def _are_addresses(cls, urls: list[str]) -> list[str]:
        for url in urls:
            try:
                parse(url)
            except NoAddress as error:
                raise ValueError(error.message) from error
        return urls

    @field_validator("traces")
    @classmethod
    def _is_receiver(cls, url: str | None) -> str | None:
        parts = urlsplit(url or "")
        if url and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise ValueError(f"{url!r} is no address such as http://collector:4318/v1/traces")
        return url

    @field_validator("oidc_issuer")
    @classmethod
    def _is_issuer(cls, issuer: str | None) -> str | None:
        return check_issuer(issuer) if issuer else None

    @field_validator("oidc_email_domains")
    @classmethod
    def _are_domains(cls, domains: list[str]) -> list[str]:
        if wrong := [domain for domain in domains if "@" in domain or not domain.strip()]:
            raise ValueError(f"{wrong[0]!r} is no domain such as example.org")
        return [domain.strip().lower() for domain in domains]

    @model_validator(mode="after")
    def _has_client(self) -> Self:
        if self.oidc_issuer and not self.oidc_client_id:
            raise ValueError("NEXTBATCH_OIDC_ISSUER needs NEXTBATCH_OIDC_CLIENT_ID")
        return self

    @property
    def blob_root(self) -> str:
        """Folder or URL of the content-addressed files."""
        return self.blob_store or str(self.data_dir / "blobs")


@lru_cache
def get_settings() -> Settings:
    """Return the settings of this process, read once."""
    return Settings()
