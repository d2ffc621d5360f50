"""A command that is told to stop clears up first.

Belongs here: signals. Does not belong here: what is cleared up; that is for context managers.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

# A shell's way to say which signal ended a process.
ENDED_BY = 128
SIGNALS = (signal.SIGTERM, signal.SIGHUP)


@contextmanager
def stopping_cleanly() -> Iterator[None]:
    """Within it a signal to end leaves through every `with`, so that temporary files go.

    Only in the main thread; a signal that is ignored on purpose, as under nohup, stays ignored.
    """
    told: list[int] = []

    def leave(number: int, frame: FrameType | None) -> None:
        told.append(number)
        raise SystemExit(ENDED_BY + number)

    before = {number: signal.getsignal(number) for number in SIGNALS}
    taken = [number for number, handler in before.items() if handler == signal.SIG_DFL]
    for number in taken:
        signal.signal(number, leave)
    try:
        yield
    except BaseException:
        # An engine that is interrupted at work passes on a failure of its own.
        if told:
            raise SystemExit(ENDED_BY + told[0]) from None
        raise
    finally:
        for number in taken:
            signal.signal(number, signal.SIG_DFL)
