"""How much the groups of each funnel vary beyond chance, from public figures alone.

Belongs here: which figures stand in one funnel, and the temp table judgement_dispersion. Does not
belong here: flags (benchmarks.py), or the formulas (macro dispersion_of_funnels). Withheld figures
are in no funnel: nothing is concluded about them. Groups that are not alike (pathways, services)
are no funnel either.
"""

from __future__ import annotations

import duckdb

from insight_pipeline.indicators.statistics.dispersion import FEWEST_GROUPS

_POINTS = """
create or replace temp view judgement_funnel_point as
select
    funnel_id,
    statistic,
    numerator as x,
    basis::double as n,
    average
from judgement_placed
where average is not null and value is not null
"""

_DISPERSION = f"""
create or replace temp table judgement_dispersion as
select
    funnel_id,
    groups as funnel_groups,
    dispersion,
    tau_squared
from dispersion_of_funnels('judgement_funnel_point', fewest_groups := {FEWEST_GROUPS})
"""


def measure_dispersion(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the temp table `judgement_dispersion`.

    Columns: funnel_id, funnel_groups, dispersion and tau_squared. One row a funnel of
    judgement_placed with a public figure; dispersion and tau_squared are NULL for fewer than ten
    groups. Read: funnel_id, statistic, numerator, basis, average and value.
    """
    connection.execute(_POINTS)
    connection.execute(_DISPERSION)
