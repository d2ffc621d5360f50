"""The public ledger in words: tables revision and correction, and the triangle over them.

Belongs here: columns, their types and meanings. Does not belong here: filling them
(publication/revisions.py), or the view's SQL (views.py).
"""

from __future__ import annotations

KEY_COLUMNS = {
    "indicator_id": ("VARCHAR", "Which indicator; see table indicator."),
    "period_from": ("DATE", "First day of the period."),
    "period_to": ("DATE", "Last day of the period."),
    "area_code": ("VARCHAR", "Area the figure is about; see table area."),
    "provider_id": ("VARCHAR", "Provider the figure is about, or 'all'; see table provider."),
    "breakdown_type": (
        "VARCHAR",
        "total, area, provider, sex, age_band, or a kind that only this indicator has, as pathway.",
    ),
    "breakdown": ("VARCHAR", "Which group of that kind; 'all' for a total."),
}

REVISION_COLUMNS = {
    **KEY_COLUMNS,
    "revision_no": ("INTEGER", "1 for the figure as first published, then 2, 3 and so on."),
    "release_no": ("INTEGER", "Releases counted in the order in which they were made."),
    "release": ("VARCHAR", "The release that published it."),
    "as_of_date": ("DATE", "Last day any provider had reported by then."),
    "status": ("VARCHAR", "provisional, final, revised or withdrawn."),
    "reason_code": (
        "VARCHAR",
        "Why it changed: first, late_data, error, method, linkage, contract_change, disclosure.",
    ),
    "numerator": ("BIGINT", "Rounded count above the line; empty when withheld."),
    "denominator": ("BIGINT", "Rounded count below the line; empty when withheld."),
    "value": ("DECIMAL(18,2)", "The figure as published in that release."),
    "lower95": ("DECIMAL(18,2)", "Lower 95 % confidence limit."),
    "upper95": ("DECIMAL(18,2)", "Upper 95 % confidence limit."),
    "shorthand": (
        "VARCHAR",
        "Why there is no value: [c] confidential, [x] not yet available, [z] not applicable.",
    ),
    "previous_value": ("DECIMAL(18,2)", "Value of the revision before; empty if it showed none."),
    "difference": ("DECIMAL(18,2)", "Value less previous value; empty unless both are shown."),
    "explanation": ("VARCHAR", "What was corrected, where a correction was declared."),
}

CORRECTION_COLUMNS = {
    "indicator_id": ("VARCHAR", "Which indicator; see table indicator."),
    "period_from": ("DATE", "First day of the periods corrected."),
    "period_to": ("DATE", "Last day of the periods corrected."),
    "declared_date": ("DATE", "Day on which the correction was declared."),
    "reason_code": ("VARCHAR", "error, late_data, method, linkage or contract_change."),
    "explanation": ("VARCHAR", "What was wrong and what was done."),
    "release": ("VARCHAR", "Release that shows it, where it was declared after that release."),
}

TRIANGLE_COLUMNS = {
    **KEY_COLUMNS,
    "release_no": ("INTEGER", "Releases counted in the order in which they were made."),
    "release": ("VARCHAR", "A release that gave the figure."),
    "as_of_date": ("DATE", "Last day any provider had reported by then."),
    "revision_no": ("INTEGER", "Which revision of the figure stood in that release."),
    "status": ("VARCHAR", "provisional, final, revised or withdrawn, in that release."),
    "first_value": ("DECIMAL(18,2)", "The first value that was ever published of the figure."),
    "value": ("DECIMAL(18,2)", "The figure in that release; empty when it had no value."),
    "latest_value": ("DECIMAL(18,2)", "The figure in the newest release."),
    "difference_from_first": ("DECIMAL(18,2)", "Value less first value."),
    "difference_to_latest": ("DECIMAL(18,2)", "Latest value less value."),
}
