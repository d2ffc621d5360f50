"""Sheets beside the figures: definitions, the providers' scorecard, and revisions.

Belongs here: those tables. Does not belong here: figures (figures.py) or findings (says.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from insight_pipeline.publication.open_data.workbook import cells
from insight_pipeline.publication.open_data.workbook.model import Cell, Heading, Link, Sheet
from insight_pipeline.publication.site import words
from insight_pipeline.publication.site.provider_records import Card
from insight_pipeline.publication.site.records import Indicator
from insight_pipeline.publication.site.revision_records import Revision
from insight_pipeline.publication.site.store import Store

_CARD_NUMBERS = (
    ("deliveries_expected", "Deliveries due"),
    ("deliveries_received", "Deliveries received"),
    ("on_time_pct", "On time (per cent)"),
    ("worst_late_days", "Latest by (days)"),
    ("completeness_pct", "Cells filled in (per cent)"),
    ("validity_pct", "Rows valid (per cent)"),
    ("rejected_pct", "Rows refused (per cent)"),
    ("duplicates_pct", "Rows repeated (per cent)"),
    ("linkability_pct", "Records that can be linked (per cent)"),
    ("deliveries_at_fault", "Deliveries at fault"),
    ("deliveries_mended", "Deliveries put right"),
    ("correction_days", "Days to put right (median)"),
)
_CARD_SIGNS = (("is_frequency_kept", "All came"), ("is_latency_kept", "All on time"))


def definitions_sheet(store: Store, names: dict[str, str]) -> Sheet:
    """One row per indicator: what is counted, of whom, and what it is held against."""
    return Sheet(
        "Indicators",
        "What each indicator means",
        ("Links lead to the figures of each indicator.",),
        (
            Heading("Worksheet", 30),
            Heading("Indicator", 36),
            Heading("Theme", 26),
            Heading("Question", 44),
            Heading("Definition", 60),
            Heading("Counted among", 50),
            Heading("Unit of value", 20),
            Heading("Better when", 12),
            Heading("Days followed", 12, numeric=True),
            Heading("Benchmark", 26),
            Heading("Benchmark value", 13, numeric=True),
            Heading("Target value", 12, numeric=True),
            Heading("Follows the measure", 40),
            Heading("Whom to ask", 34),
        ),
        tuple(_definition(each, names[each.indicator_id]) for each in store.indicators),
    )


def scorecard_sheet(store: Store) -> Sheet:
    """One row per provider, dataset and month: how what was promised was delivered."""
    return Sheet(
        "Scorecard",
        "How providers keep what they promised to deliver",
        (
            "It is about deliveries as they were sent: what was put right later still counts in "
            "the month in which it was wrong.",
            "Symbols are explained in the worksheet Notes.",
        ),
        (
            Heading("Provider", 30),
            Heading("Dataset", 26),
            Heading("Month", 18),
            *(Heading(said, 14, numeric=True) for _, said in _CARD_NUMBERS),
            *(Heading(said, 12) for _, said in _CARD_SIGNS),
        ),
        tuple(_card(store, each) for each in store.cards),
    )


def revisions_sheet(store: Store) -> Sheet:
    """One row per figure and release in which the figure came to say something else."""
    remark = "The file revisions.csv has every figure as it was first published as well."
    empty = "There is no table in this worksheet: no figure has been revised so far."
    return Sheet(
        "Revisions",
        "Figures that were revised",
        (remark, "Symbols are explained in the worksheet Notes.")
        if store.revisions
        else (empty, remark),
        (
            Heading("Indicator", 40),
            cells.NAME,
            cells.PERIOD,
            Heading("Revision", 10, numeric=True),
            Heading("Data as of", 20),
            Heading("Value before", 12, numeric=True),
            Heading("Value", 12, numeric=True),
            Heading("Difference", 12, numeric=True),
            Heading("Status", 14),
            Heading("Reason", 20),
            Heading("Explanation", 50),
        ),
        tuple(_revision(store.indicator(each.indicator_id), each) for each in store.revisions),
    )


def _definition(each: Indicator, name: str) -> tuple[Cell, ...]:
    return (
        Link(name, sheet=name),
        each.title,
        each.theme,
        each.question,
        each.definition,
        each.cohort,
        cells.unit(each),
        {"higher_is_better": "Higher", "lower_is_better": "Lower"}.get(each.polarity, "Neither"),
        cells.amount(each.window_days or None, cells.NOT_APPLICABLE),
        each.benchmark_name or cells.NOT_APPLICABLE,
        _outside(each, each.benchmark_value),
        _outside(each, each.target_value),
        f"{each.standard_framework}: {each.standard_id}",
        each.owner,
    )


def _outside(indicator: Indicator, value: Decimal | None) -> Cell:
    return cells.amount(value, cells.NOT_APPLICABLE, words.axis(indicator).decimals)


def _card(store: Store, card: Card) -> tuple[Cell, ...]:
    reason = card.shorthand or cells.NOT_APPLICABLE
    return (
        store.provider_name(card.provider_id),
        "All datasets" if card.dataset == "all" else card.dataset,
        words.month(card.period_month),
        *(cells.amount(getattr(card, name), reason) for name, _ in _CARD_NUMBERS),
        *(_sign(getattr(card, name)) for name, _ in _CARD_SIGNS),
    )


def _sign(kept: bool | None) -> str:
    return cells.NOT_APPLICABLE if kept is None else "Yes" if kept else "No"


def _revision(indicator: Indicator, each: Revision) -> tuple[Cell, ...]:
    return (indicator.title, each.label, each.period, *_changed(indicator, each))


def _changed(indicator: Indicator, each: Revision) -> Iterator[Cell]:
    decimals = words.axis(indicator).decimals
    yield cells.amount(each.revision_no - 1, cells.NOT_APPLICABLE)
    yield words.day(each.as_of_date)
    yield cells.amount(each.previous_value, cells.NOT_APPLICABLE, decimals)
    yield cells.amount(each.value, each.shorthand, decimals)
    yield cells.amount(each.difference, cells.NOT_APPLICABLE, decimals)
    yield each.status.capitalize()
    yield each.reason_code.replace("_", " ").capitalize()
    yield each.explanation or cells.NOT_APPLICABLE
