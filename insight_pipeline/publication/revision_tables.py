"""The public ledger in words: tables revision and correction, and the triangle over them.

Belongs here: columns, their types and meanings, and the view's SQL. Does not belong here: filling
them (revisions.py, tables.py).
"""

from __future__ import annotations

KEY_COLUMNS = {
    "indicator_id": ("VARCHAR", "Which indicator; see table indicator."),
    "period_from": ("DATE", "First day of the period."),
    "period_to": ("DATE", "Last day of the period."),
    "area_code": ("VARCHAR", "Area the figure is about; see table area."),
    "provider_id": ("VARCHAR", "Provider the figure is about, or 'all'; see table provider."),
    "breakdown_type": ("VARCHAR", "total, area, provider, sex or age_band."),
    "breakdown": ("VARCHAR", "Which area, provider, sex or age band; 'all' for a total."),
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

# Every release in which anything was revised, for every total from its first release on.
REVISION_TRIANGLE = """
create view revision_triangle as
with
releases as (select distinct release_no, release, as_of_date from revision),

totals as (select * from revision where breakdown_type = 'total'),

placed as (
    select
        totals.indicator_id,
        totals.period_from,
        totals.period_to,
        totals.area_code,
        totals.provider_id,
        totals.breakdown_type,
        totals.breakdown,
        releases.release_no,
        releases.release,
        releases.as_of_date,
        totals.revision_no,
        totals.status,
        totals.value,
        row_number() over (
            partition by
                totals.indicator_id, totals.period_from, totals.period_to, totals.area_code,
                totals.provider_id, totals.breakdown, releases.release_no
            order by totals.revision_no desc
        ) as place
    from totals
    inner join releases on totals.release_no <= releases.release_no
),

shown as (select * from placed where place = 1),

firsts as (
    select
        indicator_id, period_from, period_to, area_code, provider_id, breakdown,
        min(revision_no) as revision_no
    from totals
    where value is not null
    group by indicator_id, period_from, period_to, area_code, provider_id, breakdown
),

latest as (select * from shown where release_no = (select max(release_no) from releases))

select
    shown.indicator_id,
    shown.period_from,
    shown.period_to,
    shown.area_code,
    shown.provider_id,
    shown.breakdown_type,
    shown.breakdown,
    shown.release_no,
    shown.release,
    shown.as_of_date,
    shown.revision_no,
    shown.status,
    totals.value as first_value,
    shown.value,
    latest.value as latest_value,
    (shown.value - totals.value)::decimal(18, 2) as difference_from_first,
    (latest.value - shown.value)::decimal(18, 2) as difference_to_latest
from shown
inner join latest using (indicator_id, period_from, period_to, area_code, provider_id, breakdown)
left join firsts using (indicator_id, period_from, period_to, area_code, provider_id, breakdown)
left join totals
    on
        firsts.indicator_id = totals.indicator_id
        and firsts.period_from = totals.period_from
        and firsts.period_to = totals.period_to
        and firsts.area_code = totals.area_code
        and firsts.provider_id = totals.provider_id
        and firsts.breakdown = totals.breakdown
        and firsts.revision_no = totals.revision_no
"""
