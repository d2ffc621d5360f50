"""Which group of a breakdown a member of an indicator counts in, as SQL.

Belongs here: the kinds of breakdown an indicator has beyond those of all indicators. Does not
belong here: the kinds of all indicators (core.dim_breakdown_type), or the groups' names
(core.dim_breakdown). A kind of an indicator's own, say `pathway`, stands in the column
`pathway_code` of its CTE `members`.
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

_OWN_KINDS = """
select distinct breakdown_type
from {measure}
where breakdown_type not in (select breakdown_type from core.dim_breakdown_type)
order by breakdown_type
"""


def own_kinds(connection: duckdb.DuckDBPyConnection, measure: str) -> tuple[str, ...]:
    """Kinds of breakdown that the relation `measure` has and not every indicator, by name."""
    rows = connection.execute(_OWN_KINDS.format(measure=measure)).fetchall()
    return tuple(str(row[0]) for row in rows)


def group_of(kind: str, own: Iterable[str]) -> str:
    """SQL of the group that a row of the relation `member` counts in, NULL where in none.

    kind: SQL of the kind of breakdown; own: the indicator's own kinds. The macros of functions/
    must be installed.
    """
    common = (
        f"breakdown_of({kind}, member.area_code, member.provider_id, member.sex_code, "
        "member.age_band)"
    )
    cases = " ".join(f"when '{name}' then member.{name}_code" for name in own)
    return f"coalesce({common}, case {kind} {cases} end)" if cases else common
