"""Readers at work while releases come: they find one release or the next, never a mixture."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from insight_pipeline.indicators.header import IndicatorHeader
from insight_pipeline.publication.release import publish
from insight_pipeline.settings import Settings
from tests.unit.publication.releasing import reading_loop
from tests.unit.publication.releasing.publishing import AS_OF

READERS = 2


@pytest.mark.parametrize("times", [6, pytest.param(200, marks=pytest.mark.slow)])
def test_republishing_under_looping_readers_gives_no_error_and_no_torn_read(
    connection: duckdb.DuckDBPyConnection,
    headers: dict[str, IndicatorHeader],
    settings: Settings,
    plant: Callable[..., None],
    tmp_path: Path,
    record_property: Callable[[str, object], None],
    times: int,
) -> None:
    plant("total", "all", 40, 100)
    publish(connection, headers, settings, AS_OF)
    stop = tmp_path / "stop"
    readers = [_start(settings.published, stop) for _ in range(READERS)]
    try:
        for number in range(times):
            connection.execute(
                "update indicators.figure set numerator = ?", [60 - 20 * (number % 2)]
            )
            assert not publish(connection, headers, settings, AS_OF).unchanged
    finally:
        stop.touch()
        ends = [reader.communicate() for reader in readers]
    for reader, (out, err) in zip(readers, ends, strict=True):
        assert reader.returncode == 0, err.decode()
        assert int(out) > 0
    read = " and ".join(out.decode() for out, _ in ends)
    record_property("figure", f"{times} releases under 2 readers that read {read} times: none torn")


def test_the_reader_would_see_a_release_whose_files_do_not_belong_together(
    connection: duckdb.DuckDBPyConnection,
    headers: dict[str, IndicatorHeader],
    settings: Settings,
    plant: Callable[..., None],
) -> None:
    plant("total", "all", 40, 100)
    release = publish(connection, headers, settings, AS_OF)
    reading_loop.read_once(settings.published)
    path = release.path / "indicators.csv"
    path.write_text(path.read_text("utf-8").replace(",40,", ",45,"), encoding="utf-8")
    with pytest.raises(AssertionError):
        reading_loop.read_once(settings.published)


def _start(published: Path, stop: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, reading_loop.__file__, str(published), str(stop)],
        env={**os.environ, "PYTHONPATH": ":".join(filter(None, sys.path))},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
