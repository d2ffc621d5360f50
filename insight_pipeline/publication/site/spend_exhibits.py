"""Spend over time, what of it has no outcome yet, and unit costs, as charts with their tables.

Belongs here: these exhibits and their findings. Does not belong here: which of them a page shows
(pages/spend.py), or how a cost is made (publication/spending).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from insight_pipeline.publication.site import words
from insight_pipeline.publication.site.charts.intervals import interval_chart
from insight_pipeline.publication.site.charts.model import Axis, Mark
from insight_pipeline.publication.site.charts.multiples import small_multiples
from insight_pipeline.publication.site.charts.numbers import figure, interval, number
from insight_pipeline.publication.site.exhibits import Exhibit, Table
from insight_pipeline.publication.site.spend_records import ThemeSpend, UnitCost

POUNDS = Axis("£", 0, from_zero=True)
_THOUSANDS = Axis("£ thousand", 0, from_zero=True)
_PER_CENT = Axis("%", 0, from_zero=True)
_HUNDRED = Decimal(100)


def pounds(amount: Decimal | None) -> str:
    """'£12,345', whole pounds; empty without an amount."""
    return "" if amount is None else figure(float(amount), POUNDS)


def share(unseen: Decimal, amount: Decimal) -> Decimal | None:
    """Whole per cent of an amount; None of nothing."""
    if not amount:
        return None
    return (_HUNDRED * unseen / amount).quantize(Decimal(1), ROUND_HALF_UP)


def spend_exhibit(spends: Sequence[ThemeSpend]) -> Exhibit:
    """A panel per theme with its spend quarter by quarter."""
    panels = {
        theme: [_mark(each, each.amount_gbp / 1000) for each in rows]
        for theme, rows in _by_theme(spends).items()
    }
    latest = [rows[-1] for rows in _by_theme(spends).values()]
    most = max(latest, key=lambda each: (each.amount_gbp, each.theme_code))
    finding = f"In {most.period} most was spent on {most.theme}: {pounds(most.amount_gbp)}"
    chart = small_multiples("spend-chart", finding, panels, _THOUSANDS)
    return Exhibit("spend", finding, chart, _spend_table(spends))


def unseen_exhibit(spends: Sequence[ThemeSpend]) -> Exhibit:
    """A panel per theme with the share of its spend whose outcomes cannot be seen."""
    panels = {
        theme: [_mark(each, share(each.unseen_gbp, each.amount_gbp)) for each in rows]
        for theme, rows in _by_theme(spends).items()
    }
    finding = "Share of each theme's spend whose outcomes cannot be seen yet"
    chart = small_multiples("unseen-chart", finding, panels, _PER_CENT)
    rows = tuple(
        (
            each.theme,
            each.period,
            pounds(each.unseen_gbp),
            "" if each.unseen_share is None else number(each.unseen_share * _HUNDRED, 0),
        )
        for each in spends
    )
    head = ("Theme", "Quarter", "Not seen yet", "Per cent of the theme's spend")
    table = Table("unseen-table", "Spend whose outcomes cannot be seen yet.", head, rows, texts=2)
    return Exhibit("unseen", finding, chart, table)


def _by_theme(spends: Sequence[ThemeSpend]) -> dict[str, list[ThemeSpend]]:
    """Theme → its rows in order of time; every theme has the same quarters."""
    quarters = sorted({(each.period_from, each.period_to, each.period) for each in spends})
    found = {(each.theme_code, each.period_from): each for each in spends}
    themes = dict.fromkeys((each.theme_code, each.theme) for each in spends)
    nothing = Decimal(0)
    return {
        theme: [
            found.get(
                (code, first), ThemeSpend(code, theme, period, first, last, nothing, nothing, None)
            )
            for first, last, period in quarters
        ]
        for code, theme in themes
    }


def _mark(spend: ThemeSpend, value: Decimal | None) -> Mark:
    return Mark(
        words.short_period(spend.period),
        None if value is None else float(value),
        shorthand="[z]" if value is None else "",
        long_label=spend.period,
    )


def _spend_table(spends: Sequence[ThemeSpend]) -> Table:
    rows = tuple((each.theme, each.period, pounds(each.amount_gbp)) for each in spends)
    return Table(
        "spend-table", "Spend by theme and quarter.", ("Theme", "Quarter", "Spend"), rows, texts=2
    )


def cost_exhibit(exhibit_id: str, finding: str, costs: Sequence[UnitCost]) -> Exhibit:
    """The latest cost of each title with its interval; the table has every period."""
    marks = [_cost_mark(each) for each in latest_costs(costs)]
    chart = interval_chart(f"{exhibit_id}-chart", finding, marks, POUNDS)
    return Exhibit(exhibit_id, finding, chart, cost_table(costs, f"{exhibit_id}-table"))


def latest_costs(costs: Sequence[UnitCost]) -> list[UnitCost]:
    """Of each title the newest line whose figure is complete, by title."""
    complete = [each for each in costs if each.shorthand != "[x]"]
    newest = {
        (each.title, each.service_code): each
        for each in sorted(complete, key=lambda each: each.period_from)
    }
    return [newest[key] for key in sorted(newest)]


def _cost_mark(cost: UnitCost) -> Mark:
    value, low, high = (
        None if each is None else float(each)
        for each in (cost.unit_cost_gbp, cost.lower95, cost.upper95)
    )
    return Mark(
        cost.title, value, low, high, cost.shorthand, long_label=f"{cost.title}, {cost.period}"
    )


def cost_table(costs: Sequence[UnitCost], table_id: str) -> Table:
    """Every line: what it was spent on, the period, the spend, the count and the cost."""
    return Table(
        table_id,
        "Spend, count and cost, by period; counts are rounded.",
        ("What", "Period", "Spend", "Count", "Cost of one", "95 % interval"),
        tuple(_row(each) for each in costs),
        texts=2,
    )


def _row(cost: UnitCost) -> tuple[str, ...]:
    written = pounds(cost.unit_cost_gbp)
    space = "\N{NO-BREAK SPACE}" if written and cost.shorthand else ""
    return (
        cost.title,
        cost.period,
        pounds(cost.amount_gbp),
        words.count(cost.count_shown),
        f"{written}{space}{cost.shorthand}",
        limits(cost),
    )


def limits(cost: UnitCost) -> str:
    """'1,200 to 3,400'; empty where either is missing."""
    if cost.lower95 is None or cost.upper95 is None:
        return ""
    return interval(float(cost.lower95), float(cost.upper95), POUNDS)
