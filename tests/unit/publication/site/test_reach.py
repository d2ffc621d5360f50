"""Pages say how far data reach, how old the last good delivery is, and whom figures wait for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from insight_pipeline.publication.site.provider_records import Reporting
from insight_pipeline.publication.site.quality import remarks
from insight_pipeline.publication.site.reach import missing, reach_table, waiting_words
from insight_pipeline.publication.site.store import Store

OVERDUE = Reporting(
    service_code="leisure",
    provider_id="swimming",
    last_reported_date=date(2026, 3, 31),
    age_days=91,
    missing_from_date=date(2026, 4, 1),
    due_date=date(2026, 7, 14),
    is_overdue=True,
    state="overdue",
)


def reported(store: Store, **changed: Any) -> Store:
    provider = store.providers[0].provider_id
    return replace(store, reporting=(replace(OVERDUE, provider_id=provider, **changed),))


def test_a_provider_without_a_contract_has_no_table(store: Store) -> None:
    assert reach_table(replace(store, reporting=()), store.providers[0].provider_id) is None


def test_a_table_tells_the_last_good_day_its_age_and_what_is_missing(store: Store) -> None:
    made = reach_table(reported(store), store.providers[0].provider_id)
    assert made is not None
    ((_, until, age, words),) = made.rows
    assert (until, age) == ("31 March 2026", "91")
    assert words == "Everything from 1 April 2026 on, overdue since 14 July 2026."


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"missing_from_date": None, "state": "complete"}, "nothing"),
        ({"is_overdue": False, "state": "awaited"}, "due by 14 July 2026"),
        ({"state": "held"}, "overdue since 14 July 2026, what came is held"),
        ({"state": "refused"}, "what came was refused"),
        ({"state": "engine_error"}, "a fault of ours, not of the provider"),
        ({"due_date": None}, "everything from 1 April 2026 on"),
    ],
)
def test_what_is_missing_says_why(changed: dict[str, Any], words: str) -> None:
    assert words in missing(replace(OVERDUE, **changed))


def test_an_indicator_says_whom_newer_periods_wait_for(store: Store) -> None:
    indicator = next(each.indicator_id for each in store.indicators)
    service = store.services_of(indicator)[0].service_code
    name = store.providers[0].provider_name
    said = waiting_words(reported(store, service_code=service), indicator)
    assert said.replace("\N{NO-BREAK SPACE}", " ") == (
        f"Newer periods wait for {name} (reported until 31 March 2026, 91 days ago)."
    )
    never = reported(store, service_code=service, last_reported_date=None, age_days=None)
    assert f"{name} (never reported)" in waiting_words(never, indicator)


def test_nothing_is_said_of_data_that_are_not_due_or_of_another_service(store: Store) -> None:
    indicator = next(each.indicator_id for each in store.indicators)
    service = store.services_of(indicator)[0].service_code
    assert waiting_words(reported(store, service_code="another"), indicator) == ""
    assert waiting_words(reported(store, service_code=service, is_overdue=False), indicator) == ""


def test_the_home_page_points_out_overdue_data_and_nothing_else(store: Store) -> None:
    def overdue(given: Store) -> list[str]:
        return [each.text for each in remarks(given) if each.text.startswith("Data overdue")]

    assert len(overdue(reported(store))) == 1
    assert overdue(reported(store, is_overdue=False)) == []
