"""What stands beside the figures, in words: indicators, series, services, periods and caveats.

Belongs here: columns of those tables, their types and meanings. Does not belong here: how they are
filled (reference.py).
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
    "statistic": (
        "VARCHAR",
        "proportion, rate, dsr, isr, mean, median, weighted_proportion or count.",
    ),
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
    "role": (
        "VARCHAR",
        "Which part it plays on pages and tables made of it, such as served; empty if none.",
    ),
    "services": ("VARCHAR", "Services joined, separated by a comma and a space."),
    "caveats": ("VARCHAR", "What to bear in mind, one sentence after another."),
    "owner": ("VARCHAR", "Whom to ask."),
    "since_date": ("DATE", "From when on it is defined as it is."),
    "theme_code": ("VARCHAR", "Outcome theme it stands under, as a code."),
    "theme": ("VARCHAR", "That theme in words."),
}

SERIES_COLUMNS = {
    "series_id": (
        "VARCHAR",
        "indicator_id for the total, else indicator_id/breakdown_type/breakdown.",
    ),
    "indicator_id": ("VARCHAR", "Which indicator; see table indicator."),
    "area_code": ("VARCHAR", "Area the series is about; see table area."),
    "provider_id": ("VARCHAR", "Provider the series is about, or 'all'; see table provider."),
    "breakdown_type": (
        "VARCHAR",
        "total, area, provider, sex, age_band, or a kind that only this indicator has, as pathway.",
    ),
    "breakdown": ("VARCHAR", "Which group of that kind; 'all' for a total."),
    "label": ("VARCHAR", "Name of the area or provider, or the breakdown in words."),
    "points": ("BIGINT", "Figures in the series, one a period."),
    "shown": ("BIGINT", "How many of them have a value."),
    "first_period_from": ("DATE", "First day of its first period."),
    "last_period_from": ("DATE", "First day of its last period."),
}

SERVICE_COLUMNS = {
    "service_code": ("VARCHAR", "Short name of the service."),
    "service_title": ("VARCHAR", "What the service is called."),
    "provider_id": ("VARCHAR", "Who delivers it under this contract; see table provider."),
    "from_date": ("DATE", "First day of the contract."),
    "to_date": ("DATE", "Last day of the contract; empty while it has no end."),
    "annual_price_gbp": (
        "DECIMAL(18,2)",
        "Price of a year in pounds; 0 where it is paid for elsewhere.",
    ),
}

INDICATOR_SERVICE_COLUMNS = {
    "indicator_id": ("VARCHAR", "Which indicator; see table indicator."),
    "service_code": ("VARCHAR", "Which service it is about; see table service."),
    "service_title": ("VARCHAR", "What the service is called."),
    "role": (
        "VARCHAR",
        "index: where the cases begin; followed: looked at afterwards. A followed service other "
        "than the index one is a hand-off.",
    ),
}

PERIOD_COLUMNS = {
    "period_from": ("DATE", "First day of the period."),
    "period_to": ("DATE", "Last day of the period."),
    "period_type": ("VARCHAR", "quarter or financial_year."),
    "label": ("VARCHAR", "The period in words, such as 2025/26 Q2 (Jul to Sep) or 2024/25."),
}

CAVEAT_COLUMNS = {
    "indicator_id": ("VARCHAR", "Which indicator; see table indicator."),
    "caveat_no": ("INTEGER", "1, 2, 3 and so on within the indicator."),
    "caveat": ("VARCHAR", "What to bear in mind, or may not be concluded."),
}
