"""The true indicators, worked out a second time from the files with plain loops (oracle.py)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest

from insight_pipeline.simulation.journeys.borough_life import live
from insight_pipeline.simulation.people import build_population
from insight_pipeline.simulation.true_indicators import true_indicators
from insight_pipeline.simulation.window import window_of
from tests.unit.simulation.oracle import Oracle, british, followed, named_month, same


def test_health_to_care_agrees_with_plain_loops_over_the_files(oracle: Oracle) -> None:
    index = oracle.referrals("adult social care")
    requests = [
        (
            oracle.person("brightcare:" + row["LA Person Unique Identifier"]),
            british(row["Event Start Date"]),
        )
        for row in oracle.care("request")
    ]
    found = oracle.counts(index, followed(index, requests, 28), 28, yearly=False)
    assert found == oracle.truth("health_to_care_pickup_28d")
    assert len(found) > 50


def test_leisure_referrals_agree_with_plain_loops_over_the_files(oracle: Oracle) -> None:
    index = oracle.referrals("leisure")
    visits: dict[str, set[date]] = defaultdict(set)
    for row in oracle.borough.standing("activelife", "visits", ("visit_id",)):
        visits[oracle.person("activelife:" + row["member_no"])].add(row["visited_at"].date())
    kept = set()
    for person, day in index:
        lags = [(then - day).days for then in visits[person]]
        weeks = [(56, 62), (63, 69), (70, 76), (77, 83)]
        if all(any(low <= lag <= high for lag in lags) for low, high in weeks):
            kept.add((person, day))
    assert kept
    found = oracle.counts(index, kept, 84, yearly=False)
    assert found == oracle.truth("leisure_referral_kept_12w")


def test_homeless_to_treatment_agrees_with_plain_loops_over_the_files(oracle: Oracle) -> None:
    index = {
        (oracle.person("homestead:case-" + row["CaseReference"]),
         date.fromisoformat(row["ReferralDate"]))
        for row in oracle.duties()
        if row["ReferredTo"]
    }  # fmt: skip
    starts = [(person, start) for person, start, _, _ in oracle.journeys() if start]
    found = oracle.counts(index, followed(index, starts, 21), 21, yearly=False)
    assert found == oracle.truth("homeless_to_treatment_21d")


def _leavers(oracle: Oracle) -> set[tuple[str, date]]:
    rows = oracle.borough.standing("kidsfirst", "ssda903_episodes", ("CHILD", "DECOM"))
    return {
        (oracle.person("kidsfirst:" + row["CHILD"]), british(row["DEC"]))
        for row in rows
        if same(row["REC"], "E15")
    }


def test_care_leavers_in_work_or_education_agree_with_plain_loops(oracle: Oracle) -> None:
    index, kept = _leavers(oracle), set()
    rows = oracle.borough.standing("youthworks", "activity", ("YoungPersonID", "StartDate"))
    for person, day in index:
        then = (day + timedelta(days=182)).isoformat()
        for row in rows:
            if oracle.person("youthworks:" + row["YoungPersonID"]) != person:
                continue
            code = int(row["ActivityCode"].strip())
            if code < 500 and row["StartDate"] <= then <= (row["EndDate"] or "9999"):
                kept.add((person, day))
    assert kept
    assert oracle.counts(index, kept, 182, yearly=True) == oracle.truth("care_leaver_eet_6m")


def test_homeless_care_leavers_agree_with_plain_loops(oracle: Oracle) -> None:
    index = _leavers(oracle)
    duties = [
        (
            oracle.person("homestead:case-" + row["CaseReference"]),
            date.fromisoformat(row["DutyStartDate"]),
        )
        for row in oracle.duties()
    ]
    found = oracle.counts(index, followed(index, duties, 182), 182, yearly=True)
    assert found == oracle.truth("care_leaver_homeless_6m")


def test_tenancies_kept_after_treatment_agree_with_plain_loops(oracle: Oracle) -> None:
    held: dict[str, list[tuple[date, date]]] = defaultdict(list)
    for row in oracle.borough.standing("homestead", "tenancies", ("Tenancy Ref",)):
        start, end = named_month(row["Start Date"]), named_month(row["End Date"])
        assert start
        held[oracle.person("homestead:" + row["Tenant Ref"])].append((start, end or date.max))

    def housed(person: str, day: date) -> bool:
        return any(start <= day <= end for start, end in held[person])

    index = {
        (person, end)
        for person, start, end, done in oracle.journeys()
        if done and start and end and housed(person, end)
    }
    kept = {(person, day) for person, day in index if housed(person, day + timedelta(days=182))}
    assert kept and kept != index
    found = oracle.counts(index, kept, 182, yearly=True)
    assert found == oracle.truth("treatment_tenancy_kept_6m")


# Who is served by two services or providers counts with each of them, and once in the total.
NO_PARTS = {("people_served", "service"), ("people_served", "provider")}


def test_breakdowns_add_up_to_the_total(oracle: Oracle) -> None:
    table = oracle.borough.table("indicator")
    sums: dict[tuple[str, date], dict[str, list[int]]] = defaultdict(
        lambda: defaultdict(lambda: [0, 0])
    )
    for row in table.iter_rows(named=True):
        if (row["indicator_id"], row["breakdown_type"]) in NO_PARTS:
            continue
        cell = sums[row["indicator_id"], row["period_from"]][row["breakdown_type"]]
        cell[0] += row["numerator"]
        cell[1] += row["denominator"]
    assert len(sums) > 60
    for kinds in sums.values():
        assert len(kinds) >= 4
        assert len({tuple(cell) for cell in kinds.values()}) == 1


@pytest.mark.parametrize(
    ("start", "end", "kept"),
    [
        (date(2025, 7, 2), date(2025, 7, 2), 1),
        (date(2025, 7, 2), None, 1),
        (date(2025, 1, 1), date(2025, 7, 1), 0),
        (date(2025, 7, 3), None, 0),
    ],
)
def test_the_day_half_a_year_later_is_covered_from_first_day_to_last(
    start: date, end: date | None, kept: int
) -> None:
    people = build_population(1, window_of(30), seed=1)
    nobody = live(people, seed=1)
    leavers = pl.DataFrame({"person": [0], "left": [date(2025, 1, 1)]})
    schema = {"person": pl.Int64, "code": pl.String, "start": pl.Date, "end": pl.Date}
    youth = pl.DataFrame({"person": [0], "code": ["410"], "start": [start], "end": [end]}, schema)
    life = replace(nobody, youth=youth, children=replace(nobody.children, leavers=leavers))
    total = true_indicators(people, life).filter(
        (pl.col("indicator_id") == "care_leaver_eet_6m") & (pl.col("breakdown_type") == "total")
    )
    assert total.select("numerator", "denominator").rows() == [(kept, 1)]
