"""True hospital indicators, worked out a second time from the files with plain loops."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from types import SimpleNamespace
from typing import cast

import polars as pl

from insight_pipeline.simulation.journeys.borough_life import BoroughLife
from insight_pipeline.simulation.true_hospital import hospital_indicators
from insight_pipeline.simulation.window import Window
from tests.unit.simulation.oracle import Oracle, Spell, british, same

CARE_HOMES = ("residential care", "nursing care")


def _by_person(spells: list[Spell]) -> dict[str, list[Spell]]:
    found: dict[str, list[Spell]] = defaultdict(list)
    for spell in spells:
        found[spell.person].append(spell)
    return {
        person: sorted(theirs, key=lambda spell: (spell.begun, spell.ended or date.max))
        for person, theirs in found.items()
    }


def test_readmissions_agree_with_plain_loops(oracle: Oracle) -> None:
    marked = []
    for person, stays in _by_person(oracle.spells()).items():
        for place, spell in enumerate(stays):
            if spell.ended and not spell.died:
                back = any(
                    later.emergency and 0 <= (later.begun - spell.ended).days <= 29
                    for later in stays[place + 1 :]
                )
                marked.append((person, spell.ended, int(back)))
    found = oracle.sums(marked, 30, yearly=True)
    assert found["2025-04-01", "total", "all"][0] > 10
    assert found == oracle.truth("hosp_readmit_30d")


def _readmitted(*stays: tuple[date, date | None, bool]) -> tuple[int, int]:
    """Readmissions and discharges of somebody with these stays: first and last day, emergency."""
    spells = pl.DataFrame(
        [(0, begun, None, ended, urgent, False) for begun, ended, urgent in stays],
        schema={
            **{"person": pl.Int64, "admitted": pl.Date, "ready": pl.Date, "discharged": pl.Date},
            **{"emergency": pl.Boolean, "died": pl.Boolean},
        },
        orient="row",
    )
    care = pl.DataFrame(
        schema={"person": pl.Int64, "service": pl.String, "start": pl.Date, "end": pl.Date}
    )
    people = pl.DataFrame(
        {"person": [0], "area_code": ["E05900001"], "sex": ["F"], "birth": [date(1950, 1, 1)]}
    ).with_columns(death=pl.lit(None, pl.Date))
    life = cast(BoroughLife, SimpleNamespace(spells=spells, care=care))
    window = Window(date(2024, 4, 1), date(2026, 9, 30))
    total = pl.col("breakdown_type") == "total"
    found = hospital_indicators(life, people, window)[0].filter(total)
    return int(found["numerator"].sum()), int(found["denominator"].sum())


def test_of_two_emergencies_of_one_day_only_the_second_is_a_readmission() -> None:
    day, later = date(2025, 5, 5), date(2025, 5, 9)
    assert _readmitted((day, day, True), (day, day, True)) == (1, 2)
    # However they are listed, the one that ended first came first, and the open one last.
    for order in ([0, 1, 2], [2, 1, 0], [1, 2, 0]):
        stays = [(day, day, True), (day, later, True), (later, None, True)]
        assert _readmitted(*(stays[place] for place in order)) == (2, 2)
    assert _readmitted((day, later, False), (day, day, True)) == (0, 2)


def test_delays_agree_with_plain_loops(oracle: Oracle) -> None:
    waits = [
        (spell.person, spell.ended, (spell.ended - spell.ready).days)
        for spell in oracle.spells()
        if spell.ended and spell.ready and not spell.died
    ]
    found = oracle.sums(waits, 0, yearly=False)
    assert len(found) > 50
    assert found == oracle.truth("hosp_discharge_delay")


def test_being_at_home_again_agrees_with_plain_loops(oracle: Oracle) -> None:
    spells = oracle.spells()
    stays = _by_person(spells)
    homes: dict[str, list[tuple[date, date]]] = defaultdict(list)
    help_began: dict[str, list[date]] = defaultdict(list)
    for row in oracle.care("service"):
        person = oracle.person("brightcare:" + row["LA Person Unique Identifier"])
        start, end = british(row["Event Start Date"]), row["Event End Date"]
        if same(row["Service Type"], "short term support"):
            help_began[person].append(start)
        if any(same(row["Service Type"], kind) for kind in CARE_HOMES):
            homes[person].append((start, british(end) if end else date.max))
    marked = []
    for spell in spells:
        if spell.ended is None or spell.died or oracle.age(spell.person, spell.ended) < 65:
            continue
        if any(0 <= (start - spell.ended).days <= 7 for start in help_began[spell.person]):
            later = spell.ended + timedelta(days=91)
            stayed = [(other.begun, other.ended or date.max) for other in stays[spell.person]]
            away = [*homes[spell.person], *stayed]
            dead = (oracle.people[spell.person]["death_date"] or date.max) <= later
            gone = dead or any(start <= later <= end for start, end in away)
            marked.append((spell.person, spell.ended, int(not gone)))
    found = oracle.sums(marked, 91, yearly=True)
    kept, all_of_them = found["2025-04-01", "total", "all"]
    assert 3 < kept < all_of_them
    assert found == oracle.truth("asc_home_91_days")
