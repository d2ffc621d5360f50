"""Releases: what is in them, what can never be in them, and how they follow each other."""

from __future__ import annotations

import hashlib
import json
import re
import struct
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from insight_pipeline.contracts.promise.contract import InternalProperties
from insight_pipeline.contracts.promise.odcs import load_contract
from insight_pipeline.indicators.header import IndicatorHeader
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.publication.database.dictionary import TABLES, VIEWS
from insight_pipeline.publication.release import ReleaseSummary, latest_release, publish
from insight_pipeline.publication.releasing import building
from insight_pipeline.publication.verify import verify_release
from insight_pipeline.settings import Settings
from tests.unit.publication.database.test_dictionary import CONTRACTS, FOLDER

Headers = dict[str, IndicatorHeader]
Plant = Callable[..., None]
AS_OF = date(2025, 6, 30)
FILES = [
    "SHA256SUMS",
    "indicators.csv",
    "indicators.duckdb",
    "indicators.parquet",
    "judgements.csv",
    "judgements.parquet",
    "release.json",
    "revisions.csv",
    "revisions.parquet",
    "scorecard.csv",
    "scorecard.parquet",
]
# Counts large enough to be recognised as bytes. The last two are withheld: their rest is 2.
SHOWN = (7_919_100, 15_485_863)
SECRET = (7_919_001, 7_919_003)
SECRET_ROWS = (7_919_009, 7_918_013)


@pytest.fixture
def figures(plant: Plant, plant_card: Plant) -> None:
    plant_card(None, rows_received=SECRET_ROWS[0], record_count=SECRET_ROWS[1])
    plant_card("homestead__tenancies", rows_received=3, validity="0.6667")
    plant("total", "all", SHOWN[0], SHOWN[1])
    plant("sex", "F", *SECRET)
    plant("sex", "M", 3, 60)
    plant("area", "E05900001", 30, 90)
    plant("area", "E05900002", 40, 90)
    plant("provider", "homestead", 40, 90)


@pytest.fixture
def published(
    connection: duckdb.DuckDBPyConnection, headers: Headers, settings: Settings, figures: None
) -> ReleaseSummary:
    return publish(connection, headers, settings, AS_OF)


def test_a_release_holds_these_files_and_nothing_else(published: ReleaseSummary) -> None:
    assert sorted(path.name for path in published.path.iterdir()) == FILES
    assert not published.unchanged
    assert (published.figures, published.suppressed) == (6, 2)


def test_the_name_is_the_as_of_date_and_a_hash(published: ReleaseSummary) -> None:
    assert re.fullmatch("2025-06-30-[0-9a-f]{12}", published.release)


def test_checksums_match_every_other_file(published: ReleaseSummary) -> None:
    lines = (published.path / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    found = {line[66:]: line[:64] for line in lines}
    assert sorted(found) == FILES[1:]
    for name, digest in found.items():
        assert hashlib.sha256((published.path / name).read_bytes()).hexdigest() == digest


def test_latest_points_at_the_release_by_link_and_by_file(
    published: ReleaseSummary, settings: Settings
) -> None:
    assert (settings.published / "latest").resolve() == published.path.resolve()
    pointer = json.loads((settings.published / "latest.json").read_text(encoding="utf-8"))
    assert pointer["release"] == published.release


def test_every_table_and_column_is_there_with_its_type_and_comment(
    published: ReleaseSummary,
) -> None:
    with duckdb.connect(str(published.path / "indicators.duckdb"), read_only=True) as opened:
        comments = {
            (table, column): (kind, comment)
            for table, column, kind, comment in opened.execute(
                "select table_name, column_name, data_type, comment from duckdb_columns() "
                "where not internal and database_name = current_database()"
            ).fetchall()
        }
        tables = dict(
            opened.execute(
                "select table_name, comment from duckdb_tables() union all "
                "select view_name, comment from duckdb_views() where not internal"
            ).fetchall()
        )
    expected = {**TABLES, **VIEWS}
    assert tables == {name: table.description for name, table in expected.items()}
    assert comments == {
        (name, column): meaning
        for name, table in expected.items()
        for column, meaning in table.columns.items()
    }


def test_older_duckdb_clients_can_open_the_database(published: ReleaseSummary) -> None:
    # Bytes 12 to 19 of a DuckDB file are its storage version; 64 is that of v1.0.0 (and v0.10).
    header = (published.path / "indicators.duckdb").read_bytes()[:20]
    assert header[8:12] == b"DUCK"
    assert struct.unpack("<Q", header[12:20])[0] == 64


def test_latest_figures_are_those_of_the_newest_complete_period(
    connection: duckdb.DuckDBPyConnection,
    headers: Headers,
    settings: Settings,
    figures: None,
    plant: Plant,
) -> None:
    plant("total", "all", 50, 100, period_from="2024-10-01", period_to="2024-12-31")
    later = {"period_from": "2025-04-01", "period_to": "2025-06-30", "is_not_mature": True}
    plant("total", "all", 50, 100, **later)
    summary = publish(connection, headers, settings, AS_OF)
    with duckdb.connect(str(summary.path / "indicators.duckdb"), read_only=True) as opened:
        rows = opened.execute("select distinct period_from::varchar from latest_figures").fetchall()
        named = opened.execute(
            "select provider_name from latest_figures where breakdown_type = 'provider'"
        ).fetchall()
    assert rows == [("2025-01-01",)]
    assert named == [("Homestead Homes",)]


def test_withheld_figures_have_no_numbers_in_any_form(published: ReleaseSummary) -> None:
    numbers = "numerator, denominator, value, lower95, upper95, lower998, upper998, ci_method"
    for source in ("indicators.csv", "indicators.parquet"):
        rows = duckdb.execute(
            f"select {numbers} from '{published.path / source}' where shorthand = '[c]'"
        ).fetchall()
        assert rows == [(None,) * 8] * 2


def test_no_unsuppressed_count_is_anywhere_in_the_bytes_of_a_release(
    published: ReleaseSummary, settings: Settings
) -> None:
    secrets = [*SECRET, *SECRET_ROWS, SHOWN[1]]  # the last one is shown, but only rounded
    patterns = [
        pattern
        for number in secrets
        for pattern in (str(number).encode(), struct.pack("<q", number), struct.pack(">q", number))
    ]
    files = [path for path in settings.home.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= set(FILES)
    for path in files:
        content = path.read_bytes()
        assert not [pattern for pattern in patterns if pattern in content], path.name


def test_the_search_for_bytes_would_find_a_number_that_is_shown(published: ReleaseSummary) -> None:
    shown = struct.pack("<q", SHOWN[0])
    assert shown in (published.path / "indicators.duckdb").read_bytes()
    assert str(SHOWN[0]).encode() in (published.path / "indicators.csv").read_bytes()


def test_publishing_the_same_figures_again_rewrites_nothing(
    connection: duckdb.DuckDBPyConnection,
    headers: Headers,
    settings: Settings,
    published: ReleaseSummary,
) -> None:
    def state() -> dict[str, int]:
        return {str(p): p.lstat().st_mtime_ns for p in settings.published.rglob("*")}

    before = state()
    again = publish(connection, headers, settings, AS_OF)
    assert again == replace(published, unchanged=True)
    assert state() == before


def test_a_new_release_leaves_the_old_one_as_it_was(
    connection: duckdb.DuckDBPyConnection,
    headers: Headers,
    settings: Settings,
    published: ReleaseSummary,
) -> None:
    old = {path.name: path.read_bytes() for path in published.path.iterdir()}
    connection.execute("update indicators.figure set numerator = 60 where breakdown = 'homestead'")
    new = publish(connection, headers, settings, date(2025, 9, 30))
    assert new.release != published.release
    assert latest_release(settings.published) == new.release
    assert {path.name: path.read_bytes() for path in published.path.iterdir()} == old
    facts = json.loads((new.path / "release.json").read_text(encoding="utf-8"))
    assert facts["predecessor"] == published.release


@pytest.mark.slow
def test_csv_and_parquet_are_the_same_bytes_for_any_number_of_threads_and_order(
    connection: duckdb.DuckDBPyConnection,
    headers: Headers,
    settings: Settings,
    plant: Plant,
) -> None:
    found = set()
    for threads in (1, 2, 4):
        connection.execute("delete from indicators.figure")
        plant("area", "E05", 20, 100)
        connection.execute(
            "insert into indicators.figure "
            "select figure.* replace (breakdown || i as breakdown, 20 + i as numerator, "
            "100 + 3 * i as denominator) from indicators.figure, range(4000) as wards (i) "
            f"order by hash(i + {threads})"
        )
        connection.execute(f"set threads = {threads}")
        home = settings.home / str(threads)
        summary = publish(connection, headers, replace(settings, home=home, threads=threads), AS_OF)
        files = [path for path in summary.path.iterdir() if path.suffix in (".csv", ".parquet")]
        hashes = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
        assert len(hashes) == 8
        found.add((summary.release, *sorted(hashes.items())))
    assert len(found) == 1


def test_a_change_in_what_is_withheld_is_not_a_new_release(
    connection: duckdb.DuckDBPyConnection,
    headers: Headers,
    settings: Settings,
    published: ReleaseSummary,
) -> None:
    connection.execute("update indicators.figure set numerator = 4 where breakdown = 'M'")
    assert publish(connection, headers, settings, AS_OF) == replace(published, unchanged=True)


def test_another_scorecard_is_another_release_unless_the_change_is_withheld(
    connection: duckdb.DuckDBPyConnection,
    headers: Headers,
    settings: Settings,
    published: ReleaseSummary,
) -> None:
    connection.execute("update reference.scorecard set validity = 0.3333 where stem is not null")
    assert publish(connection, headers, settings, AS_OF).unchanged
    connection.execute("update reference.scorecard set worst_late_days = 5 where stem is null")
    assert publish(connection, headers, settings, AS_OF).release != published.release


def test_a_release_that_fails_on_the_way_leaves_the_last_one_in_place(
    connection: duckdb.DuckDBPyConnection,
    headers: Headers,
    settings: Settings,
    published: ReleaseSummary,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(folder: Path, settings: Settings) -> None:
        raise RuntimeError("no more disk")

    monkeypatch.setattr(building, "read_again", fail)
    connection.execute("update indicators.figure set numerator = 60 where breakdown = 'homestead'")
    with pytest.raises(RuntimeError):
        publish(connection, headers, settings, AS_OF)
    names = sorted(path.name for path in settings.published.iterdir())
    assert names == sorted([published.release, "latest", "latest.json"])
    assert latest_release(settings.published) == published.release


def test_a_lost_pointer_is_put_back(
    connection: duckdb.DuckDBPyConnection,
    headers: Headers,
    settings: Settings,
    published: ReleaseSummary,
) -> None:
    (settings.published / "latest").unlink()
    (settings.published / "latest.json").unlink()
    assert publish(connection, headers, settings, AS_OF).unchanged
    assert latest_release(settings.published) == published.release
    assert (settings.published / "latest.json").is_file()


def test_a_read_only_warehouse_is_enough(
    connection: duckdb.DuckDBPyConnection,
    headers: Headers,
    settings: Settings,
    figures: None,
    tmp_path: Path,
) -> None:
    path = tmp_path / "warehouse.duckdb"
    connection.execute(f"attach '{path}' as copy_of_it")
    connection.execute("copy from database memory to copy_of_it")
    connection.execute("detach copy_of_it")
    with duckdb.connect(str(path), read_only=True) as opened:
        assert publish(opened, headers, settings, AS_OF).figures == 6


@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize(
    ("table", "column", "was", "becomes"),
    [
        ("indicators", "numerator", 40, 45),
        ("scorecard", "worst_late_days", 4, 3),
        ("revisions", "numerator", 40, 45),
    ],
)
def test_a_form_that_differs_from_the_database_is_found(
    published: ReleaseSummary,
    settings: Settings,
    tmp_path: Path,
    form: str,
    table: str,
    column: str,
    was: int,
    becomes: int,
) -> None:
    verify_release(published.path, settings)
    name = f"{table}.{form}"
    path, changed = published.path / name, tmp_path / name
    duckdb.execute(
        f"copy (select * replace (case when {column} = {was} then {becomes} else {column} end "
        f"as {column}) from '{path}') to '{changed}' (format {form})"
    )
    path.write_bytes(changed.read_bytes())
    with pytest.raises(InsightError, match=name):
        verify_release(published.path, settings)


@pytest.mark.parametrize("table", CONTRACTS)
def test_a_column_nobody_documented_is_found(
    published: ReleaseSummary, settings: Settings, table: str
) -> None:
    with duckdb.connect(str(published.path / "indicators.duckdb")) as opened:
        opened.execute(f"alter table {table} add column secret integer")
    with pytest.raises(InsightError, match=f"(?s){table}.*secret"):
        verify_release(published.path, settings)


@pytest.mark.parametrize("table", CONTRACTS)
def test_a_published_table_fills_what_its_contract_requires_and_has_its_key_once(
    published: ReleaseSummary, table: str
) -> None:
    promise = load_contract(FOLDER / f"{CONTRACTS[table]}.odcs.yaml", InternalProperties)
    required = [column.name for column in promise.columns if column.required]
    key = ", ".join(column.name for column in promise.columns if column.key)
    filled = ", ".join(f"count({name})" for name in required)
    query = f"select count(*), count(distinct ({key})), {filled} from {table}"
    with duckdb.connect(str(published.path / "indicators.duckdb"), read_only=True) as opened:
        (counts,) = opened.execute(query).fetchall()
    assert key and counts[0] > 0
    assert set(counts) == {counts[0]}
