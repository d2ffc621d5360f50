"""Each reason follows from evidence, and of several the first in the order of precedence counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.unit.indicators.nights import Delivery, Event, Night, Warehouse, warehouse

D1 = Delivery("d1", accepted=20)
D2 = Delivery("d2", date(2025, 7, 1), date(2025, 9, 30))
BEFORE = {"all": (40, 100)}
AFTER = {"all": (41, 100)}
EVENTS = (Event("e1", D1), Event("e2", D1, date(2025, 3, 3)))
FIRST = Night(BEFORE, [D1], EVENTS)
LATER = Night(AFTER, [D1], EVENTS)


@pytest.fixture
def nights(tmp_path: Path) -> Iterator[Warehouse]:
    """A warehouse after its first night."""
    with warehouse(tmp_path) as opened:
        opened.run(FIRST)
        yield opened


def reason(nights: Warehouse, night: Night) -> str:
    """Why the figure changed, by the ledger, when this night followed the first."""
    nights.run(night)
    (_, found) = nights.reasons()
    return found


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"method": "m2"}, "method"),
        ({"contract": "c2"}, "contract_change"),
        ({"people": "p2"}, "linkage"),
        ({"method": "m2", "contract": "c2", "people": "p2"}, "method"),
        ({"contract": "c2", "people": "p2"}, "contract_change"),
    ],
)
def test_marks_that_differ_give_the_reason_the_strongest_first(
    nights: Warehouse, changed: dict[str, str], expected: str
) -> None:
    assert reason(nights, replace(LATER, marks=changed)) == expected


def test_a_method_that_changed_some_nights_ago_gives_no_reason_any_more(nights: Warehouse) -> None:
    nights.run(replace(FIRST, marks={"method": "m2"}))
    later = replace(LATER, marks={"method": "m2", "people": "p2"})
    assert reason(nights, later) == "linkage"


def test_a_new_delivery_of_the_period_is_late_data(nights: Warehouse) -> None:
    late = Delivery("d3")
    night = replace(LATER, deliveries=[D1, late], events=[*EVENTS, Event("e9", late)])
    assert reason(nights, night) == "late_data"


@pytest.mark.parametrize(
    ("first", "expected"),
    [(date(2025, 4, 28), "late_data"), (date(2025, 4, 29), "linkage")],
)
def test_a_delivery_counts_when_it_covers_the_period_or_its_follow_up(
    nights: Warehouse, first: date, expected: str
) -> None:
    later = Delivery("d3", first, date(2025, 6, 30))
    night = replace(LATER, deliveries=[D1, later], marks={"people": "p2"})
    assert reason(nights, night) == expected


def test_an_event_of_the_period_told_by_a_later_periods_delivery_is_late_data(
    nights: Warehouse,
) -> None:
    events = [*EVENTS, Event("e9", D2, date(2025, 2, 10))]
    night = replace(LATER, deliveries=[D1, D2], events=events, marks={"people": "p2"})
    assert reason(nights, night) == "late_data"


def test_a_later_periods_delivery_of_later_events_is_no_reason(nights: Warehouse) -> None:
    events = [*EVENTS, Event("e9", D2, date(2025, 8, 10))]
    night = replace(LATER, deliveries=[D1, D2], events=events, marks={"people": "p2"})
    assert reason(nights, night) == "linkage"


def test_events_of_services_the_indicator_does_not_name_are_no_reason(nights: Warehouse) -> None:
    other = Delivery("d3", stem="clinic__visits")
    events = [*EVENTS, Event("e9", other, service_code="health")]
    night = replace(LATER, deliveries=[D1, other], events=events, marks={"people": "p2"})
    assert reason(nights, night) == "linkage"


def test_an_event_from_before_the_period_is_late_data_where_nobody_in_it_moved(
    nights: Warehouse,
) -> None:
    events = [*EVENTS, Event("e9", D2, date(2022, 5, 5))]
    night = replace(LATER, deliveries=[D1, D2], events=events, marks={"people": "p2"})
    assert reason(nights, night) == "late_data"


def test_people_parted_within_the_period_outweigh_events_from_before_it(
    nights: Warehouse,
) -> None:
    moved = replace(EVENTS[0], citizen_id="c7")
    events = [moved, EVENTS[1], Event("e9", D2, date(2022, 5, 5))]
    night = replace(LATER, deliveries=[D1, D2], events=events, marks={"people": "p2"})
    assert reason(nights, night) == "linkage"


def test_a_delivery_sent_again_that_takes_rows_back_is_an_error(nights: Warehouse) -> None:
    again = Delivery("d3")
    taken = replace(D1, accepted=0, superseded=20)
    events = [replace(EVENTS[0], delivery=again, outcome_code="ended")]
    night = replace(LATER, deliveries=[taken, again], events=events, marks={"people": "p2"})
    assert reason(nights, night) == "error"


def test_a_period_sent_again_is_an_error_where_a_later_delivery_had_told_the_row_again(
    tmp_path: Path,
) -> None:
    told_again = (replace(EVENTS[0], delivery=D2), EVENTS[1])
    with warehouse(tmp_path) as nights:
        nights.run(replace(FIRST, deliveries=[D1, D2], events=told_again))
        again, taken = Delivery("d3"), replace(D2, accepted=9, superseded=1)
        events = [replace(EVENTS[0], delivery=again, outcome_code="ended"), EVENTS[1]]
        assert reason(nights, replace(LATER, deliveries=[D1, taken, again], events=events)) == (
            "error"
        )


def test_rows_added_for_a_period_sent_before_are_late_data_when_nothing_was_taken_back(
    nights: Warehouse,
) -> None:
    top_up = Delivery("d3")
    night = replace(LATER, deliveries=[D1, top_up], events=[*EVENTS, Event("e9", top_up)])
    assert reason(nights, night) == "late_data"


def test_an_open_event_that_ends_in_the_next_periods_delivery_is_no_error(
    nights: Warehouse,
) -> None:
    """Rows are replaced as a matter of course where a feed tells how things go on."""
    older = replace(D1, accepted=19, superseded=1)
    events = [replace(EVENTS[0], delivery=D2, outcome_code="ended"), EVENTS[1]]
    night = replace(LATER, deliveries=[older, D2], events=events, marks={"people": "p2"})
    assert reason(nights, night) == "late_data"


def test_a_correction_of_another_period_is_no_error_of_this_one(tmp_path: Path) -> None:
    with warehouse(tmp_path) as nights:
        nights.run(replace(FIRST, deliveries=[D1, D2]))
        taken, again = replace(D2, superseded=10), replace(D2, delivery_id="d3")
        night = replace(LATER, deliveries=[D1, taken, again], marks={"people": "p2"})
        assert reason(nights, night) == "linkage"


def test_rows_released_by_another_dataset_are_late_data(nights: Warehouse) -> None:
    released = replace(D1, accepted=21)
    night = replace(LATER, deliveries=[released], events=[*EVENTS, Event("e9", released)])
    assert reason(nights, night) == "late_data"


def test_a_delivery_that_was_held_counts_from_the_night_it_stands(tmp_path: Path) -> None:
    held = Delivery("d3", accepted=0, is_accepted=False)
    with warehouse(tmp_path) as nights:
        nights.run(replace(FIRST, deliveries=[D1, held]))
        stands = replace(held, accepted=5, is_accepted=True)
        assert reason(nights, replace(LATER, deliveries=[D1, stands])) == "late_data"


def test_an_event_that_lost_its_person_is_linkage(nights: Warehouse) -> None:
    night = replace(LATER, events=EVENTS[1:], marks={"people": "p2"})
    assert reason(nights, night) == "linkage"


def test_another_feed_of_the_indicator_is_late_data_whatever_days_it_covers(
    nights: Warehouse,
) -> None:
    residents = Delivery("d3", date(2019, 1, 1), date(2019, 12, 31), stem="council__residents")
    night = replace(LATER, deliveries=[D1, residents], marks={"people": "p2"})
    assert reason(nights, night) == "late_data"


def test_the_same_counts_with_another_value_are_another_way_of_reckoning(
    nights: Warehouse,
) -> None:
    late = [D1, Delivery("d3")]
    night = replace(FIRST, deliveries=late, multiplier=1000, marks={"statistics": "s2"})
    assert reason(nights, night) == "method"


def test_other_code_gives_no_reason_where_the_counts_differ(nights: Warehouse) -> None:
    late = [D1, Delivery("d3")]
    night = replace(LATER, deliveries=late, marks={"statistics": "s2"})
    assert reason(nights, night) == "late_data"


def test_marks_are_remembered_on_nights_that_revise_nothing(nights: Warehouse) -> None:
    third = Delivery("d3")
    nights.run(replace(FIRST, deliveries=[D1, third]))
    night = replace(LATER, deliveries=[D1, third], marks={"people": "p2"})
    assert reason(nights, night) == "linkage"


def test_without_yesterdays_events_deliveries_alone_are_evidence() -> None:
    with warehouse() as nights:
        nights.run(FIRST)
        assert reason(nights, replace(LATER, deliveries=[D1, Delivery("d3")])) == "late_data"
