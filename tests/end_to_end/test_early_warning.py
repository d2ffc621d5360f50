"""Planted failing providers raise alerts in time; where nothing is planted, chance alone does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl
import pytest
from scipy.stats import binom, poisson

from insight_pipeline.publication.disclosure.policy import load_policies
from insight_pipeline.publication.release import POLICY_FILE
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import connect
from tests.end_to_end.boroughs import Borough

pytestmark = pytest.mark.end_to_end

# Planted situation → the rule that must find it, and within how many months of its first day.
PLANTED = {
    "care_picks_up_late": ("missed_hand_offs_worsen", 3),
    "data_promises_broken": ("data_late", 6),
}
# So unlikely must the control borough's number of alerts be before the stated rate is refused.
SURE = 0.999


def table(borough: Borough, name: str) -> pl.DataFrame:
    """A table of the warehouse."""
    with connect(borough.settings, borough.settings.warehouse, read_only=True) as connection:
        return pl.DataFrame(connection.sql(f"from {name}").to_arrow_table())


def months_between(first: date, month: date) -> int:
    return (month.year - first.year) * 12 + month.month - first.month


def months_until_told(borough: Borough, situation: str) -> int | None:
    """Months from the first day of a planted situation to the alert that finds it; None without."""
    rule, _ = PLANTED[situation]
    (planted,) = borough.true("situation").filter(pl.col("name") == situation).to_dicts()
    found = table(borough, "indicators.alert").filter(
        pl.col("rule_code") == rule,
        pl.col("provider_id") == planted["provider_id"],
        pl.col("service_code") == planted["service_code"],
        pl.col("opened_month") >= planted["from_date"].replace(day=1),
    )
    if found.is_empty():
        return None
    return months_between(planted["from_date"], min(found["opened_month"]))


@pytest.mark.parametrize("situation", PLANTED)
def test_a_planted_failing_provider_raises_a_dated_alert_within_the_stated_months(
    borough: Borough, situation: str, record_property: Callable[[str, object], None]
) -> None:
    months = months_until_told(borough, situation)
    record_property("figure", f"{situation}: told after {months} months")
    assert months is not None and months <= PLANTED[situation][1]


def alarms_beside_chance(borough: Borough) -> pl.DataFrame:
    """rule_code, tolerance, alarms, most: alerts, and the most that the stated rate lets expect."""
    keys = ("rule_code", "tolerance")
    judged = (
        table(borough, "indicators.alert_point")
        .filter("is_judged")
        .group_by(*keys)
        .agg(pl.len().alias("months"), pl.col("false_alarm_rate").first())
    )
    alarms = table(borough, "indicators.alert").group_by(*keys).agg(pl.len().alias("alarms"))
    found = judged.join(alarms, on=keys, how="left").with_columns(pl.col("alarms").fill_null(0))
    most = binom.ppf(SURE, found["months"].to_numpy(), found["false_alarm_rate"].to_numpy())
    return found.with_columns(most=pl.Series(most).cast(pl.Int64)).sort(keys)


def test_a_borough_with_nothing_planted_raises_no_more_alarms_than_stated(
    control_borough: Borough, record_property: Callable[[str, object], None]
) -> None:
    found = alarms_beside_chance(control_borough)
    for row in found.iter_rows(named=True):
        told = "{rule_code}, {tolerance}: {alarms} alarms in {months} months, at most {most}"
        record_property("figure", told.format(**row))
    assert found["months"].sum() > 100
    assert found.filter(pl.col("alarms") > pl.col("most")).is_empty()
    # Rule by rule few months are judged, and nearly anything could be chance; not so of them all.
    expected = found.select((pl.col("months") * pl.col("false_alarm_rate")).sum()).item()
    record_property("figure", f"{found['alarms'].sum()} alarms, {expected:.1f} expected by chance")
    assert found["alarms"].sum() <= poisson.ppf(0.99, expected)


def test_one_late_delivery_is_no_alert(control_borough: Borough) -> None:
    late = control_borough.true("delivery").filter(pl.col("expected_fate") == "late")
    alerts = table(control_borough, "indicators.alert")
    assert late.height > 0
    assert alerts.filter(pl.col("rule_code") == "data_late").is_empty()


def test_published_alerts_hold_no_counts_and_none_of_a_series_with_few_cases(
    borough: Borough,
) -> None:
    alerts = table(borough, "indicators.alert")
    with connect(borough.settings, borough.release, read_only=True) as connection:
        told = pl.DataFrame(connection.sql("from alert").to_arrow_table())
        (closed_to,) = connection.execute("select closed_to_date from release").fetchall()[0]
    assert told.height > 0
    assert "evidence" not in told.columns
    assert told["opened_month"].max() <= closed_to
    least = fewest_shown(borough.settings)
    keys = ["rule_code", "service_code", "provider_id", "opened_month"]
    behind = told.join(alerts, on=keys, how="left").filter(pl.col("kind") != "sla_breach")
    assert (behind["least_cases"] >= least).all()


def fewest_shown(settings: Settings) -> int:
    return load_policies(settings.contracts / POLICY_FILE).in_force.hide_to + 1
