"""Tables vacuum and duplication_cost in words: their columns, their types and meanings.

Belongs here: what a column means. Does not belong here: how the tables are made of public figures
(publication/gaps.py).
"""

from __future__ import annotations

VACUUM_COLUMNS = {
    "need_code": ("VARCHAR", "Which need, as in breakdowns of the kind need."),
    "need": ("VARCHAR", "What it is called."),
    "service_code": ("VARCHAR", "Service meant to meet it; see table service."),
    "area_code": ("VARCHAR", "Ward of those in need; see table area."),
    "period_from": ("DATE", "First day of the financial year."),
    "period_to": ("DATE", "Last day of it."),
    "people_seen": ("BIGINT", "Needs seen, rounded; empty when withheld."),
    "people_met": ("BIGINT", "How many of them were met, rounded; empty when withheld."),
    "elsewhere_pct": (
        "DECIMAL(9,2)",
        "Share met in the rest of the borough, per cent, from the rounded counts; empty when "
        "withheld.",
    ),
    "is_flagged": (
        "BOOLEAN",
        "True when the ward's share is below gap_share of the rest's by more than chance, with the "
        "rounding held against it; empty when withheld.",
    ),
    "kind_code": (
        "VARCHAR",
        "Of what is flagged: never_reached, withdrawn or shrunk; empty where the year before is "
        "withheld.",
    ),
    "gap_share": ("DECIMAL(5,4)", "Below this share of what the rest gets, too few are reached."),
    "false_alarm_rate": ("DOUBLE", "Flags per ward and year where nothing is wrong, at most."),
    "shorthand": ("VARCHAR", "[c] where the counts are confidential, [x] not yet available."),
}
DUPLICATION_COST_COLUMNS = {
    "need_code": ("VARCHAR", "Which need was assessed."),
    "need": ("VARCHAR", "What it is called."),
    "period_from": ("DATE", "First day of the financial year."),
    "period_to": ("DATE", "Last day of it."),
    "duplicates": (
        "BIGINT",
        "Assessments that repeat another provider's: sum of the year's quarters as published; "
        "empty when one is withheld.",
    ),
    "unit_cost_low_gbp": ("DECIMAL(18,2)", "Least that one assessment may cost."),
    "unit_cost_gbp": ("DECIMAL(18,2)", "What one assessment is taken to cost."),
    "unit_cost_high_gbp": ("DECIMAL(18,2)", "Most that one assessment may cost."),
    "cost_low_gbp": ("DECIMAL(18,2)", "Duplicates x least cost; empty when withheld."),
    "cost_gbp": ("DECIMAL(18,2)", "Duplicates x cost taken; empty when withheld."),
    "cost_high_gbp": ("DECIMAL(18,2)", "Duplicates x most cost; empty when withheld."),
    "cost_source": ("VARCHAR", "Where the unit cost comes from."),
    "shorthand": ("VARCHAR", "[c] where a quarter is confidential, [x] not yet available."),
}
