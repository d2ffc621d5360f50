"""Table macros of indicators.duckdb: questions that take an argument, or none.

Belongs here: the macros' SQL, in words that every DuckDB since 1.0 understands. Does not belong
here: what their columns mean (macro_columns.py), or questions made of them (questions/). Parameters
have no types: the storage version knows none. No column read in a macro is called as its parameter.
"""

from __future__ import annotations

from insight_pipeline.publication.database.marks import SERIES_ID

_TREND = """
create macro trend(series) as table
select
    period.label as period,
    shown.period_from,
    shown.period_to,
    shown.numerator,
    shown.denominator,
    shown.value,
    shown.lower95,
    shown.upper95,
    shown.shorthand,
    judgement.compared_outcome,
    judgement.recent_trend,
    judgement.spc_variation,
    judgement.spc_assurance,
    judgement.spc_mean,
    judgement.spc_lpl,
    judgement.spc_upl
from marked_figures as shown
inner join period on shown.period_from = period.period_from and shown.period_to = period.period_to
left join judgement
    on
        shown.indicator_id = judgement.indicator_id
        and shown.period_from = judgement.period_from
        and shown.period_to = judgement.period_to
        and shown.area_code = judgement.area_code
        and shown.provider_id = judgement.provider_id
        and shown.breakdown_type = judgement.breakdown_type
        and shown.breakdown = judgement.breakdown
where shown.series_id = series
order by shown.period_from
"""

_COMPARE_PROVIDERS = """
create macro compare_providers(indicator) as table
with
complete as (
    select * from marked_figures where indicator_id = indicator and not is_not_mature
),

latest as (
    select max(period_from) as period_from from complete where breakdown_type = 'provider'
),

totals as (select period_from, value as total_value from complete where breakdown_type = 'total')

select
    complete.provider_id,
    provider.provider_name,
    period.label as period,
    complete.period_from,
    complete.period_to,
    complete.numerator,
    complete.denominator,
    complete.value,
    complete.lower95,
    complete.upper95,
    complete.shorthand,
    totals.total_value,
    judgement.compared_outcome,
    judgement.funnel_flag,
    complete.linkage_rate,
    complete.coverage
from complete
inner join latest on complete.period_from = latest.period_from
inner join period
    on complete.period_from = period.period_from and complete.period_to = period.period_to
left join totals on complete.period_from = totals.period_from
left join provider on complete.provider_id = provider.provider_id
left join judgement
    on
        complete.indicator_id = judgement.indicator_id
        and complete.period_from = judgement.period_from
        and complete.period_to = judgement.period_to
        and complete.breakdown_type = judgement.breakdown_type
        and complete.breakdown = judgement.breakdown
where complete.breakdown_type = 'provider'
order by complete.provider_id
"""

_WHAT_CHANGED = f"""
create macro what_changed() as table
select
    case
        when revision.status = 'withdrawn' then 'withdrawn'
        when revision.reason_code = 'first' then 'new'
        when revision.value is null and revision.previous_value is not null then 'no longer shown'
        when revision.value is not null and revision.previous_value is null then 'now shown'
        when revision.value is null then 'still not shown'
        when revision.value <> revision.previous_value then 'revised'
        else 'same value'
    end as change,
    {SERIES_ID.format(figure="revision")} as series_id,
    revision.indicator_id,
    indicator.title,
    coalesce(period.label, revision.period_from || ' to ' || revision.period_to) as period,
    revision.period_from,
    revision.period_to,
    revision.previous_value,
    revision.value,
    revision.difference,
    revision.shorthand,
    revision.status,
    revision.reason_code,
    revision.explanation
from revision
left join indicator on revision.indicator_id = indicator.indicator_id
left join period
    on revision.period_from = period.period_from and revision.period_to = period.period_to
where
    revision.release = (select max(release) from release)
    and (select count(distinct release) from revision) > 1
order by revision.indicator_id, revision.period_from, series_id
"""

_CAVEATS = """
create macro caveats(indicator) as table
with
complete as (
    select * from figure where indicator_id = indicator and not is_not_mature
),

latest as (
    select *
    from complete
    where period_from = (select max(complete.period_from) from complete)
),

facts as (
    select
        count(*) as figures,
        count(*) filter (where shorthand = '[c]') as withheld,
        max(linkage_rate) filter (where breakdown_type = 'total') as linkage_rate,
        max(coverage) filter (where breakdown_type = 'total') as coverage
    from latest
),

provisional as (
    select count(distinct period_from) as periods
    from complete
    where contains(shorthand, '[p]')
),

said as (
    select 1 as place, caveat.caveat_no, 'definition' as about, caveat.caveat
    from caveat
    where caveat.indicator_id = indicator
    union all
    select
        2, 1, 'withheld',
        withheld || ' of ' || figures || ' figures of the latest period are withheld: nothing '
        || 'can be concluded about them, nor from what is left over'
    from facts
    where withheld > 0
    union all
    select
        3, 1, 'provisional',
        'Figures of ' || periods || ' of the latest periods are provisional and can still change'
    from provisional
    where periods > 0
    union all
    select
        4, 1, 'linkage',
        round(100 * linkage_rate)::integer
        || ' % of the records of the latest period could be linked to a person'
    from facts
    where linkage_rate is not null
    union all
    select
        5, 1, 'coverage',
        'For the latest period ' || round(100 * coverage)::integer
        || ' % of the contracts in force were reported on'
    from facts
    where coverage < 1
)

select
    row_number() over (order by said.place, said.caveat_no)::integer as caveat_no,
    said.about,
    said.caveat
from said
order by said.place, said.caveat_no
"""

# In the order in which they are made.
MACRO_SQL = (_TREND, _COMPARE_PROVIDERS, _WHAT_CHANGED, _CAVEATS)
