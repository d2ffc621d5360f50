"""Table scorecard in words: its columns, their types and meanings.

Belongs here: what a column of the scorecard means. Does not belong here: what of it may be shown
(publication/scorecard.py).
"""

from __future__ import annotations

SCORECARD_COLUMNS = {
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
    "figures_revised": (
        "BIGINT",
        "Published figures of the provider that late or corrected data changed, in the releases "
        "whose data reach this month and no later one here; of all its datasets together.",
    ),
    "revision_pct": (
        "DECIMAL(9,1)",
        "Median size of these changes, per cent of the value before.",
    ),
    "shorthand": (
        "VARCHAR",
        "Why there are no shares: [c] too few rows behind them, [z] nothing was received.",
    ),
}
