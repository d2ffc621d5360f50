"""Table figure in words: its columns, their types and meanings.

Belongs here: what a column of a figure means. Does not belong here: what a figure is held against
(judgement_columns.py), or how the table is filled (marks.py, export.py).
"""

from __future__ import annotations

FIGURE_COLUMNS = {
    "indicator_id": ("VARCHAR", "Which indicator; see table indicator."),
    "title": ("VARCHAR", "Title of the indicator."),
    "period_from": ("DATE", "First day of the period."),
    "period_to": ("DATE", "Last day of the period."),
    "area_code": ("VARCHAR", "Area the figure is about; see table area."),
    "area_name": ("VARCHAR", "Name of that area."),
    "provider_id": ("VARCHAR", "Provider the figure is about, or 'all'; see table provider."),
    "breakdown_type": (
        "VARCHAR",
        "total, area, provider, sex, age_band, or a kind that only this indicator has, as pathway.",
    ),
    "breakdown": ("VARCHAR", "Which group of that kind; 'all' for a total."),
    "numerator": ("BIGINT", "Rounded count above the line; empty when withheld."),
    "denominator": ("BIGINT", "Rounded count below the line; empty when withheld."),
    "basis": (
        "DECIMAL(18,4)",
        "What the numerator is divided by: denominator, expected number, population or answers, "
        "rounded.",
    ),
    "value": (
        "DECIMAL(18,2)",
        "Numerator / basis x multiplier, all as shown here, or a median; empty when withheld.",
    ),
    "lower95": ("DECIMAL(18,2)", "Lower 95 % confidence limit."),
    "upper95": ("DECIMAL(18,2)", "Upper 95 % confidence limit."),
    "lower998": ("DECIMAL(18,2)", "Lower 99.8 % confidence limit."),
    "upper998": ("DECIMAL(18,2)", "Upper 99.8 % confidence limit."),
    "statistic": (
        "VARCHAR",
        "proportion, rate, dsr, isr, mean, median, weighted_proportion or count.",
    ),
    "ci_method": ("VARCHAR", "Interval method: Wilson, Byars, Exact, Dobson, t or Order."),
    "multiplier": ("INTEGER", "The value is per this many; 100 makes a percentage."),
    "unit": ("VARCHAR", "What the numerator counts: people, events or households."),
    "polarity": ("VARCHAR", "higher_is_better, lower_is_better or neutral."),
    "shorthand": (
        "VARCHAR",
        "Without a value: [c] confidential, [x] not yet available, [z] not applicable. With one: "
        "[low] more than 0 though shown as 0, [u] few events, [p] provisional, [b] break in the "
        "series: a service changed hands. [r] revised: see latest_figures, trend and revision.",
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
    "series_id": ("VARCHAR", "Series the figure is a point of; see table series."),
    "is_not_comparable": (
        "BOOLEAN",
        "True of a provider, or pair of providers, that has only just begun: its figures are not "
        "judged beside others yet; see table contract_change.",
    ),
}
