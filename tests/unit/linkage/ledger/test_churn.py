"""How much changed in a night, and whether that is too much."""

from __future__ import annotations

import pytest

from insight_pipeline.linkage.ledger.churn import Churn, read_churn, read_nights
from insight_pipeline.linkage.ledger.events import NO_CAUSE
from tests.unit.linkage.ledger.living import POLICY, Ledger


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


def test_new_and_deleted_records_change_nobody(ledger: Ledger) -> None:
    assert ledger.night("abc", "d").churn == Churn(1, 0, 0, 0, 0, {})
    assert ledger.night("abe", "f").churn == Churn(2, 2, 0, 1, 0, {})


def test_records_and_people_changed_are_counted_by_cause(ledger: Ledger) -> None:
    ledger.night("f")
    ledger.night("abc", "de", "f")
    triggers = {"f": "decision", "c": "evidence changed"}
    found = ledger.night("ab", "c", "def", causes=triggers).churn
    by_cause = {"decision": (2, 1), "evidence changed": (1, 1)}
    assert found == Churn(3, 6, 3, 3, 2, by_cause)


def test_untouched_people_are_among_those_kept(ledger: Ledger) -> None:
    ledger.night("ab", "c", "d")
    found = ledger.night("a", "b", gone="").churn
    assert (found.records_kept, found.people_kept, found.records_changed) == (4, 3, 1)
    assert (found.record_percent, found.people_percent) == (25.0, 100 / 3)


@pytest.mark.parametrize(
    ("records", "people", "over"), [(2, 2, False), (3, 0, True), (0, 3, True), (0, 0, False)]
)
def test_either_share_can_be_over_the_limit(records: int, people: int, over: bool) -> None:
    assert Churn(1, 100, records, 100, people, {}).over_limit(POLICY) == over


def test_nobody_before_is_no_churn() -> None:
    assert not Churn(1, 0, 0, 0, 0, {}).over_limit(POLICY)


def test_what_was_measured_is_kept_by_night(ledger: Ledger) -> None:
    nights = [ledger.night("ab").churn, ledger.night("a", "b").churn, ledger.night("ab").churn]
    assert [read_churn(ledger.con, night) for night in (1, 2, 3)] == nights
    assert read_churn(ledger.con) == nights[-1]
    assert read_churn(ledger.con, 4) is None
    assert [row[0] for row in read_nights(ledger.con, 2)] == [3, 3, 2, 2]
    assert [row[2] for row in read_nights(ledger.con, 1)] == ["all", NO_CAUSE]
