"""A fresh process opens every file of a release; what it cannot read never becomes one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
import xlsxwriter

from insight_pipeline.indicators.header import IndicatorHeader
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.publication.release import latest_release, publish
from insight_pipeline.publication.releasing import building, second_reading
from insight_pipeline.publication.releasing.checksums import write_checksums
from insight_pipeline.publication.releasing.reading import read_release
from insight_pipeline.publication.releasing.second_reading import read_again
from insight_pipeline.settings import Settings
from tests.unit.publication.releasing.publishing import AS_OF

PAGE = "<!doctype html><title>Kept</title><body><main><svg></svg></main></body>"


@pytest.fixture
def folder(
    connection: duckdb.DuckDBPyConnection,
    headers: dict[str, IndicatorHeader],
    settings: Settings,
    plant: Callable[..., None],
    tmp_path: Path,
) -> Path:
    """A release with a file of every kind."""
    plant("total", "all", 40, 100)
    summary = publish(connection, headers, settings, AS_OF)
    copy = Path(shutil.copytree(summary.path, tmp_path / summary.release))
    (copy / "site").mkdir()
    (copy / "site" / "index.html").write_text(PAGE, encoding="utf-8")
    (copy / "indicators.csv-metadata.json").write_text('{"url": "x"}', encoding="utf-8")
    with xlsxwriter.Workbook(copy / "indicators.xlsx") as book:
        book.add_worksheet("Cover").write(0, 0, "Indicators")
    write_checksums(copy)
    return copy


def test_a_sound_release_is_found_sound_by_the_process(folder: Path, settings: Settings) -> None:
    assert read_release(folder, settings) == []
    read_again(folder, settings)


def _cut(name: str) -> Callable[[Path], None]:
    def cut(folder: Path) -> None:
        content = (folder / name).read_bytes()
        (folder / name).write_bytes(content[: len(content) // 2])

    return cut


def _page_without_body(folder: Path) -> None:
    (folder / "site" / "index.html").write_text("<title></title>", encoding="utf-8")


def _other_rows(folder: Path) -> None:
    path = folder / "release.json"
    said = json.loads(path.read_text(encoding="utf-8"))
    said["rows"]["figure"] += 1
    path.write_text(json.dumps(said), encoding="utf-8")


def _another_macro(folder: Path) -> None:
    with duckdb.connect(str(folder / "indicators.duckdb")) as opened:
        opened.execute("create macro peek() as table select * from figure")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (_cut("indicators.csv"), "indicators.csv"),
        (_cut("judgements.parquet"), "judgements.parquet"),
        (_cut("indicators.xlsx"), "indicators.xlsx"),
        (_cut("indicators.csv-metadata.json"), "indicators.csv-metadata.json"),
        (_page_without_body, "site/index.html"),
        (_other_rows, "other numbers of rows"),
        (_another_macro, "peek"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_even_with_sums_that_fit(
    folder: Path, settings: Settings, change: Callable[[Path], None], named: str
) -> None:
    change(folder)
    write_checksums(folder)
    faults = read_release(folder, settings)
    assert named in "\n".join(map(str, faults))


def test_a_database_that_cannot_be_opened_is_a_fault_and_not_a_crash(
    folder: Path, settings: Settings
) -> None:
    _cut("indicators.duckdb")(folder)
    write_checksums(folder)
    assert "indicators.duckdb" in str(read_release(folder, settings)[0])
    with pytest.raises(InsightError, match=r"indicators\.duckdb"):
        read_again(folder, settings)


def test_a_file_changed_after_its_sum_was_taken_is_named(folder: Path, settings: Settings) -> None:
    (folder / "site" / "index.html").write_text(PAGE.replace("Kept", "Lost"), encoding="utf-8")
    with pytest.raises(InsightError, match=r"site/index\.html"):
        read_again(folder, settings)


def test_a_process_that_does_not_answer_is_a_failure_and_no_release(
    connection: duckdb.DuckDBPyConnection,
    headers: dict[str, IndicatorHeader],
    settings: Settings,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = latest_release(settings.published)
    monkeypatch.setattr(building, "read_again", read_again)
    monkeypatch.setattr(second_reading.sys, "executable", "/bin/false")
    connection.execute("update indicators.figure set numerator = 60")
    with pytest.raises(InsightError, match="read again"):
        publish(connection, headers, settings, AS_OF)
    assert latest_release(settings.published) == before
    assert not list(settings.published.glob("*.next"))
