"""What earlier releases told: read back from their files, in order, each news once."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest

from insight_pipeline.publication.disclosure.earlier import RULES, judged_by, read_releases
from insight_pipeline.publication.disclosure.policy import DisclosurePolicy, PoliciesInForce
from insight_pipeline.publication.disclosure.primary import mark_small
from insight_pipeline.publication.disclosure.told import Told

Connection = duckdb.DuckDBPyConnection
Plant = Callable[..., None]
KEY = ("kept", date(2025, 1, 1), date(2025, 3, 31))
LATER = ("basis", "disclosure_policy", "rounded_to")


@pytest.fixture
def in_force(policies: dict[str, DisclosurePolicy]) -> PoliciesInForce:
    return PoliciesInForce("nhs_hes", policies, {}, (), ("withdrawn-one",))


def _release(
    published: Path, name: str, number: int, numerator: int | None, left_out: tuple[str, ...] = ()
) -> None:
    folder = published / name
    folder.mkdir(parents=True)
    said = {"release_no": number, RULES: f"mark {number}"}
    (folder / "release.json").write_text(json.dumps(said), encoding="utf-8")
    columns = {
        "basis": "40::decimal(18, 4)",
        "disclosure_policy": "'under_5'",
        "rounded_to": "1",
    }
    later = ", ".join(f"{sql} as {n}" for n, sql in columns.items() if n not in left_out)
    shown = "null" if numerator is None else f"{numerator}"
    query = f"""
        select 'kept' as indicator_id, date '2025-01-01' as period_from,
            date '2025-03-31' as period_to, 'total' as breakdown_type, 'all' as breakdown,
            'proportion' as statistic, {shown}::bigint as numerator,
            case when {shown} is not null then 40 end::bigint as denominator
            {", " + later if later else ""}
    """
    duckdb.execute(f"copy ({query}) to '{folder / 'indicators.parquet'}' (format parquet)")


def _told(
    connection: Connection, plant: Plant, published: Path, in_force: PoliciesInForce
) -> list[Told]:
    plant("total", "all", 20, 40)
    mark_small(connection, in_force)
    found = read_releases(connection, published, in_force)
    assert set(found) <= {KEY}
    assert all(len(release) == 1 for release in found.get(KEY, []))
    return [release[0] for release in found.get(KEY, [])]


def test_before_the_first_release_nothing_was_told(
    connection: Connection, plant: Plant, tmp_path: Path, in_force: PoliciesInForce
) -> None:
    assert _told(connection, plant, tmp_path / "published", in_force) == []
    assert judged_by(tmp_path / "published") is None


def test_what_was_told_comes_in_the_order_of_releases_and_each_news_once(
    connection: Connection, plant: Plant, tmp_path: Path, in_force: PoliciesInForce
) -> None:
    for number, numerator in ((3, 22), (1, 20), (2, 20), (10, None), (11, 20)):
        _release(tmp_path, f"2025-06-30-{number}", number, numerator)
    (tmp_path / "latest").symlink_to("2025-06-30-11")
    told = _told(connection, plant, tmp_path, in_force)
    assert [t.numerator for t in told] == [20, 22, None, 20]
    assert {t.policy for t in told} == {in_force.policies["under_5"]}
    assert (told[0].denominator, told[0].basis) == (40, 40)
    assert (told[2].denominator, told[2].basis) == (None, None)
    assert judged_by(tmp_path) == "mark 11"


def test_a_withdrawn_release_is_not_held_against_a_new_one(
    connection: Connection, plant: Plant, tmp_path: Path, in_force: PoliciesInForce
) -> None:
    _release(tmp_path, "withdrawn-one", 1, 20)
    _release(tmp_path, "another", 2, 22)
    assert [t.numerator for t in _told(connection, plant, tmp_path, in_force)] == [22]


@pytest.mark.parametrize("left_out", [LATER, LATER[:1], LATER[1:]])
def test_releases_that_say_less_are_read_as_far_as_they_go(
    connection: Connection,
    plant: Plant,
    tmp_path: Path,
    in_force: PoliciesInForce,
    left_out: tuple[str, ...],
) -> None:
    _release(tmp_path, "first", 1, 20, left_out)
    _release(tmp_path, "second", 2, 25)
    first, second = _told(connection, plant, tmp_path, in_force)
    assert first.basis == (None if "basis" in left_out else 40)
    known = "under_5" if "disclosure_policy" not in left_out else "nhs_hes"
    assert first.policy == in_force.policies[known]
    assert second.policy == in_force.policies["under_5"]


def test_of_a_policy_nobody_knows_any_more_only_the_rounding_is_known(
    connection: Connection, plant: Plant, tmp_path: Path, in_force: PoliciesInForce
) -> None:
    _release(tmp_path, "first", 1, 20)
    forgotten = PoliciesInForce("nhs_hes", {"nhs_hes": in_force.in_force}, {})
    (told,) = _told(connection, plant, tmp_path, forgotten)
    assert told.policy.round_to == 1
    assert not told.policy.hides


def test_other_indicators_and_what_they_told_are_left_out(
    connection: Connection, tmp_path: Path, plant: Plant, in_force: PoliciesInForce
) -> None:
    _release(tmp_path, "first", 1, 20)
    plant("total", "all", 20, 40, indicator_id="another")
    mark_small(connection, in_force)
    assert read_releases(connection, tmp_path, in_force) == {}
