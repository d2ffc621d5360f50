"""A full disk and too little memory are known by what engines raise; values are never repeated."""

from __future__ import annotations

import errno
import os
import resource
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

from insight_pipeline.kernel.trouble import (
    MachineError,
    disk_trouble,
    engine_fault,
    is_damaged,
    is_out_of_memory,
    raise_machine_trouble,
)

CANARY = "Hernandez-Canary"
ROWS = 20_000


@pytest.fixture
def small_files() -> Iterator[None]:
    """Files of this process may not grow beyond some kilobytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def text(path: Path) -> None:
    path.write_text("a" * 100_000)


def frame_parquet(path: Path) -> None:
    pl.DataFrame({"a": [os.urandom(16).hex() for _ in range(ROWS)]}).write_parquet(path)


def frame_csv(path: Path) -> None:
    pl.DataFrame({"a": range(ROWS)}).write_csv(path)


def copied_out(path: Path) -> None:
    with duckdb.connect() as con:
        con.execute(f"copy (select uuid() as a from range({ROWS})) to '{path}' (format parquet)")


def database(path: Path) -> None:
    with duckdb.connect(str(path)) as con:
        con.execute(f"create table a as select uuid() as a from range({ROWS})")
        con.execute("checkpoint")


def records(path: Path) -> None:
    with sqlite3.connect(path) as con:
        con.execute("create table a (b text)")
        con.execute("insert into a values (?)", ["a" * 100_000])
        con.commit()


@pytest.mark.parametrize(
    "write",
    [text, frame_parquet, frame_csv, copied_out, database, records],
    ids=lambda w: w.__name__,
)
def test_every_engine_that_may_not_write_is_known(
    small_files: None, tmp_path: Path, write: Callable[[Path], None]
) -> None:
    with pytest.raises(Exception) as caught:
        write(tmp_path / "file")
    assert disk_trouble(caught.value)
    with pytest.raises(MachineError, match="make room"):
        raise_machine_trouble(caught.value, "a room")


def test_a_cause_counts_as_the_error_itself() -> None:
    try:
        try:
            raise OSError(errno.ENOSPC, "full")
        except OSError as error:
            raise RuntimeError("a step failed") from error
    except RuntimeError as error:
        assert disk_trouble(error) == "No space left on device"


def test_memory_that_runs_out_is_known_and_stops_nobody_else() -> None:
    for error in (duckdb.OutOfMemoryException("x"), MemoryError()):
        assert is_out_of_memory(error)
        raise_machine_trouble(error, "a room")
        assert "INSIGHT_MEMORY_LIMIT" in str(engine_fault(error, "a room"))


def test_a_value_that_reads_like_trouble_is_none() -> None:
    error = duckdb.ConversionException(f"could not convert 'No space left on device {CANARY}'")
    assert disk_trouble(error) is None
    assert not is_out_of_memory(error)
    raise_machine_trouble(error, "a room")


def test_no_message_of_an_engine_is_repeated() -> None:
    for error in (
        duckdb.ConversionException(CANARY),
        duckdb.OutOfMemoryException(CANARY),
        OSError(f"{CANARY}: No space left on device"),
    ):
        assert CANARY not in str(engine_fault(error, "a room"))


@pytest.mark.parametrize("content", [b"", b"junk" * 4000], ids=["emptied", "junk"])
def test_a_damaged_file_is_told_with_the_way_out(tmp_path: Path, content: bytes) -> None:
    for name, sql in (("a.parquet", "from read_parquet('{}')"), ("a.duckdb", "attach '{}' as a")):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(duckdb.Error) as caught, duckdb.connect() as con:
            con.execute(sql.format(path))
        if content or name == "a.parquet":
            assert is_damaged(caught.value)
            assert "insight rebuild" in str(engine_fault(caught.value, "a room"))
