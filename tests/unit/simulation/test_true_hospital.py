"""True hospital indicators, worked out a second time from the files with plain loops."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from tests.unit.simulation.oracle import Oracle, Spell, british, same

CARE_HOMES = ("residential care", "nursing care")


def _by_person(spells: list[Spell]) -> dict[str, list[Spell]]:
    found: dict[str, list[Spell]] = defaultdict(list)
    for spell in spells:
        found[spell.person].append(spell)
    return found


def test_readmissions_agree_with_plain_loops(oracle: Oracle) -> None:
    spells = oracle.spells()
    stays, marked = _by_person(spells), []
    for spell in spells:
        if spell.ended and not spell.died:
            back = any(
                other is not spell
                and other.emergency
                and 0 <= (other.begun - spell.ended).days <= 29
                for other in stays[spell.person]
            )
            marked.append((spell.person, spell.ended, int(back)))
    found = oracle.sums(marked, 30, yearly=True)
    assert found["2025-04-01", "total", "all"][0] > 10
    assert found == oracle.truth("hosp_readmit_30d")


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
