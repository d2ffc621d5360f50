"""The true indicators, worked out a second time from the files with plain loops.

The files are read as a provider's customer would read them, records become people through the
truth, and everything is counted person by person. Nothing of the simulation's own counting is used.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta

import polars as pl
import pytest

from insight_pipeline.simulation.journeys.borough_life import live
from insight_pipeline.simulation.people import build_population
from insight_pipeline.simulation.true_indicators import true_indicators
from insight_pipeline.simulation.window import window_of
from tests.unit.simulation.drops_read import Borough, Row

Counts = dict[tuple[str, str, str], tuple[int, int]]
LAST = date(2026, 9, 30)


def _british(text: str) -> date:
    return datetime.strptime(text, "%d/%m/%Y").date()


def _named_month(text: str | None) -> date | None:
    return datetime.strptime(text, "%d-%b-%Y").date() if text else None


def _same(word: str | None, code: str) -> bool:
    return word is not None and word.strip().casefold() == code.casefold()


class Oracle:
    """People and their events by plain loops over the files."""

    def __init__(self, borough: Borough) -> None:
        self.borough = borough
        self.people = {row["person"]: row for row in borough.table("person").iter_rows(named=True)}
        self.person_of = dict(borough.table("record_person").iter_rows())

    def person(self, record: str) -> str:
        return str(self.person_of[record])

    def referrals(self, to: str) -> set[tuple[str, date]]:
        rows = self.borough.standing("wellpath", "referrals", ("ServiceRequestId",))
        return {
            (
                self.person("wellpath:" + row["LocalPatientId"]),
                date.fromisoformat(row["OnwardReferralDate"]),
            )
            for row in rows
            if _same(row["OnwardReferralTo"], to)
        }

    def care(self, event: str) -> list[Row]:
        rows = self.borough.standing("brightcare", "client_level_data", ("Event Reference",))
        return [row for row in rows if _same(row["Event Type"], event)]

    def duties(self) -> list[Row]:
        return self.borough.standing("homestead", "homelessness_duties", ("CaseReference",))

    def journeys(self) -> list[tuple[str, date | None, date | None, bool]]:
        """Person, start, end, whether completed, of both providers."""
        found = []
        for row in self.borough.standing("newleaf", "treatment_journeys", ("Journey Ref",)):
            start, end = (
                _british(row[name]) if row[name] else None
                for name in ("Treatment Start", "Discharge Date")
            )
            done = (row["Discharge Reason"] or "").strip().casefold().startswith("completed")
            found.append((self.person("newleaf:" + row["Client Ref"]), start, end, done))
        for row in self.borough.standing("recoverwell", "treatment_journeys", ("id",)):
            start, end = (
                date.fromisoformat(row[name]) if row[name] else None
                for name in ("started_on", "ended_on")
            )
            done = _same(row["end_reason"], "completed")
            found.append((self.person("recoverwell:" + row["client_id"]), start, end, done))
        return found

    def counts(
        self, index: set[tuple[str, date]], kept: set[tuple[str, date]], days: int, yearly: bool
    ) -> Counts:
        """Numerator and denominator by first day of period, kind and group."""
        found: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
        for person, day in index:
            first, last = _year(day) if yearly else _quarter(day)
            someone = self.people[person]
            whole = first >= date(2024, 4, 1) and last + timedelta(days=days) <= LAST
            if someone["is_opted_out"] or not whole:
                continue
            for kind, group in (
                ("total", "all"), ("area", someone["area_code"]), ("sex", someone["sex"])
            ):  # fmt: skip
                cell = found[first.isoformat(), kind, group]
                cell[0] += (person, day) in kept
                cell[1] += 1
        return {key: (cell[0], cell[1]) for key, cell in found.items()}

    def truth(self, indicator: str) -> Counts:
        rows = self.borough.table("indicator").iter_rows(named=True)
        return {
            (str(row["period_from"]), row["breakdown_type"], row["breakdown"]): (
                row["numerator"],
                row["denominator"],
            )
            for row in rows
            if row["indicator_id"] == indicator and row["breakdown_type"] != "provider"
        }


def _quarter(day: date) -> tuple[date, date]:
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    following = (first + timedelta(days=95)).replace(day=1)
    return first, following - timedelta(days=1)


def _year(day: date) -> tuple[date, date]:
    year = day.year if day.month > 3 else day.year - 1
    return date(year, 4, 1), date(year + 1, 3, 31)


def _followed(
    index: set[tuple[str, date]], events: list[tuple[str, date]], days: int
) -> set[tuple[str, date]]:
    return {
        (person, day)
        for person, day in index
        if any(who == person and 0 <= (then - day).days <= days for who, then in events)
    }


@pytest.fixture(scope="session")
def oracle(clean_dates_borough: Borough) -> Oracle:
    return Oracle(clean_dates_borough)


def test_health_to_care_agrees_with_plain_loops_over_the_files(oracle: Oracle) -> None:
    index = oracle.referrals("adult social care")
    requests = [
        (
            oracle.person("brightcare:" + row["LA Person Unique Identifier"]),
            _british(row["Event Start Date"]),
        )
        for row in oracle.care("request")
    ]
    found = oracle.counts(index, _followed(index, requests, 28), 28, yearly=False)
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
    found = oracle.counts(index, _followed(index, starts, 21), 21, yearly=False)
    assert found == oracle.truth("homeless_to_treatment_21d")


def _leavers(oracle: Oracle) -> set[tuple[str, date]]:
    rows = oracle.borough.standing("kidsfirst", "ssda903_episodes", ("CHILD", "DECOM"))
    return {
        (oracle.person("kidsfirst:" + row["CHILD"]), _british(row["DEC"]))
        for row in rows
        if _same(row["REC"], "E15")
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
    found = oracle.counts(index, _followed(index, duties, 182), 182, yearly=True)
    assert found == oracle.truth("care_leaver_homeless_6m")


def test_tenancies_kept_after_treatment_agree_with_plain_loops(oracle: Oracle) -> None:
    held: dict[str, list[tuple[date, date]]] = defaultdict(list)
    for row in oracle.borough.standing("homestead", "tenancies", ("Tenancy Ref",)):
        start, end = _named_month(row["Start Date"]), _named_month(row["End Date"])
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


def test_first_moves_into_care_homes_agree_with_plain_loops(oracle: Oracle) -> None:
    first: dict[str, date] = {}
    for row in oracle.care("service"):
        if any(_same(row["Service Type"], kind) for kind in ("residential care", "nursing care")):
            person = oracle.person("brightcare:" + row["LA Person Unique Identifier"])
            day = _british(row["Event Start Date"])
            first[person] = min(day, first.get(person, date.max))
    entered: dict[str, int] = defaultdict(int)
    for person, day in first.items():
        born = oracle.people[person]["birth_date"].replace(day=1)
        age = day.year - born.year - (day.month < born.month)
        if age >= 65 and not oracle.people[person]["is_opted_out"]:
            entered[_year(day)[0].isoformat()] += 1
    residents: dict[str, int] = defaultdict(int)
    for delivery in oracle.borough.deliveries("council", "population_estimates"):
        for row in oracle.borough.rows(delivery):
            if int(row["age_from"]) >= 65:
                residents[row["year"] + "-04-01"] += int(row["persons"])
    truth = oracle.truth("asc_care_home_65")
    totals = {first: cell for (first, kind, _), cell in truth.items() if kind == "total"}
    assert set(totals) == {"2024-04-01", "2025-04-01"}
    assert totals == {first: (entered[first], residents[first]) for first in totals}


def test_breakdowns_add_up_to_the_total(oracle: Oracle) -> None:
    table = oracle.borough.table("indicator")
    sums: dict[tuple[str, date], dict[str, list[int]]] = defaultdict(
        lambda: defaultdict(lambda: [0, 0])
    )
    for row in table.iter_rows(named=True):
        cell = sums[row["indicator_id"], row["period_from"]][row["breakdown_type"]]
        cell[0] += row["numerator"]
        cell[1] += row["denominator"]
    assert len(sums) > 30
    for kinds in sums.values():
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
