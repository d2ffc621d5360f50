"""From a dataset as it stands to staging, and from every staging file to an internal contract."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from insight_pipeline.contracts.staging import (
    Written,
    accepted_relation,
    feed_path,
    read_feed,
    read_staged,
    run_staging,
    staging_path,
    unite_feed,
)
from insight_pipeline.contracts.standing.accounts import current_path
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.kernel.outcome import Outcome
from insight_pipeline.settings import Settings
from insight_pipeline.sql.model import Macro, Model, load_macros
from tests.unit.contracts.promises import STEM, column, contract, home, internal
from tests.unit.sql.files import model, sql_file

CONTRACT = contract(column("Ref", key=True), column("Start Date"))
QUERY = (
    'select "Ref" as event_id, strptime("Start Date", \'%d/%m/%Y\')::date as event_from_date, '
    f"_delivery_id, _row, _period_from from accepted.{STEM}"
)
MARKS = {f"accepted.{STEM}": "night 1"}
EVENT = internal(
    "service_event",
    {"event_id": "VARCHAR", "event_from_date": "DATE", "n": "BIGINT", "ids": "VARCHAR[]"},
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return home(tmp_path)


def dataset(settings: Settings, *rows: tuple[str, str]) -> None:
    """The standing rows of the feed."""
    path = current_path(settings, STEM)
    path.parent.mkdir(parents=True, exist_ok=True)
    pl.DataFrame(list(rows), schema=["Ref", "Start Date"], orient="row").with_columns(
        pl.lit("d1").alias("_delivery_id"),
        pl.lit(2, dtype=pl.Int64).alias("_row"),
        pl.lit(date(2025, 1, 1)).alias("_period_from"),
        pl.lit(date(2025, 3, 31)).alias("_period_to"),
    ).write_parquet(path)


def staging(folder: Path, query: str = QUERY, more: str = "") -> Model:
    return model(folder, "staging.stg_cases", query, more)


def stage(
    settings: Settings,
    made: Model,
    marks: dict[str, str] = MARKS,
    macros: tuple[Macro, ...] = (),
) -> Written:
    return run_staging(made, [CONTRACT], marks, macros, settings)


def rows(written: Written) -> list[tuple[object, ...]]:
    return sorted(pl.read_parquet(written.path).rows(), key=str)


# Staging


def test_the_dataset_goes_through_the_query(settings: Settings, tmp_path: Path) -> None:
    dataset(settings, ("1", "03/07/2025"))
    made = staging(tmp_path)
    written = stage(settings, made)
    assert written.path == staging_path(settings, made)
    assert rows(written) == [("1", date(2025, 7, 3), "d1", 2, date(2025, 1, 1))]
    assert (written.rows, written.unchanged) == (1, False)


def test_a_second_run_leaves_the_file_alone(settings: Settings, tmp_path: Path) -> None:
    dataset(settings, ("1", "03/07/2025"))
    first = stage(settings, staging(tmp_path))
    inode = first.path.stat().st_ino
    again = stage(settings, staging(tmp_path))
    assert again.unchanged
    assert (again.fingerprint, again.rows) == (first.fingerprint, first.rows)
    assert again.path.stat().st_ino == inode


def test_changed_sql_runs_again_and_a_changed_comment_does_not(
    settings: Settings, tmp_path: Path
) -> None:
    dataset(settings, ("1", "03/07/2025"))
    stage(settings, staging(tmp_path))
    assert stage(settings, staging(tmp_path, QUERY + " -- of all")).unchanged
    changed = stage(settings, staging(tmp_path, QUERY.replace('"Ref" as', "'x' || \"Ref\" as")))
    assert not changed.unchanged
    assert rows(changed)[0][0] == "x1"


def test_a_changed_dataset_runs_again(settings: Settings, tmp_path: Path) -> None:
    dataset(settings, ("1", "03/07/2025"))
    stage(settings, staging(tmp_path))
    dataset(settings, ("1", "03/07/2025"), ("2", "04/07/2025"))
    again = stage(settings, staging(tmp_path), {f"accepted.{STEM}": "night 2"})
    assert (again.unchanged, again.rows) == (False, 2)


def test_a_changed_macro_runs_again(settings: Settings, tmp_path: Path) -> None:
    dataset(settings, ("1", "03/07/2025"))
    made = staging(tmp_path, f'select mine("Ref") as event_id from accepted.{STEM}')
    for text, expected in (("x || 'a'", "1a"), ("x || 'b'", "1b")):
        query = f"create or replace macro mine(x) as ({text})"
        sql_file(tmp_path / "functions", "mine", query)
        written = stage(settings, made, macros=load_macros(tmp_path / "functions"))
        assert not written.unchanged
        assert rows(written) == [(expected,)]


def test_a_feed_nothing_was_accepted_from_is_staged_empty(
    settings: Settings, tmp_path: Path
) -> None:
    written = stage(settings, staging(tmp_path))
    assert written.rows == 0
    assert "event_from_date" in pl.read_parquet(written.path).columns


def test_the_tests_of_the_header_run_also_when_nothing_changed(
    settings: Settings, tmp_path: Path
) -> None:
    dataset(settings, ("1", "03/07/2025"), ("1", "04/07/2025"))
    made = staging(tmp_path, more="tests: [{unique: [event_id]}, {not_null: [event_id]}]\n")
    for unchanged in (False, True):
        written = stage(settings, made)
        assert written.unchanged is unchanged
        assert [(t.outcome, t.failing_rows) for t in written.tests] == [
            (Outcome.FAILED, 2),
            (Outcome.PASSED, 0),
        ]


def test_a_query_that_fails_leaves_the_file_of_last_night(
    settings: Settings, tmp_path: Path
) -> None:
    dataset(settings, ("1", "03/07/2025"))
    first = stage(settings, staging(tmp_path))
    dataset(settings, ("1", "no date"))
    with pytest.raises(duckdb.Error):
        stage(settings, staging(tmp_path), {f"accepted.{STEM}": "night 2"})
    assert rows(first) == [("1", date(2025, 7, 3), "d1", 2, date(2025, 1, 1))]
    assert read_staged(staging(tmp_path), settings).fingerprint == first.fingerprint


def test_what_was_staged_can_be_read_without_running(settings: Settings, tmp_path: Path) -> None:
    dataset(settings, ("1", "03/07/2025"))
    first = stage(settings, staging(tmp_path))
    found = read_staged(staging(tmp_path), settings)
    assert (found.fingerprint, found.rows, found.unchanged) == (first.fingerprint, 1, True)


def test_what_was_never_made_is_told_with_the_next_step(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(InsightError, match=r"materialise staging\.stg_cases first"):
        read_staged(staging(tmp_path), settings)
    with pytest.raises(InsightError, match=r"materialise feeds\.service_event first"):
        read_feed(EVENT, settings)


def test_the_relation_of_a_contract_is_named_after_it() -> None:
    assert accepted_relation(CONTRACT) == f"accepted.{STEM}"


# Feeds


def staged(settings: Settings, name: str, query: str, mark: str = "1") -> Written:
    path = settings.staging / f"{name}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute(f"copy ({query}) to '{path}' (format parquet)")
    return Written(path, f"{name} {mark}", 1, unchanged=False)


ONE = "select '5' as n, ['a:1'] as ids, 'e1' as event_id, date '2025-07-03' as event_from_date"
TWO = "select '2025-07-04' as event_from_date, 'e2' as event_id, 'more' as not_promised"


def test_feeders_are_united_by_name_and_cast_and_what_they_lack_is_missing(
    settings: Settings,
) -> None:
    given = {"stg_b": staged(settings, "stg_b", TWO), "stg_a": staged(settings, "stg_a", ONE)}
    written = unite_feed(EVENT, given, settings)
    assert rows(written) == [
        ("e1", date(2025, 7, 3), 5, ["a:1"]),
        ("e2", date(2025, 7, 4), None, None),
    ]
    frame = pl.read_parquet(written.path)
    assert frame.columns == ["event_id", "event_from_date", "n", "ids"]
    assert frame.schema["n"] == pl.Int64
    assert written.path == feed_path(settings, "service_event")


def test_a_value_that_is_not_of_the_promised_type_stops_the_feed(settings: Settings) -> None:
    given = {"stg_a": staged(settings, "stg_a", ONE)}
    first = unite_feed(EVENT, given, settings)
    broken = {"stg_a": staged(settings, "stg_a", ONE.replace("'5'", "'five'"), "2")}
    with pytest.raises(duckdb.Error):
        unite_feed(EVENT, broken, settings)
    assert read_feed(EVENT, settings).fingerprint == first.fingerprint


def test_a_feed_nobody_feeds_is_empty_with_its_columns(settings: Settings) -> None:
    written = unite_feed(EVENT, {}, settings)
    frame = pl.read_parquet(written.path)
    assert (written.rows, frame.columns) == (0, list(EVENT.physical_columns))


def test_a_feed_is_united_again_only_when_a_feeder_or_its_contract_changed(
    settings: Settings,
) -> None:
    one, two = staged(settings, "stg_a", ONE), staged(settings, "stg_b", TWO)
    assert not unite_feed(EVENT, {"stg_a": one, "stg_b": two}, settings).unchanged
    assert unite_feed(EVENT, {"stg_b": two, "stg_a": one}, settings).unchanged
    assert not unite_feed(EVENT, {"stg_a": one}, settings).unchanged
    again = staged(settings, "stg_a", ONE, "2")
    assert not unite_feed(EVENT, {"stg_a": again}, settings).unchanged
    other = internal("service_event", EVENT.physical_columns, mark="internal 2")
    assert not unite_feed(other, {"stg_a": again}, settings).unchanged
    assert read_feed(EVENT, settings).rows == 1


def test_the_order_in_which_feeders_are_listed_changes_no_byte(settings: Settings) -> None:
    one, two = staged(settings, "stg_a", ONE), staged(settings, "stg_b", TWO)
    path = unite_feed(EVENT, {"stg_a": one, "stg_b": two}, settings).path
    first = path.read_bytes()
    path.unlink()
    unite_feed(EVENT, {"stg_b": two, "stg_a": one}, settings)
    assert path.read_bytes() == first
