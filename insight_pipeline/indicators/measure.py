"""The measures of all indicators as one relation: who was counted, out of whom.

Belongs here: putting the tables `indicators.<id>` together, and refusing counts that cannot be.
Does not belong here: values and limits (figure.py).
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from insight_pipeline.indicators.header import Statistic
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

_IMPOSSIBLE = """
select measure.indicator_id, count(*)
from indicator_measure as measure
inner join indicator_header as header on measure.indicator_id = header.indicator_id
where
    numerator is null
    or denominator is null
    or numerator < 0
    or denominator < 0
    or (header.statistic = 'proportion' and numerator > denominator)
group by measure.indicator_id
order by measure.indicator_id
"""


def gather_measures(connection: duckdb.DuckDBPyConnection, indicator_ids: Iterable[str]) -> None:
    """Make the temp view `indicator_measure`, the union of all indicators with their ids."""
    columns = ", ".join(MEASURE_COLUMNS)
    union = "\nunion all\n".join(
        f"select {literal(name)} as indicator_id, {columns} from indicators.{identifier(name)}"
        for name in sorted(indicator_ids)
    )
    connection.execute(f"create or replace temp view indicator_measure as {union}")


def impossible_measures(connection: duckdb.DuckDBPyConnection) -> Iterable[Fault]:
    """Indicators with counts that no reality can produce; needs temp table indicator_header."""
    for name, rows in connection.execute(_IMPOSSIBLE).fetchall():
        yield Fault(
            where=f"indicators.{name}",
            expected="0 <= numerator, 0 <= denominator"
            f" and, for a {Statistic.PROPORTION}, numerator <= denominator",
            found=f"{rows} rows that break this",
            consequence="no figures are made, the last release stays",
            next_step=f"correct dbt_like_sql/indicators/{name}.sql and its table test",
        )
