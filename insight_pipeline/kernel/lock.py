"""One run at a time in one home folder.

Belongs here: the lock, and whether anybody has it. Does not belong here: who waits or what is told
to them. The operating system releases it when the process ends, however it ends, so a killed run
never blocks the next.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from pathlib import Path

from insight_pipeline.kernel.atomic import make_folder
from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.faultpoint import after

# `is_held` of another process is over in microseconds; a run is not.
TRIES = 5
BETWEEN_TRIES = 0.1  # seconds
_held: dict[Path, int] = {}


def hold(home: Path, temporary: Path | None = None) -> None:
    """Hold the home folder until this process ends; an InsightError when another one does.

    A new home is its owner's alone. `temporary` is emptied in a home that was held before: what a
    killed run left there may hold identifiers, and nobody else can be using it. A folder never
    held may be anybody's, with files of its own.
    """
    if home in _held:
        return
    make_folder(home, mode=0o700)
    lock = home / ".lock"
    ours = lock.exists()
    descriptor = os.open(lock, os.O_CREAT | os.O_RDWR, 0o600)
    if not _is_locked(descriptor):
        os.close(descriptor)
        raise InsightError([_busy()])
    _held[home] = descriptor
    after("made .lock")
    if ours and temporary is not None:
        shutil.rmtree(temporary, ignore_errors=True)
        after(f"emptied {temporary.name}")


def is_held(home: Path) -> bool | None:
    """Whether a process holds the home folder, in a container or out of it; None if unknown.

    A shared lock is asked for and given back at once: it is refused while somebody holds the home.
    """
    try:
        descriptor = os.open(home / ".lock", os.O_RDONLY)
    except FileNotFoundError:
        return False
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return False


def _is_locked(descriptor: int) -> bool:
    for attempt in range(TRIES):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if attempt < TRIES - 1:
                time.sleep(BETWEEN_TRIES)
        else:
            return True
    return False


def _busy() -> Fault:
    return Fault(
        where="home folder",
        expected="no other run at work in it",
        found="another run that holds it",
        consequence="this run stops before it changes anything",
        next_step="wait for the other run to end, then start this one again",
    )
