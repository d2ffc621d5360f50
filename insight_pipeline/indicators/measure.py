"""The measures of all indicators as one relation: who was counted, out of whom.

Belongs here: putting the tables `indicators.<id>` together, and refusing counts that cannot be.
Does not belong here: what a count is divided by (basis.py), values and limits (figure.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import duckdb

from insight_pipeline.indicators.header import STRATIFIED, IndicatorHeader, Statistic
from insight_pipeline.kernel.errors import Fault
from insight_pipeline.sql.engines.duckdb import identifier, literal

MEASURE_COLUMNS = (
    "period_from",
    "period_to",
    "area_code",
    "provider_id",
    "breakdown_type",
    "breakdown",
    "numerator",
    "denominator",
)
STRATUM = "stratum"
STRATUM_POPULATION = "stratum_population"
SUM_OF_SQUARES = "sum_of_squares"
_OPTIONAL = {STRATUM: "varchar", STRATUM_POPULATION: "bigint", SUM_OF_SQUARES: "double"}

# What must hold of every row → the SQL of a row that breaks it.
_RULES = {
    "a numerator and a denominator of 0 or more": (
        "measure.numerator is null or measure.denominator is null or measure.denominator < 0 "
        "or (measure.numerator < 0 and header.statistic <> 'mean')"
    ),
    "a numerator of a proportion that does not exceed its denominator": (
        "header.statistic in ('proportion', 'weighted_proportion') "
        "and measure.numerator > measure.denominator"
    ),
    "nothing counted where nobody is at risk": (
        "header.statistic in ('dsr', 'isr', 'mean') "
        "and measure.denominator = 0 and measure.numerator <> 0"
    ),
    "a sum of squares that the values of a mean can have": (
        "header.statistic = 'mean' and not coalesce("
        "measure.sum_of_squares * measure.denominator * (1 + 1e-12) "
        ">= power(measure.numerator * 1e0, 2), false)"
    ),
    "a sum of squares of 1 or more for every event": (
        "header.statistic = 'dsr' and coalesce(measure.sum_of_squares < measure.numerator, true)"
    ),
    "a stratum that stands in the standard population": (
        "header.statistic = 'dsr' and standard.age_band is null"
    ),
    "a stratum that the total of the period has as well": (
        "header.statistic = 'isr' and total.stratum is null"
    ),
    "a whole number as the stratum of a median": (
        "header.statistic = 'median' and measure.denominator > 0 "
        "and coalesce(measure.stratum <> try_cast(measure.stratum as bigint)::varchar, true)"
    ),
    "the same members above and below the line of a median": (
        "header.statistic = 'median' and measure.numerator <> measure.denominator"
    ),
    "no more people of a stratum who answered than were asked": (
        "header.statistic = 'weighted_proportion' and (measure.stratum is null "
        "or coalesce(measure.stratum_population < measure.denominator, true))"
    ),
    "one row a figure and stratum": "measure.same > 1",
}
_IMPOSSIBLE = """
select measure.indicator_id, {counts}
from (
    select
        *,
        count(*) over (
            partition by indicator_id, period_from, breakdown_type, breakdown, stratum
        ) as same
    from indicator_measure
) as measure
inner join indicator_header as header on measure.indicator_id = header.indicator_id
left join indicator_standard as standard on measure.stratum = standard.age_band
left join (
    select distinct indicator_id, period_from, stratum
    from indicator_measure
    where breakdown_type = 'total'
) as total
    on
        measure.indicator_id = total.indicator_id
        and measure.period_from = total.period_from
        and measure.stratum = total.stratum
group by measure.indicator_id
order by measure.indicator_id
"""


def optional_columns(statistic: Statistic) -> tuple[str, ...]:
    """Columns an indicator has besides MEASURE_COLUMNS because of its statistic.

    stratum: of a median, the value that the row's members have; of a weighted proportion, who is
    taken to answer alike, and stratum_population how many of them were asked.
    sum_of_squares: of a mean, of the amounts; of a directly standardised rate, of each person's
    number of events, so that the interval allows for people who are counted more than once.
    """
    stratum = (STRATUM,) if statistic in STRATIFIED else ()
    asked = (STRATUM_POPULATION,) if statistic is Statistic.WEIGHTED_PROPORTION else ()
    squares = (SUM_OF_SQUARES,) if statistic in (Statistic.MEAN, Statistic.DSR) else ()
    return (*stratum, *asked, *squares)


def gather_measures(
    connection: duckdb.DuckDBPyConnection, headers: Mapping[str, IndicatorHeader]
) -> None:
    """Make the temp view `indicator_measure`, the union of all indicators with their ids.

    Its columns are indicator_id, MEASURE_COLUMNS, stratum, stratum_population and
    sum_of_squares.
    """
    union = "\nunion all\n".join(_measure(name, headers[name]) for name in sorted(headers))
    connection.execute(f"create or replace temp view indicator_measure as {union}")


def _measure(name: str, header: IndicatorHeader) -> str:
    has = optional_columns(header.statistic)
    columns = ", ".join(
        (
            *MEASURE_COLUMNS,
            *(
                f"{column if column in has else 'null'}::{kind} as {column}"
                for column, kind in _OPTIONAL.items()
            ),
        )
    )
    return f"select {literal(name)} as indicator_id, {columns} from indicators.{identifier(name)}"


def impossible_measures(connection: duckdb.DuckDBPyConnection) -> Iterable[Fault]:
    """Indicators with counts that no reality can produce.

    Needs indicator_measure, and the temp tables indicator_header (indicator_id, statistic) and
    indicator_standard (age_band).
    """
    counts = ", ".join(f"count(*) filter (where {broken})" for broken in _RULES.values())
    for name, *found in connection.execute(_IMPOSSIBLE.format(counts=counts)).fetchall():
        for rule, rows in zip(_RULES, found, strict=True):
            if rows:
                yield Fault(
                    where=f"indicators.{name}",
                    expected=rule,
                    found=f"{rows} rows that break this",
                    consequence="no figures are made, the last release stays",
                    next_step=f"correct dbt_like_sql/indicators/{name}.sql and its table test",
                )
