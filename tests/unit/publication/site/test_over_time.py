"""What the course of a series shows, and what its title says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from insight_pipeline.publication.site.marks import along, handovers, over_time, process_limits
from insight_pipeline.publication.site.over_time import course, course_finding, panels
from insight_pipeline.publication.site.records import Series
from insight_pipeline.publication.site.store import Store
from tests.unit.publication.site.builders import figure, indicator, series
from tests.unit.publication.site.conftest import IMPROVING, WORSENING

LIMITS = {"spc_mean": Decimal(60), "spc_lpl": Decimal(50), "spc_upl": Decimal(70)}


def _total(store: Store, indicator_id: str) -> Series:
    found = store.total(indicator_id)
    assert found is not None
    return found


def test_a_withheld_period_is_a_gap_with_its_symbol_and_without_a_signal() -> None:
    known, gap = over_time(
        series(figure(0), figure(1, None, judged={"spc_variation": "common_cause"}))
    )
    assert known.value == 62.07 and known.shorthand == ""
    assert (gap.value, gap.shorthand, gap.signal) == (None, "[c]", "")


def test_a_figure_is_marked_as_doubtful_but_not_as_revised() -> None:
    (mark,) = over_time(series(figure(shorthand="[p][b][r]")))
    assert mark.shorthand == "[p]"


def test_a_period_that_a_series_lacks_is_a_gap_among_the_others() -> None:
    periods = [(each.period_from, each.period) for each in (figure(0), figure(1), figure(2))]
    marks = along(series(figure(0), figure(2)), periods)
    assert [mark.value is None for mark in marks] == [False, True, False]
    assert [mark.label for mark in marks] == ["24/25 Q1", "24/25 Q2", "24/25 Q3"]


def test_process_limits_are_one_for_each_period_or_none_at_all() -> None:
    judged = series(figure(0, judged=LIMITS), figure(1, None, is_not_mature=True))
    limits = process_limits(judged)
    assert limits is not None and [each.mean for each in limits] == [60.0, None]
    assert process_limits(series(figure(0), figure(1))) is None


def test_a_contract_that_begins_within_the_series_is_marked_before_its_period(
    store: Store,
) -> None:
    total = _total(store, IMPROVING)
    (change,) = handovers(store, total)
    assert change.label == "New Wave CIC takes over leisure centres, July 2024"
    assert total.figures[change.before].period_from == date(2024, 7, 1)
    assert handovers(store, _total(store, WORSENING)) == []


def test_a_service_that_nobody_delivered_before_begins(store: Store) -> None:
    services = tuple(
        each
        for each in store.services
        if (each.service_code, each.provider_id) != ("leisure", "splash")
    )
    first = replace(store, services=services, contract_changes=())
    (change,) = handovers(first, _total(store, IMPROVING))
    assert change.label == "New Wave CIC begins leisure centres, July 2024"


def test_the_title_says_what_is_judged_and_of_too_few_points_that_they_are() -> None:
    better = series(figure(judged={"spc_variation": "special_cause_improvement"}))
    assert course_finding(indicator(), better) == (
        "Getting better: 62\xa0% in 2024/25 Q1 (Apr to Jun)"
    )
    assert "too early to call it a change: 1 quarter of the 12" in course_finding(
        indicator(), series(figure())
    )
    assert course_finding(indicator(), series(figure(0), figure(1, None))) == (
        "The latest complete period, 2024/25 Q2 (Jul to Sep), is withheld"
    )


def test_the_table_has_a_row_for_each_period_and_limits_where_there_are_any(store: Store) -> None:
    total = _total(store, IMPROVING)
    table = course(store, store.indicator(IMPROVING), total).table
    assert len(table.rows) == len(total.figures)
    assert table.head[-1] == "Variation" and all(len(row) == len(table.head) for row in table.rows)
    plain = course(store, indicator(), series(figure())).table
    assert "Variation" not in plain.head


def test_panels_need_three_figures_and_name_those_that_are_withheld() -> None:
    total = series(*(figure(n) for n in range(4)))
    abbey = replace(total, label="Abbey", series_id="kept/area/1")
    hidden = replace(series(figure(0, None)), label="Ings", series_id="kept/area/2")
    short = replace(series(figure(0), figure(1)), label="Ings", series_id="kept/area/2")
    assert panels(indicator(), [short, hidden], total, "wards", "wards") is None
    found = panels(indicator(), [abbey, hidden], total, "wards", "wards")
    assert found is not None
    assert found.notes == ("No figure is shown of Ings.",)
    assert [row[0] for row in found.table.rows] == ["Ashmere", "Abbey"]
    assert found.finding == "Wards over time: too few figures to call anything a change"


def test_panels_say_which_of_them_change() -> None:
    judged = {"spc_variation": "special_cause_concern"}
    course_of = series(figure(0), figure(1), figure(2, judged=judged), label="Abbey")
    found = panels(indicator(), [course_of], course_of, "wards", "wards")
    assert found is not None and found.finding == "Abbey: getting worse"
