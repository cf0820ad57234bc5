"""A training on several devices of one machine: one process each, on Lightning Fabric."""

import logging
import os
import signal
from copy import deepcopy
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
import torch.distributed as dist
from torch.distributed import TCPStore  # type: ignore[attr-defined]
from torch.multiprocessing import get_context
from torch.multiprocessing.spawn import (
    ProcessContext,
    ProcessException,
    ProcessRaisedException,
    start_processes,
)

from workers.ml.batch_norm import shared_statistics
from workers.ml.data import Progress
from workers.ml.device import place, tune, usable_cores
from workers.ml.engine import OnFabric, rank_fabric
from workers.ml.trainer import FitResult, Training, train
from workers.orphans import die_with

_LOOK_SECONDS = 0.1
_HOST = "127.0.0.1"
# Forked from a small server that has imported all this already; a fork of this process itself would inherit
# its threads and its hold on the GPU.
_START = "forkserver"
_context = get_context(_START)
_context.set_forkserver_preload(["workers.ml.ranks", "lightning_fabric"])
# Raised by all ranks alike, and meant for the caller of `fit`.
_TOLD = (FloatingPointError, ValueError)


class RankDied(Exception):
    """A process of the training was killed, and the others with it. The checkpoint is as it was."""


def train_on_ranks(training: Training, progress: Progress) -> FitResult:
    """Do `training` on its devices, and leave its model trained. Errors as `fit`, and RankDied.

    What it consists of is sent to the processes, so that its loss and its data must be picklable.
    """
    training.model.cpu()
    ours, theirs = _context.Pipe(duplex=False)
    # The place where ranks find each other is this process's, so that its port is free for sure.
    store = TCPStore(_HOST, 0, is_master=True, wait_for_workers=False)
    with TemporaryDirectory() as folder:
        weights = Path(folder) / "weights.pt"
        context: ProcessContext = start_processes(  # type: ignore[no-untyped-call]
            _rank,
            (_Place(store.port, weights), training, theirs),
            nprocs=training.numerics.devices,
            join=False,
            daemon=True,
            start_method=_START,
        )
        theirs.close()
        try:
            result = _watch(context, ours, progress)
        finally:
            _end(context)
            ours.close()
        training.model.load_state_dict(torch.load(weights, map_location="cpu", weights_only=True))
    place(training.model, training.device)
    training.model.train()
    return result


def _watch(context: ProcessContext, heard: Connection, progress: Progress) -> FitResult:
    """Pass on what rank 0 tells until all ranks have ended, and return what it found."""
    result: FitResult | None = None
    error: BaseException | None = None
    ended = False
    while not ended:
        failure: ProcessException | None = None
        try:
            ended = context.join(timeout=_LOOK_SECONDS)
        except ProcessException as raised:
            ended, failure = True, raised
        while heard.poll():
            try:
                news = heard.recv()
            except EOFError:
                break
            if isinstance(news, FitResult):
                result = news
            elif isinstance(news, BaseException):
                error = news
            elif failure is None:
                _pass_on(news, progress)
        if failure is not None:
            raise error or _reason(context, failure) from failure
    if result is None:
        raise RankDied("Rank 0 ended without a result.")
    return result


def _pass_on(news: Any, progress: Progress) -> None:
    if isinstance(news, logging.LogRecord):
        logging.getLogger(news.name).handle(news)
    else:
        progress(*news)


def _reason(context: ProcessContext, failure: ProcessException) -> Exception:
    """What became of the ranks. One that is killed takes others along, whose complaints come second."""
    killed = [p.exitcode for p in context.processes if p.exitcode not in (None, 0, 1, -signal.SIGTERM)]
    if killed or not isinstance(failure, ProcessRaisedException):
        return RankDied(f"A process of the training died: {failure.msg.strip()}")
    return RuntimeError(failure.msg)


def _end(context: ProcessContext) -> None:
    for process in context.processes:
        process.kill()
        process.join()


@dataclass(frozen=True)
class _Place:
    """Where ranks find each other, and where the trained weights go."""

    port: int
    weights: Path


def _rank(rank: int, where: _Place, training: Training, tell: Connection) -> None:
    """Run in a process of its own: this rank's share of the training."""
    die_with(os.getppid())  # the fork server, which ends with the process that `fit` was called in
    ranks = training.numerics.devices
    os.environ |= _environment(rank, ranks, where.port)
    kind = training.device.type
    device = torch.device(kind) if kind == "cpu" else torch.device(kind, rank)
    tune(device)
    if device.type == "cpu":
        torch.set_num_threads(max(1, usable_cores() // ranks))
    fabric = rank_fabric(device.type, training.numerics)

    def progress(part: float, message: str) -> None:
        if rank == 0:
            tell.send((part, message))

    if rank == 0:
        _send_logs(tell)

    def engine(here: Training, optimizer: torch.optim.Optimizer) -> OnFabric:
        return OnFabric(fabric, here.model, optimizer, here.numerics)

    # What was sent lies in memory that all ranks share.
    model = shared_statistics(deepcopy(training.model), device)
    try:
        result = train(replace(training, device=device, model=model), engine, progress)
    except _TOLD as error:
        if rank == 0:
            tell.send(error)
        raise
    if rank == 0:
        torch.save(model.state_dict(), where.weights)
        tell.send(result)
    dist.destroy_process_group()


class _Sent(logging.Handler):
    """Sends what a rank logs to the process that `fit` was called in."""

    def __init__(self, tell: Connection) -> None:
        super().__init__()
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        record.msg, record.args = record.getMessage(), None
        self._tell.send(record)


def _send_logs(tell: Connection) -> None:
    ours = logging.getLogger("workers")
    ours.setLevel(logging.INFO)
    ours.addHandler(_Sent(tell))


def _environment(rank: int, ranks: int, port: int) -> dict[str, str]:
    """What torchrun tells each of its processes."""
    found: dict[str, Any] = {
        "RANK": rank, "LOCAL_RANK": rank, "GROUP_RANK": 0, "WORLD_SIZE": ranks, "LOCAL_WORLD_SIZE": ranks,
        "MASTER_ADDR": _HOST, "MASTER_PORT": port, "TORCHELASTIC_RUN_ID": "nextbatch",
        "TORCHELASTIC_USE_AGENT_STORE": True,
    }  # fmt: skip
    return {name: str(value) for name, value in found.items()}
