"""Demand seen against service received, vacuums and the cost of duplication as charts and tables.

Belongs here: these exhibits and their findings. Does not belong here: what is flagged
(publication/gaps.py), or which of them the page shows (pages/gaps_in_service.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from insight_pipeline.publication.site import words
from insight_pipeline.publication.site.charts.model import Axis, Mark
from insight_pipeline.publication.site.charts.multiples import small_multiples
from insight_pipeline.publication.site.charts.numbers import figure as figure_of
from insight_pipeline.publication.site.exhibits import Exhibit, Table
from insight_pipeline.publication.site.gap_records import DuplicationCost, Vacuum
from insight_pipeline.publication.site.records import Figure, Indicator, Series
from insight_pipeline.publication.site.spend_exhibits import pounds

KINDS = {"never_reached": "never reached", "withdrawn": "withdrawn", "shrunk": "shrunk"}
_COUNT = Axis("needs", 0, from_zero=True)
_PER_CENT = Axis("%", 0)


def demand_exhibit(indicator: Indicator, wards: Sequence[Series]) -> Exhibit | None:
    """Two panels a ward, by name: needs seen, and needs met, on one scale; None without figures."""
    ordered = sorted(wards, key=lambda each: each.label)
    shown = [each for each in ordered if any(f.denominator is not None for f in each.figures)]
    if not shown:
        return None
    periods = sorted({(f.period_from, f.period) for each in shown for f in each.figures})
    panels: dict[str, list[Mark]] = {}
    for each in shown:
        found = {figure.period_from: figure for figure in each.figures}
        marks = [(found.get(start), label) for start, label in periods]
        panels[f"{each.label}: seen"] = [_mark(f, label, is_met=False) for f, label in marks]
        panels[f"{each.label}: met"] = [_mark(f, label, is_met=True) for f, label in marks]
    finding = "Needs seen in each ward, and how many of them the service meant to meet them met"
    chart = small_multiples("demand-chart", finding, panels, _COUNT)
    return Exhibit("demand", finding, chart, _demand_table(indicator, shown))


def _mark(figure: Figure | None, label: str, *, is_met: bool) -> Mark:
    short = words.short_period(label)
    if figure is None:
        return Mark(short, None, long_label=label)
    amount = figure.numerator if is_met else figure.denominator
    mark = Mark(short, None if amount is None else float(amount), long_label=label)
    return replace(mark, shorthand=figure.shorthand if amount is None else "")


def _demand_table(indicator: Indicator, wards: Sequence[Series]) -> Table:
    rows = tuple(
        (
            each.label,
            figure.period,
            words.count(figure.denominator) or figure.shorthand,
            words.count(figure.numerator) or figure.shorthand,
            words.cell(indicator, figure.value, figure.shorthand),
            words.cell_limits(indicator, figure),
        )
        for each in wards
        for figure in each.figures
    )
    head = ("Ward", "Period", "Seen", "Met", "Share met (%)", "95 % interval")
    return Table("demand-table", "Needs seen and met; counts are rounded.", head, rows, texts=2)


def flagged(vacuums: Sequence[Vacuum]) -> list[str]:
    """'Exercise for health in Eastfield, 2025/26: withdrawn (10 of 65 met; 73 % elsewhere).'"""
    return [_told(each) for each in vacuums if each.is_flagged]


def _told(each: Vacuum) -> str:
    kind = KINDS.get(each.kind_code, "hardly reached")
    counts = f"{words.count(each.people_met)} of {words.count(each.people_seen)} met"
    return f"{each.need} in {each.area_name}, {each.period}: {kind} ({counts}; {_rest(each)})."


def _rest(each: Vacuum) -> str:
    if each.elsewhere_pct is None:
        return "elsewhere not known"
    return f"{figure_of(float(each.elsewhere_pct), _PER_CENT)} elsewhere"


def vacuum_table(vacuums: Sequence[Vacuum]) -> Table | None:
    """One row a need, ward and year; None without any."""
    rows = tuple(
        (
            each.need,
            each.area_name,
            each.period,
            _verdict(each),
            words.count(each.people_seen) or each.shorthand,
            words.count(each.people_met) or each.shorthand,
            "" if each.elsewhere_pct is None else f"{each.elsewhere_pct:.0f}",
        )
        for each in vacuums
    )
    head = ("Need", "Ward", "Year", "Judged", "Seen", "Met", "Met elsewhere (%)")
    caption = "Needs seen and met by ward and year; counts are rounded, in no order of merit."
    return Table("vacuum-table", caption, head, rows, texts=4) if rows else None


def _verdict(each: Vacuum) -> str:
    if each.is_flagged is None:
        return "not judged"
    return KINDS.get(each.kind_code, "hardly reached") if each.is_flagged else "not flagged"


def cost_table(costs: Sequence[DuplicationCost]) -> Table | None:
    """One row a need and year; None without any."""
    rows = tuple(
        (
            each.need,
            each.period,
            words.count(each.duplicates) or each.shorthand,
            pounds(each.unit_cost_low_gbp),
            pounds(each.unit_cost_gbp),
            pounds(each.unit_cost_high_gbp),
            pounds(each.cost_low_gbp) or each.shorthand,
            pounds(each.cost_gbp) or each.shorthand,
            pounds(each.cost_high_gbp) or each.shorthand,
        )
        for each in costs
    )
    head = ("Need", "Year", "Repeated", "One, least", "One", "One, most", "Least", "Taken", "Most")
    caption = "Assessments that repeat another provider's, and what they cost; counts are rounded."
    return Table("cost-table", caption, head, rows, texts=2) if rows else None
