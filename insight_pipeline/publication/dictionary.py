"""What commissioners find in a release: every public table and column, its type and its meaning.

Belongs here: the public vocabulary, in one place; comments in the release come from here. Does not
belong here: how a table is filled (tables.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from insight_pipeline.publication.indicator_columns import INDICATOR_COLUMNS
from insight_pipeline.publication.judgement_columns import JUDGEMENT_COLUMNS
from insight_pipeline.publication.revision_tables import (
    CORRECTION_COLUMNS,
    REVISION_COLUMNS,
    TRIANGLE_COLUMNS,
)


@dataclass(frozen=True)
class Table:
    """A public table: what it is, and per column its DuckDB type and meaning, in order."""

    description: str
    columns: Mapping[str, tuple[str, str]]


_FIGURE_COLUMNS = {
    "indicator_id": ("VARCHAR", "Which indicator; see table indicator."),
    "title": ("VARCHAR", "Title of the indicator."),
    "period_from": ("DATE", "First day of the period."),
    "period_to": ("DATE", "Last day of the period."),
    "area_code": ("VARCHAR", "Area the figure is about; see table area."),
    "area_name": ("VARCHAR", "Name of that area."),
    "provider_id": ("VARCHAR", "Provider the figure is about, or 'all'; see table provider."),
    "breakdown_type": ("VARCHAR", "total, area, provider, sex or age_band."),
    "breakdown": ("VARCHAR", "Which area, provider, sex or age band; 'all' for a total."),
    "numerator": ("BIGINT", "Rounded count above the line; empty when withheld."),
    "denominator": ("BIGINT", "Rounded count below the line; empty when withheld."),
    "basis": (
        "DECIMAL(18,4)",
        "What the numerator is divided by: denominator, expected number or population, rounded.",
    ),
    "value": (
        "DECIMAL(18,2)",
        "Numerator / basis x multiplier, all as shown here; empty when withheld.",
    ),
    "lower95": ("DECIMAL(18,2)", "Lower 95 % confidence limit."),
    "upper95": ("DECIMAL(18,2)", "Upper 95 % confidence limit."),
    "lower998": ("DECIMAL(18,2)", "Lower 99.8 % confidence limit."),
    "upper998": ("DECIMAL(18,2)", "Upper 99.8 % confidence limit."),
    "statistic": ("VARCHAR", "proportion, rate, dsr, isr, mean or count."),
    "ci_method": ("VARCHAR", "Interval method: Wilson, Byars, Exact, Dobson or t."),
    "multiplier": ("INTEGER", "The value is per this many; 100 makes a percentage."),
    "unit": ("VARCHAR", "What the numerator counts: people, events or households."),
    "polarity": ("VARCHAR", "higher_is_better, lower_is_better or neutral."),
    "shorthand": (
        "VARCHAR",
        "No value: [c] confidential, [x] not yet available, [z] not applicable. [u]: few events.",
    ),
    "linkage_lower": (
        "DECIMAL(18,2)",
        "Lowest value over draws of the doubtful links, whole steps of rounding away.",
    ),
    "linkage_upper": (
        "DECIMAL(18,2)",
        "Highest value over draws of the doubtful links, whole steps of rounding away.",
    ),
    "linkage_rate": (
        "DECIMAL(5,4)",
        "Share of the period's records, and of a provider its own, linked to a person, in whole "
        "per cent; empty when withheld.",
    ),
    "coverage": (
        "DECIMAL(5,4)",
        "Share of the contracts in force, of a provider its own, reported on for the period.",
    ),
    "is_not_mature": ("BOOLEAN", "True when not every follow-up could be seen yet."),
    "disclosure_policy": ("VARCHAR", "The disclosure policy applied; see docs/disclosure.md."),
    "rounded_to": ("INTEGER", "Counts shown are rounded to this base."),
}

_LATEST_COLUMNS = {
    **_FIGURE_COLUMNS,
    "provider_name": ("VARCHAR", "Name of the provider; empty when the figure is about all."),
}

_SCORECARD_COLUMNS = {
    "provider_id": ("VARCHAR", "Which provider; see table provider."),
    "dataset": ("VARCHAR", "Which of its datasets; 'all' for all of them together."),
    "period_month": ("DATE", "First day of the month in which the reporting period ends."),
    "deliveries_expected": ("BIGINT", "Deliveries that were due for the month."),
    "deliveries_received": ("BIGINT", "Deliveries that came for it, refused and repaired as well."),
    "on_time_pct": ("INTEGER", "Due deliveries that came within the agreed days, per cent."),
    "worst_late_days": ("BIGINT", "Days the latest was late, or is while it has not come."),
    "completeness_pct": ("INTEGER", "Cells filled in, per cent of those promised."),
    "validity_pct": ("INTEGER", "Rows that kept every rule, per cent of those received."),
    "rejected_pct": ("INTEGER", "Rows refused or unreadable, per cent of those received."),
    "duplicates_pct": ("INTEGER", "Rows sent more than once, per cent of those that came."),
    "linkability_pct": (
        "INTEGER",
        "Records of people with enough identity to be joined with other services', per cent.",
    ),
    "deliveries_at_fault": ("BIGINT", "Deliveries refused or with rows held back."),
    "deliveries_mended": ("BIGINT", "How many of them a later delivery put right."),
    "correction_days": ("BIGINT", "Median days until that delivery."),
    "is_frequency_kept": ("BOOLEAN", "True when every delivery due came and could be used."),
    "is_latency_kept": ("BOOLEAN", "True when every one came within the agreed days."),
    "shorthand": (
        "VARCHAR",
        "Why there are no shares: [c] too few rows behind them, [z] nothing was received.",
    ),
}

TABLES: Mapping[str, Table] = MappingProxyType(
    {
        "figure": Table(
            "Every published figure: one row per indicator, period, area, provider and breakdown.",
            _FIGURE_COLUMNS,
        ),
        "judgement": Table(
            "What each figure says beside its benchmark, its like and its past; one row each.",
            JUDGEMENT_COLUMNS,
        ),
        "indicator": Table("What each indicator means.", INDICATOR_COLUMNS),
        "provider": Table(
            "Organisations that deliver services.",
            {
                "provider_id": ("VARCHAR", "Short name, as in table figure."),
                "provider_name": ("VARCHAR", "Full name."),
            },
        ),
        "area": Table(
            "The borough and its wards.",
            {
                "area_code": ("VARCHAR", "Code, as in table figure."),
                "area_name": ("VARCHAR", "Name."),
                "area_type": ("VARCHAR", "borough or ward."),
            },
        ),
        "scorecard": Table(
            "How providers keep what they promised to deliver: one row per provider, dataset and "
            "month.",
            _SCORECARD_COLUMNS,
        ),
        "revision": Table(
            "Every figure ever published and every revision of it, with reason and difference.",
            REVISION_COLUMNS,
        ),
        "correction": Table("Corrections that were declared, explained.", CORRECTION_COLUMNS),
        "release": Table(
            "This release; one row.",
            {
                "release": ("VARCHAR", "As-of date and the start of a hash of what it says."),
                "as_of_date": ("DATE", "Last day any provider had reported."),
                "disclosure_policy": ("VARCHAR", "The disclosure policy applied."),
                "figures": ("BIGINT", "Rows in table figure."),
                "withheld": ("BIGINT", "How many of them have no numbers."),
            },
        ),
    }
)

VIEWS: Mapping[str, Table] = MappingProxyType(
    {
        "latest_figures": Table(
            "Figures of each indicator's latest period, with providers' names.", _LATEST_COLUMNS
        ),
        "revision_triangle": Table(
            "Every indicator's totals in every release, against the first and the latest value.",
            TRIANGLE_COLUMNS,
        ),
    }
)

# The newest period of each indicator that is complete.
LATEST_FIGURES = """
create view latest_figures as
select
    figure.*,
    provider.provider_name
from figure
inner join (
    select indicator_id, max(period_from) as period_from
    from figure
    where not is_not_mature
    group by indicator_id
) as latest
    on figure.indicator_id = latest.indicator_id and figure.period_from = latest.period_from
left join provider on figure.provider_id = provider.provider_id
"""
