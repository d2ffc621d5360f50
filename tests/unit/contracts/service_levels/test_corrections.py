"""How long it took to put a faulty delivery right."""

from __future__ import annotations

from datetime import date

import pytest

from insight_pipeline.contracts.judging.verdict import Verdict
from insight_pipeline.contracts.service_levels.corrections import correction_days
from tests.unit.contracts.service_levels.deliveries import Q1, Q2, account, feed, promised, verdict

YEAR = (date(2025, 1, 1), date(2025, 12, 31))
FAULTY = verdict("faulty", Q1, date(2025, 4, 7), accepted=9, quarantined=1)
REFUSED = verdict("refused", Q1, date(2025, 4, 7), outcome="refused", rejected=10)
UNREADABLE = verdict("unreadable", Q1, date(2025, 4, 7), outcome="refused")


def days(*verdicts: Verdict, mode: str = "replace_period") -> dict[str, int | None]:
    sent = feed(promised(mode=mode), *verdicts)
    return dict(correction_days(sent.contract, sent.accounts, sent.verdicts))


@pytest.mark.parametrize("bad", [FAULTY, REFUSED, UNREADABLE], ids=lambda v: v.delivery_id)
def test_the_next_delivery_of_the_period_mends_it(bad: Verdict) -> None:
    next_one = verdict("next", Q1, date(2025, 4, 19), accepted=10)
    last = verdict("last", Q1, date(2025, 5, 1), accepted=10)
    assert days(bad, last, next_one) == days(next_one, bad, last) == {bad.delivery_id: 12}


def test_a_delivery_of_another_period_mends_nothing_unless_it_is_the_whole_dataset() -> None:
    other = verdict("other", Q2, date(2025, 7, 7), accepted=10)
    assert days(FAULTY, other) == {"faulty": None}
    assert days(FAULTY, other, mode="replace") == {"faulty": 91}


def test_a_delivery_that_covers_the_period_mends_it() -> None:
    year = verdict("year", YEAR, date(2026, 1, 7), accepted=40)
    assert days(FAULTY, year, mode="upsert") == {"faulty": 275}
    assert days(verdict("year", YEAR, date(2025, 4, 1), quarantined=1), FAULTY) == {
        "year": None,
        "faulty": None,
    }


def test_a_refused_delivery_mends_nothing() -> None:
    later = verdict("refused", Q1, date(2025, 4, 9), outcome="refused", rejected=10)
    assert days(FAULTY, later) == {"faulty": None, "refused": None}


def test_a_mending_delivery_with_faults_starts_its_own_count() -> None:
    second = verdict("second", Q1, date(2025, 4, 10), accepted=9, quarantined=1)
    third = verdict("third", Q1, date(2025, 4, 20), accepted=10)
    assert days(FAULTY, second, third) == {"faulty": 3, "second": 10}


def test_a_sound_delivery_and_one_our_engine_failed_on_are_not_at_fault() -> None:
    failed = verdict("failed", Q1, outcome="error", rejected=3)
    assert days(verdict("sound", Q1, accepted=3, superseded=1), failed) == {}


def test_rows_that_wait_for_another_dataset_are_no_fault_and_a_held_delivery_is() -> None:
    sound = verdict("sound", Q1, accepted=10)
    waiting = account(sound, accepted=8, quarantined=2)
    sent = feed(promised(), sound, accounts=(waiting,))
    assert correction_days(sent.contract, sent.accounts, sent.verdicts) == {}
    held = account(sound, outcome="held", accepted=0, quarantined=10)
    sent = feed(promised(), sound, accounts=(held,))
    assert correction_days(sent.contract, sent.accounts, sent.verdicts) == {"sound": None}
