"""Whatever a file does to the process that reads it, the desk has an answer and goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import xlsxwriter

from insight_pipeline.kernel.trouble import MachineError
from insight_pipeline.landing import reading_desk
from insight_pipeline.landing.reading import Content, ReaderOptions, UnreadableError
from insight_pipeline.landing.reading_desk import Limits, ReadingDesk
from tests.conftest import ROOT

CSV = ReaderOptions(format="csv")
XLSX = ReaderOptions(format="xlsx")
NAME_IN_FILE = "Ada Hughes"

# What stands in a file happens to the process that reads it.
MISCHIEF = """
import os, signal, time
import polars as pl
from insight_pipeline.landing.readers import choose
honest = choose.READERS["csv"]
def read(path, options, promised, sink):
    deed = path.read_text()
    if deed == "loop":
        while True: pass
    if deed == "busy":
        begun = time.process_time()
        while time.process_time() < begun + 0.4: pass
    if deed == "sleep": time.sleep(60)
    if deed == "memory": bytearray(1 << 40)
    if deed == "abort": os.abort()
    once = path.with_name("once")
    if deed.startswith("once") and not once.exists():
        once.touch()
        os.kill(os.getpid(), getattr(signal, deed.split()[1]))
    if deed == "kill": os.kill(os.getpid(), signal.SIGKILL)
    if deed == "terminate": os.kill(os.getpid(), signal.SIGTERM)
    if deed == "leave": os._exit(0)
    if deed == "fail": raise ValueError("Ada Hughes")
    if deed == "panic": raise pl.exceptions.PanicException("Ada Hughes")
    if deed == "write":
        with open(sink.path, "wb") as stream: stream.write(bytes(1 << 22))
    honest(path, options, promised, sink)
    if deed.startswith("lie"): sink.physical += 1
choose.READERS["csv"] = read
"""


@pytest.fixture(scope="module")
def desk() -> Iterator[ReadingDesk]:
    with ReadingDesk() as desk:
        yield desk


@pytest.fixture(scope="module")
def bad_desk() -> Iterator[ReadingDesk]:
    """A desk whose reader does what a file says."""
    limits = Limits(cpu_seconds=1, wall_seconds=8.0, file_bytes=1 << 20)
    program = reading_desk.PROGRAM.replace(
        "from insight", f"exec({MISCHIEF!r}, {{}}); from insight", 1
    )
    with pytest.MonkeyPatch.context() as patch, ReadingDesk(limits) as desk:
        patch.setattr(reading_desk, "PROGRAM", program)
        yield desk


def read(desk: ReadingDesk, folder: Path, text: str) -> Content:
    path = folder / "a.csv"
    path.write_text(text)
    return desk.read(path, CSV, (), folder / "rows.parquet")


def process(desk: ReadingDesk) -> int:
    assert desk._child
    return desk._child.pid


def test_files_are_read_in_turn_by_one_process_of_their_own(
    desk: ReadingDesk, tmp_path: Path
) -> None:
    found = read(desk, tmp_path, 'a,b\n1,"x\ny"\n\n3\n')
    first = process(desk)
    assert (found.columns, found.accepted, found.received) == (("a", "b"), 1, 2)
    assert found.rejects.rows() == [(5, "wrong_field_count")]
    assert read(desk, tmp_path, "a\n").received == 0
    assert process(desk) == first != os.getpid()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "rows.parquet"]


def test_an_unreadable_file_is_told_by_its_code_and_costs_no_process(
    desk: ReadingDesk, tmp_path: Path
) -> None:
    read(desk, tmp_path, "a\n")
    first = process(desk)
    with pytest.raises(UnreadableError, match="empty_file"):
        read(desk, tmp_path, "")
    assert process(desk) == first


def test_bytes_that_we_lost_are_no_unreadable_file(desk: ReadingDesk, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        desk.read(tmp_path / "nothing.csv", CSV, (), tmp_path / "rows.parquet")


def test_one_far_cell_exceeds_the_limits_and_the_next_file_is_read(
    desk: ReadingDesk, tmp_path: Path
) -> None:
    path = tmp_path / "far.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        page = workbook.add_worksheet()
        page.write_string(0, 0, "Ref")
        page.write_string(1_048_575, 16_383, "far")
    assert path.stat().st_size < 10_000
    with pytest.raises(UnreadableError, match="exceeds_limits"):
        desk.read(path, XLSX, (), tmp_path / "rows.parquet")
    assert read(desk, tmp_path, "a\n1\n").accepted == 1


@pytest.mark.parametrize("deed", ["loop", "memory", "abort", "write"])
def test_a_file_that_ends_its_process_or_takes_too_much_exceeds_the_limits(
    bad_desk: ReadingDesk, tmp_path: Path, deed: str
) -> None:
    with pytest.raises(UnreadableError, match="exceeds_limits"):
        read(bad_desk, tmp_path, deed)
    assert read(bad_desk, tmp_path, "a\n1\n").accepted == 1


@pytest.mark.parametrize("deed", ["fail", "panic"])
def test_a_reader_that_fails_is_our_fault_and_repeats_no_value(
    bad_desk: ReadingDesk, tmp_path: Path, deed: str
) -> None:
    with pytest.raises(RuntimeError) as caught:
        read(bad_desk, tmp_path, deed)
    assert NAME_IN_FILE not in str(caught.value)
    assert read(bad_desk, tmp_path, "a\n1\n").accepted == 1


@pytest.mark.parametrize("deed", ["kill", pytest.param("sleep", marks=pytest.mark.slow)])
def test_what_the_machine_may_have_done_twice_is_not_the_fault_of_the_file(
    bad_desk: ReadingDesk, tmp_path: Path, deed: str
) -> None:
    with pytest.raises(RuntimeError, match="ended or took too long"):
        read(bad_desk, tmp_path, deed)
    assert read(bad_desk, tmp_path, "a\n1\n").accepted == 1


@pytest.mark.parametrize("end", ["SIGKILL", "SIGABRT", "SIGSEGV"])
def test_a_process_that_ends_once_only_costs_a_second_try(
    bad_desk: ReadingDesk, tmp_path: Path, end: str
) -> None:
    assert read(bad_desk, tmp_path, f"once {end}\n1\n").accepted == 1


@pytest.mark.parametrize("deed", ["terminate", "leave"])
def test_a_process_that_somebody_ended_is_not_the_fault_of_the_file(
    bad_desk: ReadingDesk, tmp_path: Path, deed: str
) -> None:
    with pytest.raises(RuntimeError, match="ended"):
        read(bad_desk, tmp_path, deed)
    assert read(bad_desk, tmp_path, "a\n1\n").accepted == 1


def test_a_reader_that_loses_a_line_is_found_out(bad_desk: ReadingDesk, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="lines were lost or found"):
        read(bad_desk, tmp_path, "lie\n1\n")


def test_a_process_killed_between_two_files_is_replaced(desk: ReadingDesk, tmp_path: Path) -> None:
    read(desk, tmp_path, "a\n")
    os.kill(process(desk), signal.SIGKILL)
    assert desk._child
    desk._child.wait()
    assert read(desk, tmp_path, "a\n1\n").accepted == 1


def test_every_file_has_seconds_of_its_own(bad_desk: ReadingDesk, tmp_path: Path) -> None:
    read(bad_desk, tmp_path, "a\n")
    first = process(bad_desk)
    for _ in range(8):  # more than 3 seconds in all, within limits of one
        read(bad_desk, tmp_path, "busy")
    assert process(bad_desk) == first


def test_a_process_that_does_not_start_is_an_engine_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_desk, "PROGRAM", "raise SystemExit(1)")
    with ReadingDesk() as desk, pytest.raises(MachineError, match="ready within"):
        read(desk, tmp_path, "a\n")


def test_the_process_starts_with_the_first_file_and_ends_with_the_desk(tmp_path: Path) -> None:
    with ReadingDesk() as desk:
        assert desk._child is None
        read(desk, tmp_path, "a\n")
        child = process(desk)
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_nothing_of_our_environment_reaches_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = Path("/proc/self/environ")
    if not environment.exists():
        pytest.skip("the environment of a process can be read on Linux only")
    monkeypatch.setenv("CANARY", NAME_IN_FILE)
    with ReadingDesk() as desk:
        read(desk, tmp_path, "a\n")
        assert b"CANARY" not in Path(f"/proc/{process(desk)}/environ").read_bytes()


KILLED = """
import os, signal, sys
from pathlib import Path
from insight_pipeline.landing.reading import ReaderOptions
from insight_pipeline.landing.reading_desk import ReadingDesk
folder = Path(sys.argv[1])
desk = ReadingDesk()
desk.read(folder / "a.csv", ReaderOptions(format="csv"), (), folder / "rows.parquet")
sys.stdout.write(str(desk._child.pid))
sys.stdout.flush()
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_process_does_not_outlive_a_desk_that_was_killed(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a\n")
    found = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path)], capture_output=True, text=True, cwd=ROOT
    )
    assert found.returncode == -signal.SIGKILL
    child = int(found.stdout)
    for _ in range(100):
        if not _running(child):
            return
        time.sleep(0.1)
    os.kill(child, signal.SIGKILL)
    pytest.fail("the reading process went on without its desk")


def _running(child: int) -> bool:
    try:
        os.kill(child, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{child}/stat")
    # An orphan may wait for somebody to take note of its end.
    return not (stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z")
