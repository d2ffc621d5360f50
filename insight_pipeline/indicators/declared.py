"""Which declared correction explains which figure's change.

Belongs here: matching. Does not belong here: the file in which they are declared (corrections.py),
or reasons found by evidence (revision_reasons.py).
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from insight_pipeline.indicators.corrections import Correction, correction_table
from insight_pipeline.indicators.revision_rules import KEY

# A declared correction explains the first change of each of its figures, and no later one.
_DECLARED = """
create or replace temp table declared_reason as
select
    {key},
    arg_min(
        {{'correction_id': declared.correction_id, 'reason_code': declared.reason_code}},
        (declared.declared_date, declared.correction_id)
    ) as declared
from tonight_revision as revised
inner join tonight_correction as declared
    on
        revised.indicator_id = declared.indicator_id
        and revised.period_from >= declared.period_from
        and revised.period_to <= declared.period_to
where
    declared.release is null
    and revised.last_status is not null
    and not revised.is_same
    and not exists (
        select 1
        from {ledger} as used
        where
            used.correction_id = declared.correction_id
            and {same_figure}
    )
group by all
"""


def match_declared(
    connection: duckdb.DuckDBPyConnection, declared: Iterable[Correction], ledger: str
) -> None:
    """Make temp table `declared_reason`: a figure's key, and `declared` (its id and reason code).

    Asked are the changed figures of temp table `tonight_revision`.
    """
    connection.register("given", correction_table(declared).to_arrow())
    connection.execute("create or replace temp table tonight_correction as from given")
    connection.unregister("given")
    connection.execute(
        _DECLARED.format(
            ledger=ledger,
            key=", ".join(f"revised.{name}" for name in KEY),
            same_figure=" and ".join(f"used.{name} = revised.{name}" for name in KEY),
        )
    )
