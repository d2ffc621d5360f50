"""Rooms run in processes of their own, which may be ended by SIGKILL at a fault point.

Belongs here: starting them and how they ended. Does not belong here: what is expected after that.
Processes are forked from a server that has imported everything and started nothing: a fresh one
costs no seconds of importing.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from insight_pipeline.contracts.judging import activation
from insight_pipeline.contracts.judging.oracle.agreement import Agreement
from insight_pipeline.kernel import faultpoint

KILLED = -signal.SIGKILL
FAILED = 1
PRELOADED = [
    "tests.faults.killing",
    "tests.faults.rooms",
    "insight_pipeline.contracts.judging.great_expectations_verdict",
]
# Starting a process asks after all others: how one ended is read once, by whoever comes first.
_alone = threading.Lock()
_NO_DISSENT = Agreement(0, 0, frozenset(), frozenset(), frozenset())


def run(work: Callable[..., None], *arguments: Any, kill_at: int | None = None) -> int:
    """Run `work` in a process of its own; how it ended: 0, KILLED or FAILED."""
    process = started(work, *arguments, kill_at=kill_at)
    wait([process.sentinel])
    with _alone:
        process.join()
    assert process.exitcode is not None
    return process.exitcode


def started(work: Callable[..., None], *arguments: Any, kill_at: int | None = None) -> BaseProcess:
    """A process at work, for whoever ends it otherwise."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    process = context.Process(target=_child, args=(work, arguments, kill_at, None))
    with _alone:
        process.start()
    return process


def points_of(work: Callable[..., None], *arguments: Any) -> list[str]:
    """Run `work` undisturbed; the name of every fault point it passed."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(work, arguments, None, theirs))
    process.start()
    theirs.close()
    passed = _received(ours)
    process.join()
    assert process.exitcode == 0
    return passed


def _received(pipe: Connection) -> list[str]:
    passed = []
    try:
        while True:
            passed.append(pipe.recv())
    except EOFError:
        return passed


def _child(
    work: Callable[..., None],
    arguments: tuple[Any, ...],
    kill_at: int | None,
    told: Connection | None,
) -> None:
    # Both opinions agree unasked: what asking writes is written all the same.
    activation.agreement = lambda *asked: _NO_DISSENT
    if told is not None:
        faultpoint.install(told.send)
    if kill_at is not None:
        faultpoint.install(faultpoint.kill_at(kill_at))
    try:
        work(*arguments)
    except Exception:
        traceback.print_exc()
        sys.exit(FAILED)
