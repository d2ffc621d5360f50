"""What each figure's count is divided by, and how far its values spread.

Belongs here: the basis and spread of a figure by its statistic, from the rows of indicator_measure.
Does not belong here: values and limits (figure.py), medians (middle.py), formulas (functions/dsr_*,
isr_*, mean_*, weighted_*).
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from insight_pipeline.indicators.header import IndicatorHeader, Statistic

STANDARD_POPULATION = "seeds.esp2013"

# Strata in which nobody lives, or nobody was discharged, have no rate: they are left out, with
# their weight. The reference of an indirectly standardised ratio is the total of the same period.
_TOTALS = """
create or replace temp table indicator_total as
with
strata as (
    select
        measure.*,
        header.statistic,
        standard.persons as standard_persons,
        reference.numerator as reference_numerator,
        reference.denominator as reference_denominator
    from indicator_measure as measure
    inner join indicator_header as header on measure.indicator_id = header.indicator_id
    left join indicator_standard as standard on measure.stratum = standard.age_band
    left join indicator_measure as reference
        on
            header.statistic = 'isr'
            and reference.breakdown_type = 'total'
            and measure.indicator_id = reference.indicator_id
            and measure.period_from = reference.period_from
            and measure.stratum = reference.stratum
    where
        header.statistic in ('dsr', 'isr', 'weighted_proportion')
        and measure.denominator > 0
),

standardised as (
    select
        indicator_id,
        period_from,
        breakdown_type,
        breakdown,
        case statistic
            when 'dsr' then dsr_basis(numerator, denominator, standard_persons)
            when 'isr'
                then isr_expected(denominator, reference_numerator, reference_denominator)
            when 'weighted_proportion'
                then weighted_basis(numerator, denominator, stratum_population)
        end as basis,
        case statistic
            when 'dsr'
                then dsr_repeat_spread(numerator, sum_of_squares, denominator, standard_persons)
            when 'weighted_proportion' then weighted_design_effect(denominator, stratum_population)
        end as spread
    from strata
    group by indicator_id, period_from, breakdown_type, breakdown, statistic
),

summed as (
    select
        measure.* exclude (numerator, denominator, stratum, stratum_population, sum_of_squares),
        header.statistic,
        sum(measure.numerator)::bigint as numerator,
        sum(measure.denominator)::bigint as denominator,
        max(measure.sum_of_squares) as sum_of_squares
    from indicator_measure as measure
    inner join indicator_header as header on measure.indicator_id = header.indicator_id
    group by all
)

select
    summed.* exclude (statistic, sum_of_squares),
    case
        when summed.statistic in ('dsr', 'isr', 'weighted_proportion') then standardised.basis
        when summed.statistic = 'count' then 1e0
        else summed.denominator * 1e0
    end as basis,
    case
        when summed.statistic in ('dsr', 'weighted_proportion') then standardised.spread
        when summed.statistic = 'mean'
            then sample_deviation(summed.denominator, summed.numerator, summed.sum_of_squares)
    end as spread
from summed
left join standardised
    on
        summed.indicator_id = standardised.indicator_id
        and summed.period_from = standardised.period_from
        and summed.breakdown_type = standardised.breakdown_type
        and summed.breakdown = standardised.breakdown
"""


def load_standard(
    connection: duckdb.DuckDBPyConnection, headers: Mapping[str, IndicatorHeader]
) -> None:
    """Make the temp table `indicator_standard` (age_band, persons).

    Empty, and the seed not read, while no indicator is directly standardised.
    """
    connection.execute(
        "create or replace temp table indicator_standard (age_band varchar, persons double)"
    )
    if any(header.statistic is Statistic.DSR for header in headers.values()):
        connection.execute(
            "insert into indicator_standard "
            f"select age_band, persons from {STANDARD_POPULATION} order by age_band"
        )


def make_totals(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the temp table `indicator_total`: one row a figure, strata put together.

    Columns: indicator_id, the measure's keys, numerator, denominator (bigint), basis and spread
    (double). Reads indicator_measure, indicator_header and indicator_standard.
    """
    connection.execute(_TOTALS)
