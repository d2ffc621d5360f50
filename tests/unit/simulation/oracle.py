"""People and their events by plain loops over files; no code of the simulation is trusted.

The files are read as a provider's customer would read them, records become people through the
truth, and everything is counted person by person. Nothing of the simulation's own counting is used.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tests.unit.simulation.drops_read import Borough, Row

Counts = dict[tuple[str, str, str], tuple[int, int]]
LAST = date(2026, 9, 30)


def british(text: str) -> date:
    return datetime.strptime(text, "%d/%m/%Y").date()


def named_month(text: str | None) -> date | None:
    return datetime.strptime(text, "%d-%b-%Y").date() if text else None


def same(word: str | None, code: str) -> bool:
    return word is not None and word.strip().casefold() == code.casefold()


@dataclass(frozen=True)
class Spell:
    """A stay in hospital; `ready` and `ended` None until they come."""

    person: str
    begun: date
    ready: date | None
    ended: date | None
    died: bool
    emergency: bool
    fell: bool


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
            if same(row["OnwardReferralTo"], to)
        }

    def care(self, event: str) -> list[Row]:
        rows = self.borough.standing("brightcare", "client_level_data", ("Event Reference",))
        return [row for row in rows if same(row["Event Type"], event)]

    def duties(self) -> list[Row]:
        return self.borough.standing("homestead", "homelessness_duties", ("CaseReference",))

    def journeys(self) -> list[tuple[str, date | None, date | None, bool]]:
        """Person, start, end, whether completed, of both providers."""
        found = []
        for row in self.borough.standing("newleaf", "treatment_journeys", ("Journey Ref",)):
            start, end = (
                british(row[name]) if row[name] else None
                for name in ("Treatment Start", "Discharge Date")
            )
            done = (row["Discharge Reason"] or "").strip().casefold().startswith("completed")
            found.append((self.person("newleaf:" + row["Client Ref"]), start, end, done))
        for row in self.borough.standing("recoverwell", "treatment_journeys", ("id",)):
            start, end = (
                date.fromisoformat(row[name]) if row[name] else None
                for name in ("started_on", "ended_on")
            )
            done = same(row["end_reason"], "completed")
            found.append((self.person("recoverwell:" + row["client_id"]), start, end, done))
        return found

    def spells(self) -> list[Spell]:
        """Every stay in hospital."""
        key = ("Hospital Provider Spell Number",)
        return [self._spell(row) for row in self.borough.standing("merebank", "spells", key)]

    def _spell(self, row: Row) -> Spell:
        begun, ready, ended = (
            date.fromisoformat(row[name]) if row[name] else None
            for name in ("Start Date", "Discharge Ready Date", "Discharge Date")
        )
        assert begun
        emergency = row["Admission Method Code"].strip().startswith("2")
        cause = (row["External Cause"] or "")[:3]
        fell = row["Primary Diagnosis"][0] in "ST" and "W00" <= cause <= "W19"
        person = self.person("merebank:" + row["Local Patient Identifier"])
        died = row["Discharge Method Code"] == "4"
        return Spell(person, begun, ready, ended, died, emergency, emergency and fell)

    def age(self, person: str, day: date) -> int:
        """Whole years, from the month of birth."""
        born = self.people[person]["birth_date"]
        return int(day.year - born.year - (day.month < born.month))

    def counts(
        self, index: set[tuple[str, date]], kept: set[tuple[str, date]], days: int, yearly: bool
    ) -> Counts:
        """Numerator and denominator by first day of period, kind and group."""
        marked = [(person, day, int((person, day) in kept)) for person, day in index]
        return self.sums(marked, days, yearly)

    def sums(self, amounts: Iterable[tuple[str, date, int]], days: int, yearly: bool) -> Counts:
        """Sum of the amounts and their number by first day of period, kind and group."""
        found: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
        for person, day, amount in amounts:
            first, last = year(day) if yearly else quarter(day)
            someone = self.people[person]
            whole = first >= date(2024, 4, 1) and last + timedelta(days=days) <= LAST
            if someone["is_opted_out"] or not whole:
                continue
            for kind, group in (
                ("total", "all"), ("area", someone["area_code"]), ("sex", someone["sex"]),
                ("age_band", band(self.age(person, day)))
            ):  # fmt: skip
                cell = found[first.isoformat(), kind, group]
                cell[0] += amount
                cell[1] += 1
        return {key: (cell[0], cell[1]) for key, cell in found.items()}

    def residents(self, low: int, high: int) -> dict[str, int]:
        """People of these ages in the estimates, by first day of the financial year."""
        found: dict[str, int] = defaultdict(int)
        for delivery in self.borough.deliveries("council", "population_estimates"):
            for row in self.borough.rows(delivery):
                if int(row["age_from"]) >= low and int(row["age_to"]) <= high:
                    found[row["year"] + "-04-01"] += int(row["persons"])
        return found

    def totals(self, indicator: str) -> dict[str, tuple[int, int]]:
        """The truth in total, by first day of the period."""
        return {
            first: cell for (first, kind, _), cell in self.truth(indicator).items()
            if kind == "total"
        }  # fmt: skip

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


def quarter(day: date) -> tuple[date, date]:
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    following = (first + timedelta(days=95)).replace(day=1)
    return first, following - timedelta(days=1)


def year(day: date) -> tuple[date, date]:
    year = day.year if day.month > 3 else day.year - 1
    return date(year, 4, 1), date(year + 1, 3, 31)


def band(age: int) -> str:
    """The band of the breakdown by age."""
    bands = {18: "0-17", 65: "18-64", 75: "65-74", 85: "75-84"}
    return next((name for below, name in bands.items() if age < below), "85+")


def followed(
    index: set[tuple[str, date]], events: list[tuple[str, date]], days: int
) -> set[tuple[str, date]]:
    return {
        (person, day)
        for person, day in index
        if any(who == person and 0 <= (then - day).days <= days for who, then in events)
    }
