"""Telling the machine's trouble from everything else: a full disk is nobody's delivery.

Belongs here: recognising it by what an engine raised, and the words for it. Does not belong here:
what a room does then. Engines are told apart by the names of their errors: the kernel imports none.
Their messages are looked at and never passed on: they can quote values.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator

from insight_pipeline.kernel.errors import Fault, InsightError

DISK_CODES = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS)
# Errors whose messages tell of files and not of values, by the names of their classes.
ABOUT_FILES = {
    "OSError", "IOException", "TransactionException", "FatalException", "ComputeError",
    "OperationalError",
}  # fmt: skip
# SQLite, in which Dagster keeps its records, has words of its own, and so has the writer of Parquet
# in polars where the last bytes of a file cannot be written.
OTHER_WORDS = ("database or disk is full", "disk I/O error", "Invalid thrift: transport error")
ABOUT_MEMORY = {"MemoryError", "OutOfMemoryException"}


# What engines say of a file that is not as it was written.
DAMAGED_WORDS = (
    "Corrupt database file", "not a valid DuckDB database", "Could not read enough bytes",
    "No magic bytes", "too small to be a Parquet file", "File out of specification",
    "decompression failure", "Out of buffer",
)  # fmt: skip
RESTORE = "restore it from backup, or make it again from landing (insight rebuild, docs/operate.md)"


class MachineError(InsightError):
    """The machine cannot go on: nothing was found out about any data, and the night stops."""


def disk_trouble(error: BaseException) -> str | None:
    """What the system said of the disk; None where the error is about something else."""
    for each in _chain(error):
        code = getattr(each, "errno", None)
        if code in DISK_CODES:
            return os.strerror(code)
        if any(kind.__name__ in ABOUT_FILES for kind in type(each).__mro__):
            said = str(each)
            known = (*map(os.strerror, DISK_CODES), *OTHER_WORDS)
            found = [words for words in known if words in said]
            if found:
                return found[0]
    return None


def is_out_of_memory(error: BaseException) -> bool:
    """Whether a limit of memory was reached: the machine's, or INSIGHT_MEMORY_LIMIT."""
    kinds = {kind.__name__ for each in _chain(error) for kind in type(each).__mro__}
    return bool(kinds & ABOUT_MEMORY)


def is_damaged(error: BaseException) -> bool:
    """Whether an engine found a file of ours that is not as it was written."""
    return any(words in str(each) for each in _chain(error) for words in DAMAGED_WORDS)


def raise_machine_trouble(error: BaseException, where: str) -> None:
    """Raise a MachineError where the error is one, or the disk's; nothing happens otherwise.

    One piece of work that is too large for its memory is no reason for all others to stop.
    """
    if isinstance(error, MachineError):
        raise error
    said = disk_trouble(error)
    if said is not None:
        raise MachineError([disk_fault(where, said)]) from None


def disk_fault(where: str, said: str) -> Fault:
    return Fault(
        where=where,
        expected="a disk that takes what is written, and no limit on the size of files",
        found=said,
        consequence="the night stops here; what stood before stands, and this says nothing about "
        "anybody's data",
        next_step="make room in the home folder (df -h, ulimit -f), then run the night again: it "
        "goes on where it stopped",
    )


def memory_fault(where: str) -> Fault:
    return Fault(
        where=where,
        expected="memory enough for the work",
        found="a limit of memory was reached",
        consequence="this step stops; what stood before stands, and this says nothing about "
        "anybody's data",
        next_step="raise INSIGHT_MEMORY_LIMIT or free memory, and see that home/tmp has room to "
        "spill to; then run the night again",
    )


def damaged_fault(where: str) -> Fault:
    return Fault(
        where=where,
        expected="a file as it was written",
        found="a damaged one: its checksums or its ends do not bear it out",
        consequence="this step stops; what was published stands, and this says nothing about "
        "anybody's data",
        next_step=RESTORE,
    )


def engine_fault(error: BaseException, where: str) -> Fault:
    """Five parts for any failure of an engine or of our own: its kind, never its message."""
    said = disk_trouble(error)
    if said is not None:
        return disk_fault(where, said)
    if is_out_of_memory(error):
        return memory_fault(where)
    if is_damaged(error):
        return damaged_fault(where)
    return Fault(
        where=where,
        expected="an engine that can do its work",
        found=f"{type(error).__name__} (message withheld, it may quote data)",
        consequence="this step stops; what stood before stands, and this says nothing about "
        "anybody's data",
        next_step="run it again; if it stays so, report it with these lines: it is a fault of the "
        "pipeline, or of a store that was damaged (docs/operate.md)",
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what it came of."""
    seen: set[int] = set()
    each: BaseException | None = error
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        yield each
        each = each.__cause__ or each.__context__
