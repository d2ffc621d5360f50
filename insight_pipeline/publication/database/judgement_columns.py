"""Table judgement in words: its columns, their types and meanings.

Belongs here: what a column of a judgement means. Does not belong here: judging
(publication/judgement.py, publication/benchmarks.py).
"""

from __future__ import annotations

from insight_pipeline.publication.database.figure_columns import FIGURE_COLUMNS

JUDGEMENT_COLUMNS = {
    **{name: FIGURE_COLUMNS[name] for name in ("indicator_id", "period_from", "period_to")},
    **{name: FIGURE_COLUMNS[name] for name in ("area_code", "provider_id")},
    **{name: FIGURE_COLUMNS[name] for name in ("breakdown_type", "breakdown")},
    "compared_outcome": (
        "VARCHAR",
        "better, worse or similar to the benchmark (higher, lower or similar where neither is "
        "better), or not_compared: no benchmark, no limits, limits that are equal, a provider "
        "that has only just begun, or the figure is its benchmark.",
    ),
    "compare_method": (
        "VARCHAR",
        "ci_vs_value: better or worse when the 95 % interval lies wholly beyond the benchmark; "
        "funnel, for units: when the figure lies beyond the funnel's 95 % limits.",
    ),
    "benchmark_id": (
        "VARCHAR",
        "Whose value the benchmark is: the area whose total it is, or the name of the indicator's "
        "benchmark or target.",
    ),
    "benchmark_value": ("DECIMAL(18,4)", "Value compared with, in the unit of the figure."),
    "funnel_flag": (
        "VARCHAR",
        "Beyond a funnel limit around the area's total: High or Low, with the chance of it; empty "
        "where the figure is the total itself.",
    ),
    "funnel_method": (
        "VARCHAR",
        "Whose definition of a funnel: PHEindicatormethods, and widened by additive random effects "
        "where ten groups or more vary beyond chance.",
    ),
    "funnel_groups": (
        "INTEGER",
        "Groups with a published figure in this funnel; withheld ones are not in it.",
    ),
    "dispersion": (
        "DECIMAL(18,4)",
        "Mean square of the groups' scores, about 1 where only chance is at work; empty for fewer "
        "than ten groups, which cannot tell.",
    ),
    "tau_squared": (
        "DECIMAL(18,6)",
        "Variance between groups beyond chance by which the funnel is widened, of logarithms, of "
        "arcsines of roots for a proportion; empty where dispersion is.",
    ),
    "quintile": (
        "INTEGER",
        "Fifth of the areas by value: 1 worst to 5 best, or lowest to highest where neither is "
        "better. Only where at least 80 % of the period's areas, and 5, are ranked; without a "
        "published value, or for an isr on a basis below 20, an area is not.",
    ),
    "recent_trend": (
        "VARCHAR",
        "Of the latest period, over its last five years: increasing or decreasing for certain, "
        "NoChange, or CannotBeCalculated.",
    ),
    "spc_variation": (
        "VARCHAR",
        "common_cause, or the special cause this point is part of; empty for fewer than 12 points.",
    ),
    "spc_assurance": (
        "VARCHAR",
        "Target against the process limits: consistent_pass, consistent_fail or inconsistent.",
    ),
    "spc_mean": ("DECIMAL(18,2)", "Mean of the series."),
    "spc_lpl": ("DECIMAL(18,2)", "Lower process limit, mean - 2.66 average moving ranges."),
    "spc_upl": ("DECIMAL(18,2)", "Upper process limit, mean + 2.66 average moving ranges."),
}
