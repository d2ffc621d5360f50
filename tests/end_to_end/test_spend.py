"""Spend by outcome theme and what people and outcomes cost, held against what was truly paid."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from scipy.stats import chi2

from insight_pipeline.indicators.catalogue import load_catalogue
from insight_pipeline.indicators.header import Polarity
from insight_pipeline.warehouse.spend_themes import spend_shares
from tests.end_to_end.boroughs import Borough
from tests.end_to_end.project import query

pytestmark = pytest.mark.end_to_end

INSIDE = 0.95  # stated share of costs whose interval holds the true one
PERSONS, OUTCOME = "person_served", "outcome"
KEY = ["indicator_id", "period_from", "period_to"]


def paid(borough: Borough) -> pl.DataFrame:
    """Every payment the finance system sent: service, provider, month, amount; read from its files
    as they lie in the inbox."""
    files = sorted(borough.settings.inbox.rglob("*spend*.csv"))
    assert files, "the council's spend is in the inbox"
    frames = [pl.read_csv(path, infer_schema=False) for path in files]
    rows = pl.concat(frames).select(
        service_code="service",
        provider_id="provider",
        month_date=pl.col("month").str.to_date("%Y-%m-%d"),
        amount_gbp=pl.col("amount_gbp").cast(pl.Decimal(18, 2)),
    )
    # A file that was sent again says the same.
    return rows.unique()


def table(borough: Borough, name: str, where: str = "true") -> pl.DataFrame:
    """A table of the release."""
    columns = f"select column_name from duckdb_columns() where table_name = '{name}'"
    names = [row[0] for row in query(borough.release, f"{columns} order by column_index")]
    rows = query(borough.release, f"select * from {name} where {where}")
    return pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None)


def test_themes_add_up_to_what_was_paid_to_the_penny_in_every_month(borough: Borough) -> None:
    rows = query(
        borough.settings.warehouse,
        "select service_code, provider_id, month_date, sum(amount_gbp), count(*) "
        "from journeys.fct_theme_spend group by all order by all",
    )
    true = paid(borough).sort("service_code", "provider_id", "month_date")
    assert [row[:4] for row in rows] == true.rows()
    assert max(row[4] for row in rows) > 1, "something is shared out"


def test_shares_are_those_of_the_pooled_budget_within_a_penny_a_month(borough: Borough) -> None:
    rows = query(
        borough.settings.warehouse,
        "select theme_code, service_code, provider_id, month_date, amount_gbp "
        "from journeys.fct_theme_spend",
    )
    names = ["theme_code", "service_code", "provider_id", "month_date", "amount_gbp"]
    found = pl.DataFrame(rows, schema=names, orient="row")
    shares = spend_shares(load_catalogue(borough.settings).spend_themes)
    due = paid(borough).join(shares, on="service_code")
    both = found.join(due, on=names[:-1], how="full", coalesce=True, suffix="_paid")
    off = pl.col("amount_gbp").cast(pl.Float64) - (
        pl.col("amount_gbp_paid").cast(pl.Float64) * pl.col("share").cast(pl.Float64)
    )
    assert both.null_count().sum_horizontal().item() == 0
    assert both.select(off.abs().max()).item() < 0.01


def test_the_release_tells_every_whole_quarter_to_the_penny(borough: Borough) -> None:
    spend = table(borough, "spend")
    first = spend["period_from"].min()
    last = spend["period_to"].max()
    assert first == date(2024, 4, 1)
    true = paid(borough).filter(pl.col("month_date").is_between(first, last))
    assert spend["amount_gbp"].sum() == true["amount_gbp"].sum()
    assert set(spend["theme_code"]) <= {row[0] for row in query(borough.release, "from theme")}


def test_spend_is_unseen_until_a_complete_figure_of_its_theme_is_shown(borough: Borough) -> None:
    headers = load_catalogue(borough.settings).indicators
    figures = table(borough, "figure", "breakdown_type = 'total' and value is not null")
    seen = {
        (header.theme, service, figure["period_from"], figure["period_to"])
        for figure in figures.to_dicts()
        for header in [headers[figure["indicator_id"]]]
        if header.polarity is not Polarity.NEUTRAL
        for service in header.services
    }
    for row in table(borough, "spend").to_dicts():
        is_seen = any(
            (theme, service) == (row["theme_code"], row["service_code"])
            and first <= row["period_from"]
            and last >= row["period_to"]
            for theme, service, first, last in seen
        )
        assert row["is_outcome_seen"] is is_seen, row
    unseen = table(borough, "spend_unseen")
    assert 0 < unseen["unseen_gbp"].sum() < unseen["amount_gbp"].sum()
    shares = unseen.sort("theme_code", "period_from")
    assert shares["unseen_share"].is_between(0, 1).all()


def test_unit_costs_are_those_worked_out_from_public_counts_and_payments(
    borough: Borough, record_property: Callable[[str, object], None]
) -> None:
    headers = load_catalogue(borough.settings).indicators
    costs = table(borough, "unit_cost")
    figures = table(borough, "figure", "breakdown_type in ('total', 'service')")
    payments = paid(borough)
    shown = 0
    for cost in costs.to_dicts():
        group = cost["service_code"] if cost["kind"] == PERSONS else "all"
        mine = (pl.col("breakdown") == group) & pl.all_horizontal(
            pl.col(name) == cost[name] for name in KEY
        )
        (figure,) = figures.filter(mine).to_dicts()
        months = pl.col("month_date").is_between(cost["period_from"], cost["period_to"])
        services = pl.col("service_code").is_in(cost["service_code"].split(","))
        amount = payments.filter(months & services)["amount_gbp"].sum()
        assert cost["amount_gbp"] == amount
        count, off = _achieved(figure, headers[cost["indicator_id"]].polarity)
        assert cost["count_shown"] == count
        if not count:
            assert cost["unit_cost_gbp"] is cost["lower95"] is cost["upper95"] is None
            assert cost["shorthand"]
            continue
        shown += 1
        assert abs(cost["unit_cost_gbp"] - amount / count) <= Decimal("0.01")
        low, high = _limits(float(amount), count, off)
        assert float(cost["lower95"]) == pytest.approx(low, rel=2e-2)
        assert float(cost["upper95"]) == pytest.approx(high, rel=2e-2)
    assert shown > costs.height // 3
    record_property("figure", f"unit costs shown: {shown} of {costs.height}")


def _achieved(figure: dict[str, object], polarity: Polarity) -> tuple[int | None, int]:
    """Outcomes achieved as shown, and how far they may be off because of rounding."""
    numerator, denominator = figure["numerator"], figure["denominator"]
    step = figure["rounded_to"]
    assert isinstance(step, int)
    if not isinstance(numerator, int):
        return None, 0
    if polarity is Polarity.LOWER_IS_BETTER:
        assert isinstance(denominator, int)
        return denominator - numerator, 2 * (step // 2)
    return numerator, step // 2


def _limits(amount: float, count: int, off: int) -> tuple[float, float]:
    """Exact Poisson limits, which Byar's meet to within two hundredths from 6 on."""
    fewest = chi2.ppf(0.025, 2 * max(count - off, 1)) / 2
    most = chi2.ppf(0.975, 2 * (count + off + 1)) / 2
    return amount / most, amount / fewest


def test_the_true_cost_lies_inside_the_interval(
    borough: Borough, record_property: Callable[[str, object], None]
) -> None:
    """Of people and outcomes as they truly were, though the interval is about chance, too."""
    headers = load_catalogue(borough.settings).indicators
    true = borough.true("indicator")
    costs = table(borough, "unit_cost", "unit_cost_gbp is not null and upper95 is not null")
    inside = {PERSONS: 0, OUTCOME: 0}
    whole = {PERSONS: 0, OUTCOME: 0}
    for cost in costs.to_dicts():
        group = cost["service_code"] if cost["kind"] == PERSONS else "all"
        mine = (pl.col("breakdown") == group) & pl.all_horizontal(
            pl.col(name) == cost[name] for name in KEY
        )
        (row,) = true.filter(mine).to_dicts()
        achieved = row["numerator"]
        if headers[cost["indicator_id"]].polarity is Polarity.LOWER_IS_BETTER:
            achieved = row["denominator"] - row["numerator"]
        truly = cost["amount_gbp"] / achieved
        whole[cost["kind"]] += 1
        inside[cost["kind"]] += cost["lower95"] <= truly <= cost["upper95"]
    record_property("figure", f"true unit costs inside their interval: {inside} of {whole}")
    for kind, count in whole.items():
        assert count > 0
        assert inside[kind] >= INSIDE * count


def test_the_price_of_a_sustained_tenancy_can_be_asked(borough: Borough) -> None:
    rows = query(
        borough.release,
        "select period_from, amount_gbp, count_shown, unit_cost_gbp, lower95, upper95, shorthand "
        "from unit_cost where indicator_id = 'treatment_tenancy_kept_6m' order by period_from",
    )
    assert len(rows) >= 2
    assert all(row[3] is not None or row[6] for row in rows)


def test_people_served_are_counted_as_they_truly_were(
    borough: Borough, record_property: Callable[[str, object], None]
) -> None:
    """Within three in a hundred by service, and one in a hundred altogether."""
    rows = query(
        borough.settings.warehouse,
        "select period_from, breakdown_type, breakdown, numerator from indicators.figure "
        "where indicator_id = 'people_served' and not is_not_mature",
    )
    names = ["period_from", "breakdown_type", "breakdown", "found"]
    found = pl.DataFrame(rows, schema=names, orient="row")
    true = borough.true("indicator").filter(pl.col("indicator_id") == "people_served")
    both = true.join(found, on=names[:-1], how="full", coalesce=True)
    assert both.select("numerator", "found").null_count().row(0) == (0, 0)
    off = (pl.col("found") - pl.col("numerator")).abs()
    by_service = both.filter(pl.col("breakdown_type") == "service")
    far = by_service.filter(off > pl.max_horizontal(0.03 * pl.col("numerator"), pl.lit(4)))
    totals = both.filter(pl.col("breakdown_type") == "total")
    worst = [
        frame.select((off / pl.col("numerator")).max()).item() for frame in (by_service, totals)
    ]
    record_property(
        "figure", "people served: worst service {:.3f}, total {:.3f} off".format(*worst)
    )
    assert far.is_empty()
    assert totals.filter(off > 0.01 * pl.col("numerator")).is_empty()


def test_people_served_looks_at_every_service_that_does_something_for_people(
    borough: Borough,
) -> None:
    catalogue = load_catalogue(borough.settings)
    counted = set(catalogue.indicators["people_served"].services)
    told = {
        row[0]
        for row in query(
            borough.settings.warehouse,
            "select distinct breakdown from indicators.people_served "
            "where breakdown_type = 'service'",
        )
    }
    assert told == counted


def test_the_page_tells_what_was_spent_and_links_back_to_every_theme(borough: Borough) -> None:
    site = borough.release.parent / "site"
    page = (site / "spending.html").read_text(encoding="utf-8")
    assert "For each outcome achieved" in page and "For each person served" in page
    for theme in site.glob("themes/*.html"):
        assert f"themes/{theme.name}" in page
        assert "spending.html" in theme.read_text(encoding="utf-8")
