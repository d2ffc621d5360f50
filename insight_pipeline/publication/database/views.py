"""Views of indicators.duckdb: figures as readers want them, and the triangle of revisions.

Belongs here: the views' SQL, in words that every DuckDB since 1.0 understands. Does not belong
here: what their columns mean (dictionary.py), or questions that take an argument (macros.py).
"""

from __future__ import annotations

# [p] and what else follows from the figures as they are now stands in `shorthand` already. Whether
# a figure was revised only the releases before tell: it stands in no CSV, whose bytes and with them
# the release's name depend on the data alone, and is put beside the other marks here.
MARKED_FIGURES = """
create view marked_figures as
with
newest as (
    select
        indicator_id, period_from, period_to, area_code, provider_id, breakdown_type, breakdown,
        max(revision_no) as revision_no
    from revision
    group by
        indicator_id, period_from, period_to, area_code, provider_id, breakdown_type, breakdown
),

revised as (
    select revision.*
    from revision
    inner join newest using (
        indicator_id, period_from, period_to, area_code, provider_id, breakdown_type, breakdown,
        revision_no
    )
    where revision.status = 'revised' and revision.value is not null
)

select
    figure.* replace (
        nullif(
            concat(figure.shorthand, case when revised.indicator_id is not null then '[r]' end), ''
        ) as shorthand
    )
from figure
left join revised using (
    indicator_id, period_from, period_to, area_code, provider_id, breakdown_type, breakdown
)
"""

# The newest period of each indicator that is complete: while somebody's data are missing it grows
# old, and says whom it waits for.
LATEST_FIGURES = """
create view latest_figures as
with
late as (
    select distinct indicator_service.indicator_id, provider.provider_name
    from reporting
    inner join indicator_service on reporting.service_code = indicator_service.service_code
    inner join provider on reporting.provider_id = provider.provider_id
    where reporting.is_overdue
),

waiting as (
    select indicator_id, string_agg(provider_name, ', ' order by provider_name) as waits_for
    from late
    group by indicator_id
)

select
    marked_figures.*,
    provider.provider_name,
    (release.as_of_date - marked_figures.period_to)::integer as age_days,
    waiting.waits_for
from marked_figures
cross join (select as_of_date from release) as release
inner join (
    select indicator_id, max(period_from) as period_from
    from figure
    where not is_not_mature
    group by indicator_id
) as latest
    on
        marked_figures.indicator_id = latest.indicator_id
        and marked_figures.period_from = latest.period_from
left join provider on marked_figures.provider_id = provider.provider_id
left join waiting on marked_figures.indicator_id = waiting.indicator_id
"""

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

# A share of spend that is not there has no size: a credit note can make a quarter come to nothing.
SPEND_UNSEEN = """
create view spend_unseen as
select
    theme_code,
    period_from,
    period_to,
    sum(amount_gbp)::decimal(18, 2) as amount_gbp,
    coalesce(sum(amount_gbp) filter (where not is_outcome_seen), 0)::decimal(18, 2) as unseen_gbp,
    (
        coalesce(sum(amount_gbp) filter (where not is_outcome_seen), 0) * 1e0
        / nullif(sum(amount_gbp), 0)
    )::decimal(5, 4) as unseen_share
from spend
group by theme_code, period_from, period_to
order by theme_code, period_from
"""

# In the order in which they are made.
VIEW_SQL = (MARKED_FIGURES, LATEST_FIGURES, REVISION_TRIANGLE, SPEND_UNSEEN)
