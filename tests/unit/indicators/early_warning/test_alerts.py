"""From given months to alerts: when they open, when they close, and what never changes them."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from insight_pipeline.indicators.early_warning.alerts import build_alerts
from tests.unit.indicators.early_warning.months import (
    PROVIDER,
    SERVICE,
    Contract,
    alerts,
    month,
    points,
    rows,
    warehouse,
)

MISSED = "missed_hand_off_share"
STEADY = [30, 34, 28, 33, 31, 35, 29, 32, 30, 33, 31, 34]
LOW = (Contract(tolerance="low"),)


def dated(found: pl.DataFrame) -> list[tuple[date, date | None]]:
    return found.sort("opened_month").select("opened_month", "closed_month").rows()


def test_nothing_is_raised_while_a_series_is_as_it_was() -> None:
    assert alerts(rows(MISSED, [*STEADY, *STEADY])).is_empty()


def test_the_first_points_make_the_limits_and_raise_nothing_themselves() -> None:
    assert alerts(rows(MISSED, [*STEADY[:11], 90]), LOW).is_empty()


def test_two_months_beyond_the_limit_open_an_alert_in_the_second() -> None:
    found = alerts(rows(MISSED, [*STEADY, 32, 60, 61]))
    assert dated(found) == [(month(14), None)]
    assert found["since_month"].to_list() == [month(13)]


def test_one_month_beyond_the_limit_is_enough_where_tolerance_is_low() -> None:
    worse = rows(MISSED, [*STEADY, 32, 60, 31])
    assert dated(alerts(worse, LOW)) == [(month(13), None)]
    assert alerts(worse).is_empty()


def test_the_better_side_raises_nothing() -> None:
    assert alerts(rows(MISSED, [*STEADY, 2, 3, 1, 2, 2, 1, 3, 2]), LOW).is_empty()
    assert alerts(rows("treatment_completed_share", [*STEADY, 80, 81, 80]), LOW).is_empty()


def test_a_share_that_should_be_high_is_worse_when_it_falls() -> None:
    found = alerts(rows("treatment_completed_share", [*STEADY, 5, 4]))
    assert dated(found) == [(month(13), None)]


def test_seven_months_beyond_the_mean_are_a_signal_in_the_seventh() -> None:
    a_little_worse = [34, 33, 35, 34, 33, 34, 35]
    found = alerts(rows(MISSED, [*STEADY[:11], 30, *a_little_worse]), LOW)
    assert dated(found) == [(month(18), None)]
    assert "seven months in a row beyond the mean" in found["evidence"][0]
    assert alerts(rows(MISSED, [*STEADY[:11], 30, *a_little_worse[:6]]), LOW).is_empty()


def test_two_of_three_beyond_the_near_limit_are_a_signal_in_the_second() -> None:
    judged = points(rows(MISSED, [*STEADY, 31]))
    mean, worst = (float(judged[name][-1]) for name in ("mean", "worst"))
    near = round(100 * (mean + 0.8 * (worst - mean)))
    assert dated(alerts(rows(MISSED, [*STEADY, near, 31, near]), LOW)) == [(month(14), None)]
    assert alerts(rows(MISSED, [*STEADY, near, 31, 31, near]), LOW).is_empty()


def test_an_alert_closes_after_three_months_without_a_signal_and_stays_one_until_then() -> None:
    back = [*STEADY, 60, 61, 30, 62, 31, 30, 32, 31]
    assert dated(alerts(rows(MISSED, back))) == [(month(13), month(18))]


def test_what_comes_back_is_another_alert() -> None:
    twice = [*STEADY, 60, 61, 30, 31, 30, 60, 61]
    assert dated(alerts(rows(MISSED, twice))) == [(month(13), month(16)), (month(18), None)]


def test_a_month_with_too_few_cases_is_no_signal_and_no_recovery() -> None:
    cases = [100] * 12 + [100, 9, 100, 100]
    above = [*STEADY, 60, 9, 60, 61]
    assert dated(alerts(rows(MISSED, above, cases))) == [(month(15), None)]
    cases = [100] * 14 + [100, 100, 9]
    assert dated(alerts(rows(MISSED, [*STEADY, 60, 61, 30, 31, 3], cases))) == [(month(13), None)]
    assert len(alerts(rows(MISSED, [*STEADY, 60, 6], [100] * 13 + [10]), ())) == 0
    assert dated(alerts(rows(MISSED, [*STEADY, 60, 8], [100] * 13 + [10]))) == [(month(13), None)]


def test_months_on_either_side_of_one_not_yet_reported_are_not_in_a_row() -> None:
    assert alerts(rows(MISSED, [*STEADY, 32, 60, None, 61])).is_empty()
    found = alerts(rows(MISSED, [*STEADY, 32, 60, None, 61, 62]))
    assert dated(found) == [(month(16), None)]
    assert found["since_month"].to_list() == [month(15)]
    open_still = alerts(rows(MISSED, [*STEADY, 60, 61, 30, None, 31, 30]))
    assert dated(open_still) == [(month(13), None)]
    assert alerts(rows("open_gaps", [20, 21, 20, 30, None, 38, 46, 60])).is_empty()


def test_deliveries_of_quarters_are_in_a_row() -> None:
    quarters = [1, None, None, 1, None, None, 1]
    assert dated(alerts(rows("data_sla_broken", quarters, 1))) == [(month(6), None)]


def test_the_fewest_cases_of_the_series_so_far_are_told_with_the_alert() -> None:
    cases = [100] * 5 + [12] + [100] * 9
    above = [*STEADY[:5], 4, *STEADY[6:], 60, 61, 60]
    assert alerts(rows(MISSED, above, cases))["least_cases"].to_list() == [12]


def test_gaps_that_grow_for_four_months_by_more_than_chance_raise_an_alert() -> None:
    found = alerts(rows("open_gaps", [20, 21, 20, 30, 38, 46, 60]))
    assert dated(found) == [(month(6), None)]
    assert found["evidence"].to_list() == [
        "From 20 to 60 open gaps in 4 months that each had more than the one before, "
        "2024-07 to 2024-10"
    ]


def test_gaps_that_grow_by_little_or_not_every_month_raise_none() -> None:
    assert alerts(rows("open_gaps", [20, 21, 22, 23, 24, 25, 26, 27])).is_empty()
    assert alerts(rows("open_gaps", [20, 40, 60, 80, 70])).is_empty()
    assert alerts(rows("open_gaps", [20, 40, 60, 60, 80])).is_empty()


def test_a_promise_broken_three_times_in_a_row_raises_an_alert_and_once_does_not() -> None:
    assert dated(alerts(rows("data_sla_broken", [0, 1, 1, 1, 1, 0], 1))) == [(month(3), month(5))]
    assert alerts(rows("data_sla_broken", [0, 1, 1, 0, 1, 0, 1, 1], 1)).is_empty()


def test_between_months_with_nothing_due_the_promises_that_were_due_are_in_a_row() -> None:
    quarters = [0, None, None, 1, None, None, 1, None, None, 1]
    found = alerts(rows("data_sla_broken", quarters, 1))
    assert dated(found) == [(month(9), None)]
    assert found["words"].to_list() == [
        "3 times in a row, to January 2025: deliveries due were late or missing."
    ]


def test_owner_and_clause_are_those_of_the_contract_of_the_month_that_raised_it() -> None:
    relet = (
        Contract(last=date(2025, 3, 31)),
        Contract(first=date(2025, 4, 1), tolerance="low"),
        Contract("other", first=date(2020, 1, 1)),
    )
    (found,) = alerts(rows(MISSED, [*STEADY, 60]), relet).to_dicts()
    assert (found["owner"], found["clause_topic"], found["clause"], found["tolerance"]) == (
        f"{PROVIDER}@ashmere.example",
        "performance",
        "clause 4",
        "low",
    )


def test_of_two_contracts_within_a_month_the_later_says_how_strict_the_rule_is() -> None:
    relet = (Contract(last=date(2025, 4, 15)), Contract(first=date(2025, 4, 16), tolerance="low"))
    assert dated(alerts(rows(MISSED, [*STEADY, 60]), relet)) == [(month(12), None)]


def test_who_is_not_under_contract_is_not_watched() -> None:
    ended = (Contract(last=date(2025, 3, 31)),)
    assert alerts(rows(MISSED, [*STEADY, 60, 61]), ended).is_empty()


def test_a_new_provider_is_not_judged_by_the_one_before() -> None:
    other = rows(MISSED, [*[None] * 12, *[60] * 11], provider="newcomer")
    both = (Contract(last=date(2025, 3, 31)), Contract("newcomer", first=date(2025, 4, 1)))
    assert alerts([*rows(MISSED, STEADY), *other], both).is_empty()


def test_words_hold_no_number_but_of_months_and_evidence_the_counts() -> None:
    (found,) = alerts(rows(MISSED, [*STEADY, 60, 61])).to_dicts()
    assert found["words"] == (
        "2 months in a row, to May 2025: worse than this provider's own first months explain "
        "by chance."
    )
    assert found["evidence"].startswith("61 over 100 = 0.6100 in 2025-05, where its first months")
    assert found["evidence"].endswith(
        ": beyond its limit; signals in 2 months in a row since 2025-04"
    )
    assert (found["service_code"], found["provider_id"]) == (SERVICE, PROVIDER)


def noisy(seed: int) -> list[tuple[object, ...]]:
    """Thirty months of three measures at four providers, some of whom fail for a while."""
    rng = np.random.default_rng(seed)
    found = []
    for provider in ("anna", "ben", "cleo", "dan"):
        worse = int(rng.integers(12, 26))
        share = np.full(30, 0.3)
        share[worse : worse + int(rng.integers(1, 8))] = 0.6
        cases = rng.integers(5, 120, 30)
        above = rng.binomial(cases, share)
        found += rows(MISSED, above.tolist(), cases.tolist(), provider)
        found += rows("open_gaps", rng.integers(20, 80, 30).tolist(), 90, provider)
        found += rows("data_sla_broken", rng.binomial(1, 0.5, 30).tolist(), 1, provider)
    return found


WATCHED = [Contract(name, "low") for name in ("anna", "ben", "cleo", "dan")]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_later_months_close_an_alert_and_change_nothing_else_of_it(seed: int) -> None:
    months = noisy(seed)
    whole = alerts(months, WATCHED)
    assert whole.height > 3
    for last in range(12, 30, 3):
        known = [row for row in months if row[3] <= month(last)]  # type: ignore[operator]
        was = alerts(known, WATCHED)
        closed_later = pl.when(pl.col("closed_month") <= month(last)).then("closed_month")
        now = whole.filter(pl.col("opened_month") <= month(last)).with_columns(
            closed_month=closed_later
        )
        assert was.equals(now.select(was.columns).sort(pl.all()))


def test_the_order_of_rows_changes_nothing() -> None:
    months = noisy(4)
    order = np.random.default_rng(5).permutation(len(months))
    shuffled = [months[place] for place in order]
    assert alerts(shuffled, WATCHED).equals(alerts(months, WATCHED))


def test_a_warehouse_without_measures_gets_no_alerts() -> None:
    with warehouse([]) as connection:
        connection.execute("drop table indicators.alert; drop table journeys.fct_service_month")
        build_alerts(connection)
        tables = connection.execute("select table_name from duckdb_tables()").fetchall()
    assert ("alert",) not in tables
