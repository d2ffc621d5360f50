"""ODCS library metrics: what each counts, and whether a count keeps its limit.

Belongs here: the five metrics as predicates over a row, and the eight comparisons. Does not belong
here: reading them from YAML (odcs_metric.py).
"""

from __future__ import annotations

from decimal import Decimal

from insight_pipeline.contracts.promise.cell import checked_pattern, shares
from insight_pipeline.contracts.promise.contract import Limit, Metric
from insight_pipeline.sql.engines.duckdb import identifier, literal

# A broken limit of one of these says that too many rows were counted: those rows are listed.
UPPER_LIMITS = ("mustBe", "mustBeLessThan", "mustBeLessOrEqualTo", "mustBeBetween")


def counted_by(metric: Metric) -> str:
    """SQL that is true for each row a metric other than rowCount counts."""
    if metric.metric == "duplicateValues":
        return shares(metric.columns)
    return " or ".join(f"({_cell_counted(metric, identifier(name))})" for name in metric.columns)


def _cell_counted(metric: Metric, cell: str) -> str:
    if metric.metric == "nullValues":
        return f"{cell} is null"
    listed = ", ".join(literal(value) for value in metric.values if value is not None)
    if metric.metric == "missingValues":
        # A blank cell is empty before any rule sees it, so '' and null are one here.
        missing = None in metric.values or "" in metric.values
        parts = [f"{cell} is null"] if missing else []
        return " or ".join([*parts, f"{cell} in ({listed or literal('')})"])
    parts = [f"{cell} not in ({listed})"] if listed else []
    if metric.pattern is not None:
        pattern = literal(checked_pattern(metric.pattern, metric.code))
        parts.append(f"not regexp_full_match({cell}, {pattern})")
    return f"{cell} is not null and ({' or '.join(parts)})"


def keeps(limit: Limit, counted: int, rows: int) -> bool:
    """Whether a count keeps its limit; a share of no rows is 0 %. `between` includes its ends."""
    value = Decimal(counted)
    if limit.percent:
        value = Decimal(100) * counted / rows if rows else Decimal(0)
    first, last = limit.values[0], limit.values[-1]
    return {
        "mustBe": value == first,
        "mustNotBe": value != first,
        "mustBeGreaterThan": value > first,
        "mustBeGreaterOrEqualTo": value >= first,
        "mustBeLessThan": value < first,
        "mustBeLessOrEqualTo": value <= first,
        "mustBeBetween": first <= value <= last,
        "mustNotBeBetween": not first <= value <= last,
    }[limit.operator]
