"""What became of earlier points, against a few lines of Python that say the same."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight_pipeline.contracts.feedback.listing import list_issues
from insight_pipeline.contracts.feedback.since import (
    open_landed,
    previous_of,
    released_since,
    since_last_time,
)
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.standing.accounts import Account
from tests.unit.contracts.promises import STEM, column, contract

KEYS = "ABCD"
CODES = ("name.required", "start.type")
Point = tuple[str, str]
POINTS = st.frozensets(st.tuples(st.sampled_from(KEYS), st.sampled_from(CODES)))


def cases(mode: str) -> Contract:
    return contract(column("Ref", key=True), column("Name"), mode=mode, key=("Ref",))


def account(day: int, outcome: str = "accepted", **changed: object) -> Account:
    values: dict[str, object] = {
        "delivery_id": f"d{day}",
        "stem": STEM,
        "provider": "brightcare",
        "period_from": date(2025, 1, 1),
        "period_to": date(2025, 3, 31),
        "submitted_at": datetime(2025, 4, day, tzinfo=UTC),
        "outcome": outcome,
        "reasons": (),
        **dict.fromkeys(("received", "accepted", "quarantined", "superseded", "rejected"), 0),
        **changed,
    }
    return Account.model_validate(values)


def write_points(path: Path, points: Iterable[Point]) -> None:
    rows = [(n, code, "record", key) for n, (key, code) in enumerate(sorted(points), start=2)]
    frame = pl.DataFrame(
        rows,
        schema={"line": pl.Int64, "code": pl.String, "severity": pl.String, "key": pl.String},
        orient="row",
    )
    frame.with_columns(column_name=pl.lit("Name"), value=pl.lit(None, pl.String)).write_parquet(
        path
    )


def write_accepted(folder: Path, delivery_id: str, keys: Iterable[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    frame = pl.DataFrame({"Ref": sorted(keys)}, schema={"Ref": pl.String}).with_columns(
        _period_from=pl.lit(date(2025, 1, 1)), _period_to=pl.lit(date(2025, 3, 31))
    )
    frame.write_parquet(folder / f"{delivery_id}.parquet")


@pytest.mark.parametrize("mode", ["upsert", "replace_period", "replace", "append"])
@given(before=POINTS, now=POINTS, sound=st.frozensets(st.sampled_from(KEYS)))
@settings(max_examples=25, deadline=None)
def test_fates_are_those_of_sets(
    mode: str, before: frozenset[Point], now: frozenset[Point], sound: frozenset[str]
) -> None:
    sound -= {key for key, _ in now}
    made, ranked = cases(mode), (account(7), account(9))
    with TemporaryDirectory() as folder, duckdb.connect() as connection:
        home = Path(folder)
        write_points(home / "before.parquet", before)
        write_points(home / "now.parquet", now)
        write_accepted(home / STEM, "d9", sound)
        list_issues(connection, home / "now.parquet", {})
        open_landed(connection, made, ranked, home)
        found = since_last_time(
            connection, made, 1, ranked[0], home / "before.parquet", home / "held.parquet"
        )
        list_issues(connection, home / "before.parquet", {})
        released = released_since(connection, made, 0, ranked[0])
    seen = sound | {key for key, _ in now}
    gone = before - now
    whole_file = mode in ("replace", "replace_period")
    fixed = gone if whole_file else {point for point in gone if point[0] in seen}
    assert (found.still_open, found.new) == (len(before & now), len(now - before))
    assert (found.fixed, found.not_sent_again) == (len(fixed), len(gone) - len(fixed))
    assert found.released == released == len({key for key, _ in before} & sound)


def test_case_and_blanks_of_a_key_tell_no_row_from_itself(tmp_path: Path) -> None:
    made, ranked = cases("upsert"), (account(7), account(9))
    write_points(tmp_path / "before.parquet", [(" a  1", CODES[0])])
    write_accepted(tmp_path / STEM, "d9", ["A 1"])
    with duckdb.connect() as connection:
        list_issues(connection, tmp_path / "before.parquet", {})
        open_landed(connection, made, ranked, tmp_path)
        assert released_since(connection, made, 0, ranked[0]) == 1


def test_the_previous_delivery_is_that_of_the_same_thing() -> None:
    other = account(8, period_from=date(2024, 1, 1))
    failed = account(9, "error")
    refused = account(10, "refused")
    ranked = (account(7), other, failed, refused, account(11))
    for mode in ("replace_period", "append"):
        assert previous_of(ranked[4], ranked, cases(mode)) == refused
        assert previous_of(refused, ranked, cases(mode)) == ranked[0]
    for mode in ("upsert", "replace"):
        assert previous_of(refused, ranked, cases(mode)) == other
    assert previous_of(ranked[0], ranked, cases("upsert")) is None
