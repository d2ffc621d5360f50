"""Tables spend and unit_cost, and view spend_unseen, in words: columns, their types and meanings.

Belongs here: what a column means. Does not belong here: how it is made (publication/spending).
"""

from __future__ import annotations

THEME_COLUMNS = {
    "theme_code": ("VARCHAR", "Code, as in tables indicator and spend."),
    "theme": ("VARCHAR", "What the outcome theme is called."),
}
SPEND_COLUMNS = {
    "theme_code": ("VARCHAR", "Outcome theme the share goes to; see table theme."),
    "service_code": ("VARCHAR", "Service paid for; see table service."),
    "provider_id": ("VARCHAR", "Provider paid; see table provider."),
    "period_from": ("DATE", "First day of the quarter."),
    "period_to": ("DATE", "Last day of the quarter."),
    "amount_gbp": ("DECIMAL(18,2)", "The theme's share of the contract payments, in pounds."),
    "is_outcome_seen": (
        "BOOLEAN",
        "True when a complete, shown figure says what came of this service in this theme then.",
    ),
}
UNIT_COST_COLUMNS = {
    "kind": ("VARCHAR", "person_served, or outcome: what the spend is divided by."),
    "service_code": ("VARCHAR", "Service whose spend it is; several are joined by commas."),
    "indicator_id": ("VARCHAR", "Indicator that counts the people or outcomes."),
    "theme_code": (
        "VARCHAR",
        "Outcome theme of the indicator; empty for people, who are counted by service alone.",
    ),
    "period_from": ("DATE", "First day of the period."),
    "period_to": ("DATE", "Last day of the period."),
    "amount_gbp": ("DECIMAL(18,2)", "Contract payments for the service in the period, in pounds."),
    "count_shown": ("BIGINT", "People served or outcomes achieved, rounded as in table figure."),
    "unit_cost_gbp": ("DECIMAL(18,2)", "amount_gbp / count_shown; empty where that is withheld."),
    "lower95": ("DECIMAL(18,2)", "Lower 95 % limit, for chance and for the rounding of the count."),
    "upper95": ("DECIMAL(18,2)", "Upper 95 % limit; empty where the count may be 0."),
    "shorthand": ("VARCHAR", "Why there is no cost, or what to bear in mind; as in table figure."),
    "note": ("VARCHAR", "What the cost is, and what it is not."),
}
SPEND_UNSEEN_COLUMNS = {
    "theme_code": ("VARCHAR", "Outcome theme; see table theme."),
    "period_from": ("DATE", "First day of the quarter."),
    "period_to": ("DATE", "Last day of the quarter."),
    "amount_gbp": ("DECIMAL(18,2)", "Spend of the theme in the quarter, in pounds."),
    "unseen_gbp": ("DECIMAL(18,2)", "How much of it has no outcome that can be seen yet."),
    "unseen_share": ("DECIMAL(5,4)", "The same as a share, 0 to 1."),
}
