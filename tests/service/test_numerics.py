"""What settings make of numerics, and what becomes of a job one of whose ranks died."""

from collections.abc import Iterator
from multiprocessing import Pipe
from pathlib import Path
from uuid import uuid4

import pytest
import torch
from pydantic import ValidationError

from app.config import Settings, get_settings
from app.domain.enums import JobKind
from tests.ml.pictures import CPU
from workers.ml.numerics import PLAIN, Numerics
from workers.ml.ranks import RankDied
from workers.ml.trainer import Recipe
from workers.pipelines.claim import Claim
from workers.pipelines.numerics import devices_of, numerics_of
from workers.tasks import child
from workers.tasks.registry import PIPELINES

RECIPE = Recipe(epochs=1, minibatch=4)


@pytest.fixture
def fresh_settings() -> Iterator[None]:
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


@pytest.mark.usefixtures("fresh_settings")
def test_a_precision_can_be_pinned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEXTBATCH_NUMERICS", "bf16")
    monkeypatch.setenv("NEXTBATCH_DEVICES", "2")
    found = numerics_of(CPU, "small_cnn", 8, RECIPE, 10)
    assert (found.numerics, found.measured) == (Numerics(precision="bf16", devices=2), {})


@pytest.mark.usefixtures("fresh_settings")
def test_auto_measures_into_the_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NEXTBATCH_NUMERICS", "auto")
    monkeypatch.setenv("NEXTBATCH_DATA_DIR", str(tmp_path))
    found = numerics_of(CPU, "small_cnn", 8, RECIPE, 10)
    assert found.measured.keys() == {"contiguous", "bf16"}
    assert (tmp_path / "numerics.json").exists()
    assert numerics_of(CPU, "small_cnn", 8, RECIPE, 10) == found


def test_an_unknown_precision_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEXTBATCH_NUMERICS", "fp8")
    with pytest.raises(ValidationError, match="numerics"):
        Settings()


@pytest.mark.parametrize(("wanted", "gpus", "found"), [(None, 4, 4), (2, 4, 2), (8, 4, 4)])
def test_all_gpus_or_as_many_as_are_set(
    monkeypatch: pytest.MonkeyPatch, wanted: int | None, gpus: int, found: int
) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: gpus)
    assert devices_of(torch.device("cuda"), wanted) == found


def test_the_cpu_is_one_device() -> None:
    assert devices_of(CPU, None) == PLAIN.devices == 1


@pytest.mark.usefixtures("stack")  # the job's log goes to its database
def test_a_job_whose_rank_died_ends_its_process_like_one_that_was_killed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def die(_claim: Claim) -> None:
        raise RankDied("killed")

    claim = Claim(uuid4(), 1, JobKind.TRAINING, uuid4(), {})
    monkeypatch.setattr(child, "_claim", lambda _job, _fence: claim)
    monkeypatch.setitem(PIPELINES, JobKind.TRAINING, die)
    monkeypatch.setattr(child, "die_with_worker", lambda _alive: None)  # it would end the tests
    theirs, _ours = Pipe(duplex=False)
    with pytest.raises(SystemExit) as ended:
        child.main(claim.job_id, 1, theirs, {})
    assert ended.value.code == 1
