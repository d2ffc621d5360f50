"""Tables of indicators.duckdb that say what the figures are about.

Belongs here: rows from the indicators' headers, and tables made of the tables already copied in.
Does not belong here: copies of exported files (build.py), or what columns mean
(indicator_columns.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from insight_pipeline.indicators.header import IndicatorHeader

Headers = Mapping[str, IndicatorHeader]
Row = dict[str, object]

# Months are numbered from April: the quarters are those of the financial year.
_PERIOD = """
with
periods as (select distinct period_from, period_to from figure),

named as (
    select
        period_from,
        period_to,
        case
            when date_diff('day', period_from, period_to) > 300 then 'financial_year'
            else 'quarter'
        end as period_type,
        year(period_from) - case when month(period_from) < 4 then 1 else 0 end as first_year,
        (month(period_from) + 8) % 12 // 3 + 1 as quarter_no
    from periods
)

select
    period_from,
    period_to,
    period_type,
    first_year || '/' || right((first_year + 1)::varchar, 2) || case
        when period_type = 'quarter'
            then
                ' Q' || quarter_no || ' (' || strftime(period_from, '%b') || ' to '
                || strftime(period_to, '%b') || ')'
        else ''
    end as label
from named
order by period_from, period_to
"""

_SERIES = """
with
sexes as (
    select *
    from (values ('F', 'Female'), ('M', 'Male'), ('U', 'Sex not known')) as sex (code, label)
),

grouped as (
    select
        series_id,
        min(indicator_id) as indicator_id,
        min(area_code) as area_code,
        min(area_name) as area_name,
        min(provider_id) as provider_id,
        min(breakdown_type) as breakdown_type,
        min(breakdown) as breakdown,
        count(*) as points,
        count(value) as shown,
        min(period_from) as first_period_from,
        max(period_from) as last_period_from
    from figure
    group by series_id
)

select
    grouped.*,
    case grouped.breakdown_type
        when 'provider' then coalesce(provider.provider_name, grouped.breakdown)
        when 'sex' then coalesce(sexes.label, grouped.breakdown)
        when 'age_band'
            then
                'Aged ' || replace(replace(grouped.breakdown, '-', ' to '), '+', ' and over')
        when 'total' then grouped.area_name
        when 'area' then grouped.area_name
        else coalesce(breakdown.label, grouped.breakdown)
    end as label
from grouped
left join provider on grouped.provider_id = provider.provider_id
left join sexes on grouped.breakdown = sexes.code
left join breakdown
    on
        grouped.breakdown_type = breakdown.breakdown_type
        and grouped.breakdown = breakdown.breakdown
order by grouped.series_id
"""

# Table → SQL that makes it of tables that stand.
DERIVED = {"period": _PERIOD, "series": _SERIES}


def header_rows(
    headers: Headers, themes: Mapping[str, str], services: Mapping[str, str]
) -> dict[str, list[Row]]:
    """Table → its rows. themes and services: code → what it is called."""
    ordered = [(name, headers[name]) for name in sorted(headers)]
    return {
        "indicator": [_described(name, header, themes) for name, header in ordered],
        "caveat": [row for name, header in ordered for row in _caveats(name, header)],
        "indicator_service": [
            row for name, header in ordered for row in _services(name, header, services)
        ],
    }


def _described(name: str, header: IndicatorHeader, themes: Mapping[str, str]) -> Row:
    return {
        **header.model_dump(),
        "indicator_id": name,
        "standard_framework": header.standard.framework,
        "standard_id": header.standard.id,
        "benchmark_name": header.benchmark.name if header.benchmark else None,
        "benchmark_value": header.benchmark.value if header.benchmark else None,
        "benchmark_source": header.benchmark.source if header.benchmark else None,
        "target_name": header.target.name if header.target else None,
        "target_value": header.target.value if header.target else None,
        "target_source": header.target.source if header.target else None,
        "since_date": header.since,
        "services": ", ".join(header.services),
        "caveats": " ".join(header.caveats),
        "theme_code": header.theme,
        "theme": themes.get(header.theme, header.theme),
    }


def _caveats(name: str, header: IndicatorHeader) -> Iterator[Row]:
    for number, caveat in enumerate(header.caveats, start=1):
        yield {"indicator_id": name, "caveat_no": number, "caveat": caveat}


def _services(name: str, header: IndicatorHeader, titles: Mapping[str, str]) -> Iterator[Row]:
    """The service of the index event, and those followed; one may be both."""
    index, *_ = header.services
    for role, codes in (("index", (index,)), ("followed", header.followed_services)):
        for code in codes:
            yield {
                "indicator_id": name,
                "service_code": code,
                "service_title": titles.get(code, code),
                "role": role,
            }
