"""Settings of the service, read from the environment (`NEXTBATCH_*`)."""

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Everything a deployment may set; `docs/configuration.md` lists it and a test compares."""

    model_config = SettingsConfigDict(env_prefix="NEXTBATCH_")

    database_url: str | None = Field(None, description="PostgreSQL URL; none: the embedded server")
    database_connections: int = Field(
        40, ge=2, description="most connections of one process to PostgreSQL; an API process has 8 more"
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
    host: str = Field("127.0.0.1", description="address the API listens on")
    port: int = Field(8321, ge=0, le=65535, description="port the API listens on; 0 takes any free one")
    import_roots: list[Path] = Field(
        default_factory=list, description="folders (JSON list) that `file://` imports may read"
    )
    session_hours: float = Field(24 * 14, gt=0, description="life of a browser session, hours")
    secure_cookies: bool = Field(False, description="send the session cookie over HTTPS only")
    max_upload_bytes: int = Field(8 * 2**30, gt=0, description="largest upload of one import, bytes")
    max_file_bytes: int = Field(100 * 2**20, gt=0, description="largest single image file, bytes")
    max_pixels: int = Field(100_000_000, gt=0, description="largest image, pixels")
    max_import_files: int = Field(1_000_000, gt=0, description="most files of one import")
    max_import_bytes: int = Field(200 * 2**30, gt=0, description="all files of one import unpacked, bytes")
    upload_hours: float = Field(
        24, gt=0, description="how long an upload waits for its preview's confirmation, or a retry, hours"
    )
    heartbeat_seconds: float = Field(5, gt=0, description="how often a running job says that it lives")
    stale_seconds: float = Field(30, gt=0, description="silence after which a running job is queued again")
    sweep_seconds: float = Field(5, gt=0, description="how often lost messages and dead jobs are looked for")
    job_attempts: int = Field(5, ge=1, description="how often a job whose worker dies is started in all")
    numerics: Literal["auto", "fp32", "bf16", "fp16"] = Field(
        "auto", description="precision of trainings; `auto` measures once what is fastest here"
    )
    devices: int | None = Field(
        None, ge=1, description="devices one training runs on; none: all GPUs, or the CPU as one"
    )
    visibility_timeout: int = Field(
        3600, gt=0, description="Redis redelivery time of unacknowledged messages, seconds"
    )

    @property
    def blob_root(self) -> Path:
        """Folder of the content-addressed files."""
        return self.data_dir / "blobs"


@lru_cache
def get_settings() -> Settings:
    """Return the settings of this process, read once."""
    return Settings()
