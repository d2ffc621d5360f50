"""A command that is told to stop leaves nothing behind."""

from __future__ import annotations

import os
import signal
import tempfile
from pathlib import Path

import pytest

from insight_pipeline.cli.stopping import SIGNALS, stopping_cleanly


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_to_end_removes_temporary_folders_and_says_so_in_the_exit_code(
    tmp_path: Path, number: signal.Signals
) -> None:
    before = signal.signal(number, signal.SIG_DFL)
    try:
        with pytest.raises(SystemExit) as ended:
            _stopped_at_work(tmp_path, number)
        assert signal.getsignal(number) == signal.SIG_DFL
    finally:
        signal.signal(number, before)
    assert ended.value.code == 128 + number
    assert not list(tmp_path.iterdir())


def _stopped_at_work(folder: Path, number: int) -> None:
    with stopping_cleanly(), tempfile.TemporaryDirectory(dir=folder) as work:
        (Path(work) / "rows.parquet").write_bytes(b"identifiers")
        os.kill(os.getpid(), number)


def test_a_signal_that_is_ignored_on_purpose_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stopping_cleanly():
            assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_what_an_interrupted_engine_says_of_it_is_not_what_the_command_ends_with() -> None:
    before = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        with pytest.raises(SystemExit) as ended:
            _stopped_in_an_engine()
    finally:
        signal.signal(signal.SIGTERM, before)
    assert ended.value.code == 128 + signal.SIGTERM


def _stopped_in_an_engine() -> None:
    with stopping_cleanly():
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        except SystemExit as error:
            raise RuntimeError("query interrupted") from error


def test_a_failure_without_a_signal_stays_itself() -> None:
    with pytest.raises(RuntimeError, match="lost"), stopping_cleanly():
        raise RuntimeError("lost")
