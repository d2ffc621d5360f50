"""Service vacuums and the cost of duplicated assessments, from what is already public.

Belongs here: the temp tables `public_vacuum` and `public_duplication_cost`. Does not belong here:
the unsuppressed judgement (journeys/fct_service_vacuum.sql). Only `public_figure`, needs.yaml and
names are read: both tables are arithmetic that any reader could do. Rounding is held against a
flag: as many met, and as few seen, as the rounded counts allow. Few people met are withheld, so
what is publicly flagged is not all there is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import duckdb

from insight_pipeline.indicators.header import IndicatorHeader
from insight_pipeline.indicators.roles import Role, of_role
from insight_pipeline.kernel.errors import Fault, raise_all
from insight_pipeline.publication.database.gap_columns import (
    DUPLICATION_COST_COLUMNS,
    VACUUM_COLUMNS,
)
from insight_pipeline.publication.database.table import Columns
from insight_pipeline.publication.disclosure.public import PUBLIC_TABLE
from insight_pipeline.sql.engines.duckdb import kind_of

PUBLIC_VACUUM = "public_vacuum"
PUBLIC_DUPLICATION_COST = "public_duplication_cost"
NEEDS = "reference.need"

_VACUUM = f"""
with
wards as (
    select
        needs.need_code,
        needs.title as need,
        needs.to_service_code as service_code,
        needs.gap_share,
        needs.remnant_share,
        needs.fewest_people,
        needs.chance,
        areas.area_code,
        public.period_from,
        public.period_to,
        public.numerator as people_met,
        public.denominator as people_seen,
        public.rounded_to // 2 as slack,
        whole.numerator - public.numerator as rest_met,
        whole.denominator - public.denominator as rest_seen,
        public.shorthand
    from {PUBLIC_TABLE} as public
    inner join {NEEDS} as needs
        on starts_with(public.breakdown, needs.need_code || '_in_')
    inner join core.dim_area as areas
        on public.breakdown = needs.need_code || '_in_' || areas.area_code
    left join {PUBLIC_TABLE} as whole
        on
            whole.indicator_id = public.indicator_id
            and whole.period_from = public.period_from
            and whole.breakdown_type = 'need'
            and whole.breakdown = needs.need_code
    where public.indicator_id = $indicator_id and public.breakdown_type = 'need_area'
),

compared as (
    select
        *,
        case when rest_met between 0 and rest_seen then rest_met * 1e0 / nullif(rest_seen, 0) end
            as elsewhere,
        least(people_met + slack, people_seen) as most_met,
        greatest(people_seen - slack, least(people_met + slack, people_seen)) as fewest_seen
    from wards
),

judged as (
    select
        *,
        people_met < gap_share * people_seen * elsewhere as is_short,
        people_seen >= fewest_people
        and most_met < gap_share * fewest_seen * elsewhere
        and binomial_lower_tail(most_met, fewest_seen, gap_share::double * elsewhere) <= chance
            as is_flagged
    from compared
),

placed as (
    select
        *,
        lag(is_short) over in_order as was_short,
        row_number() over in_order as place
    from judged
    window in_order as (partition by need_code, area_code order by period_from)
)

select
    * exclude (chance),
    100 * elsewhere as elsewhere_pct,
    case
        when is_flagged and (place = 1 or was_short) then 'never_reached'
        when is_flagged and not was_short
            then
                case
                    when people_met < remnant_share * people_seen * elsewhere then 'withdrawn'
                    else 'shrunk'
                end
    end as kind_code,
    chance as false_alarm_rate
from placed
order by need_code, area_code, period_from
"""

_COST = f"""
with
years as (
    select
        breakdown as need_code,
        financial_year_start(period_from) as period_from,
        financial_year_end(period_from) as period_to,
        case when count(*) = count(numerator) then sum(numerator) end::bigint as duplicates,
        max(shorthand) filter (where numerator is null) as shorthand
    from {PUBLIC_TABLE}
    where indicator_id = $indicator_id and breakdown_type = 'need'
    group by all
    having count(*) = 4
)

select
    years.*,
    needs.title as need,
    needs.cost_low_gbp as unit_cost_low_gbp,
    needs.cost_central_gbp as unit_cost_gbp,
    needs.cost_high_gbp as unit_cost_high_gbp,
    years.duplicates * needs.cost_low_gbp as cost_low_gbp,
    years.duplicates * needs.cost_central_gbp as cost_gbp,
    years.duplicates * needs.cost_high_gbp as cost_high_gbp,
    needs.cost_source
from years
inner join {NEEDS} as needs on years.need_code = needs.need_code
order by years.need_code, years.period_from
"""


_TOLD = f"""
select count(*)
from {PUBLIC_VACUUM}
where
    shorthand in ('[c]', '[x]')
    and coalesce(people_seen, people_met, elsewhere_pct, is_flagged::integer, length(kind_code))
    is not null
"""


def make_gaps(
    connection: duckdb.DuckDBPyConnection, headers: Mapping[str, IndicatorHeader]
) -> None:
    """Make `public_vacuum` and `public_duplication_cost` from the temp table `public_figure`.

    Read besides: reference.need and core.dim_area; of `headers` the role. Both are empty where the
    warehouse knows no needs, and each where no indicator plays its role. The macros of functions/
    must be installed.
    """
    _empty(connection, PUBLIC_VACUUM, VACUUM_COLUMNS)
    _empty(connection, PUBLIC_DUPLICATION_COST, DUPLICATION_COST_COLUMNS)
    if kind_of(connection, NEEDS) is None:
        return
    for role, query, table, columns in (
        (Role.NEEDS_MET_BY_AREA, _VACUUM, PUBLIC_VACUUM, VACUUM_COLUMNS),
        (Role.DUPLICATED, _COST, PUBLIC_DUPLICATION_COST, DUPLICATION_COST_COLUMNS),
    ):
        names = ", ".join(columns)
        connection.execute(
            f"insert into {table} by name select {names} from ({query})",
            {"indicator_id": of_role(headers, role)},
        )
    raise_all(gate(connection))


def gate(connection: duckdb.DuckDBPyConnection) -> Iterable[Fault]:
    """What `public_vacuum` says of figures that are withheld: nothing, or it is not published."""
    told = connection.execute(_TOLD).fetchall()[0][0]
    if told:
        yield Fault(
            where="publication: vacuum gate",
            expected="a withheld figure is neither judged nor counted",
            found=f"{told} wards and needs that break this",
            consequence="nothing is published, the last release stays",
            next_step="correct insight_pipeline/publication/gaps.py; do not bypass it",
        )


def _empty(connection: duckdb.DuckDBPyConnection, table: str, columns: Columns) -> None:
    typed = ", ".join(f"{name} {kind}" for name, (kind, _) in columns.items())
    connection.execute(f"create or replace temp table {table} ({typed})")
