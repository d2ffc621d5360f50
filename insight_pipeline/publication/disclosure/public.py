"""The public figures: made anew from what may be shown, never a view of the unsuppressed ones.

Belongs here: the temp table `public_figure`. Does not belong here: what is withheld (primary.py,
secondary.py), checking the table (gate.py), or files (database/).
"""

from __future__ import annotations

import duckdb

PUBLIC_TABLE = "public_figure"

# Value and limits follow from the numbers shown beside them, and from nothing else. A linkage
# limit is turned into how many cases it lies away, in whole steps of rounding (a case in twenty is
# left to the rounding of values): it tells nothing of where inside its step the count itself is.
# A median and its limits are its members' values, as far as primary.py shows them.
# Whether a withheld figure is itself small or only beside a small one is never published.
_PUBLIC = """
create or replace temp table public_figure as
with
shown as (
    select
        cell.* exclude (numerator, denominator, basis, spread),
        case when not is_hidden then cell.shown_numerator end as numerator,
        case when not is_hidden then cell.shown_denominator end as denominator,
        case when not is_hidden then cell.shown_basis end as basis,
        case when not is_hidden then cell.shown_spread end as spread,
        case when not is_hidden then cell.shown_middle end as middle,
        case when not is_hidden then cell.shown_least end as least_drawn,
        case when not is_hidden then cell.shown_most end as most_drawn,
        case when not is_hidden then cell.shown_low95 end as low95,
        case when not is_hidden then cell.shown_high95 end as high95,
        case when not is_hidden then cell.shown_low998 end as low998,
        case when not is_hidden then cell.shown_high998 end as high998,
        cell.shown_numerator - cell.round_to * ceil(
            (cell.numerator - cell.linkage_lower * cell.basis / cell.multiplier - 0.05)
            / cell.round_to
        ) as linked_fewest,
        cell.shown_numerator + cell.round_to * ceil(
            (cell.linkage_upper * cell.basis / cell.multiplier - cell.numerator - 0.05)
            / cell.round_to
        ) as linked_most
    from disclosure_cell as cell
)

select
    indicator_id,
    title,
    period_from,
    period_to,
    area_code,
    area_name,
    provider_id,
    breakdown_type,
    breakdown,
    numerator,
    denominator,
    basis,
    case
        when statistic = 'median' then middle * multiplier
        else figure_value(numerator, basis, multiplier)
    end::decimal(18, 2) as value,
    coalesce(
        low95 * multiplier,
        figure_lower(statistic, numerator, basis, denominator, spread, multiplier, 0.95)
    )::decimal(18, 2) as lower95,
    coalesce(
        high95 * multiplier,
        figure_upper(statistic, numerator, basis, denominator, spread, multiplier, 0.95)
    )::decimal(18, 2) as upper95,
    coalesce(
        low998 * multiplier,
        figure_lower(statistic, numerator, basis, denominator, spread, multiplier, 0.998)
    )::decimal(18, 2) as lower998,
    coalesce(
        high998 * multiplier,
        figure_upper(statistic, numerator, basis, denominator, spread, multiplier, 0.998)
    )::decimal(18, 2) as upper998,
    statistic,
    case
        when numerator is not null and (statistic <> 'median' or low95 is not null)
            then figure_method(statistic, numerator)
    end::varchar as ci_method,
    multiplier,
    unit,
    polarity,
    case
        when is_not_mature then '[x]'
        when is_hidden then '[c]'
        when denominator = 0 then '[z]'
        when numerator < unreliable_below or (statistic = 'median' and low95 is null) then '[u]'
    end::varchar as shorthand,
    case
        when statistic = 'median' then least_drawn * multiplier
        when linked_fewest is not null
            then figure_value(greatest(least(linked_fewest, numerator), 0), basis, multiplier)
    end::decimal(18, 2) as linkage_lower,
    case
        when statistic = 'median' then most_drawn * multiplier
        when linked_most is not null
            then
                figure_value(
                    least(
                        greatest(linked_most, numerator),
                        case when statistic = 'weighted_proportion' then basis end
                    ),
                    basis,
                    multiplier
                )
    end::decimal(18, 2) as linkage_upper,
    case when not is_hidden then linkage_rate::decimal(18, 2) end::decimal(5, 4) as linkage_rate,
    coverage,
    is_not_mature,
    disclosure_policy,
    round_to::integer as rounded_to
from shown
order by
    indicator_id, period_from, period_to, area_code, provider_id, breakdown_type, breakdown
"""


def make_public(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the temp table `public_figure` from `disclosure_cell`."""
    connection.execute(_PUBLIC)
