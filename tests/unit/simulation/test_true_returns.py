"""True indicators of lasting endings, worked out a second time from the files with plain loops."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import NamedTuple

from tests.unit.simulation.oracle import Oracle

SECURED = "secured accommodation"
SHORT = "secured accommodation for less than 6 months"
YEARS = ((date(2024, 4, 1), date(2025, 3, 31)), (date(2025, 4, 1), date(2026, 3, 31)))


class Duty(NamedTuple):
    """A duty, open where it has no end."""

    person: str
    kind: str
    start: date
    end: date | None
    outcome: str


def _duties(oracle: Oracle) -> list[Duty]:
    return [
        Duty(
            oracle.person("homestead:case-" + row["CaseReference"]),
            row["Duty"].strip().casefold(),
            date.fromisoformat(row["DutyStartDate"]),
            date.fromisoformat(row["DutyEndDate"]) if row["DutyEndDate"] else None,
            (row["Outcome"] or "").strip().casefold(),
        )
        for row in oracle.duties()
    ]


def test_homelessness_prevented_or_relieved_agrees_with_plain_loops(oracle: Oracle) -> None:
    duties = _duties(oracle)
    marked = [
        (duty.person, duty.end, int(duty.outcome == SECURED))
        for duty in duties
        if duty.end and duty.kind in ("prevention", "relief")
    ]
    assert any(duty.outcome == SHORT for duty in duties)
    assert any(duty.kind == "main" and duty.end for duty in duties)
    assert oracle.sums(marked, 0, yearly=False) == oracle.truth("hom_prevented_relieved")


def test_repeat_homelessness_agrees_with_plain_loops(oracle: Oracle) -> None:
    starts: dict[str, list[date]] = defaultdict(list)
    for duty in _duties(oracle):
        starts[duty.person].append(duty.start)
    marked = [
        (duty.person, duty.end,
         int(any(1 <= (then - duty.end).days <= 365 for then in starts[duty.person])))
        for duty in _duties(oracle)
        if duty.end and duty.outcome in (SECURED, SHORT)
    ]  # fmt: skip
    found = oracle.sums(marked, 365, yearly=False)
    assert sum(cell[0] for (_, kind, _), cell in found.items() if kind == "total") > 2
    assert found == oracle.truth("hom_repeat_12m")


def test_treatment_not_needed_again_agrees_with_plain_loops(oracle: Oracle) -> None:
    by_person: dict[str, list[tuple[date, date, bool]]] = defaultdict(list)
    for person, start, end, done in oracle.journeys():
        if start:
            by_person[person].append((start, end or date.max, done))
    marked = []
    for person, journeys in by_person.items():
        for first, last in YEARS:
            begun = [start for start, end, _ in journeys if start <= last and end >= first]
            if not begun:
                continue
            lasts = any(
                done and first <= end <= last and not _returns(journeys, end)
                for _, end, done in journeys
            )
            marked.append((person, max(first, min(begun)), int(lasts)))
    found = oracle.sums(marked, 182, yearly=True)
    assert found["2025-04-01", "total", "all"][0] > 3
    assert found == oracle.truth("drug_complete_no_return")


def _returns(journeys: list[tuple[date, date, bool]], end: date) -> bool:
    return any(1 <= (start - end).days <= 182 for start, _, _ in journeys)


def test_a_person_treated_by_both_providers_counts_with_the_later_one(oracle: Oracle) -> None:
    table = oracle.borough.table("indicator").filter(
        indicator_id="drug_complete_no_return", breakdown_type="provider"
    )
    found = {
        (row["period_from"], row["breakdown"]): row["denominator"]
        for row in table.iter_rows(named=True)
    }
    first, second = (years[0] for years in YEARS)
    latest: dict[str, tuple[date, str]] = {}
    for provider, columns in (
        ("newleaf", ("Client Ref", "Treatment Start", "Discharge Date", "Journey Ref")),
        ("recoverwell", ("client_id", "started_on", "ended_on", "id")),
    ):
        for person, start, end in _treated(oracle, provider, columns):
            inside = start <= YEARS[1][1] and end >= second
            if inside and not oracle.people[person]["is_opted_out"]:
                latest[person] = max(latest.get(person, (date.min, "")), (start, provider))
    holders = [provider for _, provider in latest.values()]
    assert found[second, "newleaf"] == holders.count("newleaf") > 0
    assert found[second, "recoverwell"] == holders.count("recoverwell") > 0
    assert (first, "recoverwell") not in found


def _treated(
    oracle: Oracle, provider: str, columns: tuple[str, ...]
) -> list[tuple[str, date, date]]:
    client, started, ended, key = columns
    return [
        (oracle.person(f"{provider}:{row[client]}"), _day(row[started]), _day(row[ended]))
        for row in oracle.borough.standing(provider, "treatment_journeys", (key,))
        if row[started]
    ]


def _day(text: str | None) -> date:
    if not text:
        return date.max
    return date.fromisoformat("-".join(reversed(text.split("/"))) if "/" in text else text)
