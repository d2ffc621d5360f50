"""The public table indicator in words: its columns, their types and meanings.

Belongs here: what of an indicator's header is published. Does not belong here: filling the table
(tables.py).
"""

from __future__ import annotations

INDICATOR_COLUMNS = {
    "indicator_id": ("VARCHAR", "Short name, as in table figure."),
    "title": ("VARCHAR", "Title."),
    "question": ("VARCHAR", "The question it answers."),
    "definition": ("VARCHAR", "What is counted, out of what."),
    "cohort": ("VARCHAR", "Who or what is in the denominator."),
    "index_date": ("VARCHAR", "The day from which time is counted."),
    "window_days": ("INTEGER", "Days each case is followed; 0 when it is not followed."),
    "unit": ("VARCHAR", "people, events or households."),
    "statistic": ("VARCHAR", "proportion, rate, dsr, isr, mean or count."),
    "multiplier": ("INTEGER", "The value is per this many."),
    "polarity": ("VARCHAR", "higher_is_better, lower_is_better or neutral."),
    "period": ("VARCHAR", "quarter or financial_year."),
    "standard_framework": ("VARCHAR", "Framework of the measure it follows or is modelled on."),
    "standard_id": ("VARCHAR", "Id of that measure in its framework."),
    "minimum_maturity_days": (
        "INTEGER",
        "Days after a period's end before its figures may be final.",
    ),
    "benchmark_name": (
        "VARCHAR",
        "What the borough's total is compared with, if there is anything; else it is the target.",
    ),
    "benchmark_value": ("DECIMAL(18,4)", "Its value, in the unit of the figures."),
    "benchmark_source": ("VARCHAR", "Where it was published."),
    "target_name": ("VARCHAR", "Whose target there is for the borough's total, if anybody's."),
    "target_value": ("DECIMAL(18,4)", "Value to reach, in the unit of the figures; empty if none."),
    "target_source": ("VARCHAR", "Where it is stated."),
    "services": ("VARCHAR", "Services joined, separated by a comma and a space."),
    "caveats": ("VARCHAR", "What to bear in mind, one sentence after another."),
    "owner": ("VARCHAR", "Whom to ask."),
    "since_date": ("DATE", "From when on it is defined as it is."),
}
