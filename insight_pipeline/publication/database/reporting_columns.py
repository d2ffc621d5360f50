"""Table reporting in words: its columns, their types and meanings.

Belongs here: what a column says of how far data reach. Does not belong here: how it is reckoned
(publication/reporting.py).
"""

from __future__ import annotations

REPORTING_COLUMNS = {
    "service_code": ("VARCHAR", "Which service; see table service."),
    "provider_id": ("VARCHAR", "Who delivers it, or did; see table provider."),
    "last_reported_date": (
        "DATE",
        "Last day on which its last good delivery reports; empty where none was ever received.",
    ),
    "age_days": ("INTEGER", "Days from that day to the last day any provider had reported."),
    "missing_from_date": (
        "DATE",
        "First day under contract that it has not reported; figures of periods with that day are "
        "not shown [x]. Empty where nothing is missing.",
    ),
    "due_date": ("DATE", "By when that day was to be reported, as agreed."),
    "is_overdue": ("BOOLEAN", "True when that was before the last day any provider had reported."),
    "state": (
        "VARCHAR",
        "complete; awaited or overdue, where nothing came for that day; or what became of what "
        "came: refused, held until somebody approves it, or engine_error: our own checks failed, "
        "which is not the provider's fault.",
    ),
}
# Besides the figure's own, what latest_figures says of how old it is.
AGE_COLUMNS = {
    "age_days": (
        "INTEGER",
        "Days from the period's last day to the last day any provider had reported.",
    ),
    "waits_for": (
        "VARCHAR",
        "Providers, by name, whose overdue data keep newer periods of this indicator from being "
        "shown; empty where none does.",
    ),
}
