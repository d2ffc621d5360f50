"""True rates of the population, worked out a second time from the files with plain loops."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import pytest

from tests.unit.simulation.oracle import Oracle, british, same, year

YEARS = ("2024-04-01", "2025-04-01")


@pytest.mark.parametrize(
    ("indicator", "low", "high"), [("asc_care_home_65", 65, 120), ("asc_care_home_18_64", 18, 64)]
)
def test_first_moves_into_care_homes_agree_with_plain_loops(
    oracle: Oracle, indicator: str, low: int, high: int
) -> None:
    first: dict[str, date] = {}
    for row in oracle.care("service"):
        if any(same(row["Service Type"], kind) for kind in ("residential care", "nursing care")):
            person = oracle.person("brightcare:" + row["LA Person Unique Identifier"])
            day = british(row["Event Start Date"])
            first[person] = min(day, first.get(person, date.max))
    entered: dict[str, int] = defaultdict(int)
    for person, day in first.items():
        if low <= oracle.age(person, day) <= high and not oracle.people[person]["is_opted_out"]:
            entered[year(day)[0].isoformat()] += 1
    residents = oracle.residents(low, high)
    assert sum(entered.values()) > 2
    assert oracle.totals(indicator) == {day: (entered[day], residents[day]) for day in YEARS}


def test_emergency_falls_agree_with_plain_loops(oracle: Oracle) -> None:
    fell: dict[str, int] = defaultdict(int)
    for spell in oracle.spells():
        older = oracle.age(spell.person, spell.begun) >= 65
        if spell.fell and older and not oracle.people[spell.person]["is_opted_out"]:
            fell[year(spell.begun)[0].isoformat()] += 1
    residents = oracle.residents(65, 120)
    assert sum(fell.values()) > 2
    assert oracle.totals("hosp_falls_65") == {day: (fell[day], residents[day]) for day in YEARS}


def test_rates_are_given_for_groups_to_which_nothing_happened(oracle: Oracle) -> None:
    falls = oracle.truth("hosp_falls_65")
    wards = [cell for (_, kind, _), cell in falls.items() if kind == "area"]
    assert len(wards) == 20
    assert any(events == 0 for events, _ in wards)
    assert all(residents > 0 for _, residents in wards)


def test_rates_have_no_provider(oracle: Oracle) -> None:
    table = oracle.borough.table("indicator").filter(breakdown_type="provider")
    rates = {"asc_care_home_65", "asc_care_home_18_64", "hosp_falls_65"}
    assert rates.isdisjoint(table["indicator_id"])
