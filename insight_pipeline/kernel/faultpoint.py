"""Fault points: a place after every durable side effect at which a test may end the process.

Belongs here: the hook and the counting. Does not belong here: the side effects (atomic.py, append)
or reading FAULT_AT (settings.py; the command line installs what it says). Nothing is installed
unless somebody asks for it when the process starts: passing a point is then one comparison.

A kill -9 is the hardest end a process can come to short of a power cut: no handler runs, no buffer
is written, no lock is released by us. What stands on disk at that moment is what the next run has
to cope with, so points lie between every two effects that last.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from itertools import count

# Told the name of each point that is passed.
Hook = Callable[[str], None]

_hook: Hook | None = None


def install(hook: Hook | None) -> None:
    """Call `hook` at every point from now on; None takes it out again."""
    global _hook
    _hook = hook


def after(effect: str) -> None:
    """Say that `effect`, a verb and a name on disk, has just happened and will last."""
    if _hook is not None:
        _hook(effect)


def kill_at(number: int) -> Hook:
    """A hook that ends this process by SIGKILL at the point `number`, counted from 1."""
    passed = count(1)

    def hook(effect: str) -> None:
        if next(passed) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    return hook
