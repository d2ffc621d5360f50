"""Rows that share a key or a value with another row of the file.

Belongs here: the common table expressions about several rows at once. Does not belong here: rules
about one row. Few rows share anything: a cheap hash first finds the groups worth looking at.
"""

from __future__ import annotations

from collections.abc import Sequence

from insight_pipeline.contracts.judging.rules import Rule
from insight_pipeline.contracts.promise.cell import shares
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.sql.engines.duckdb import identifier


def copies(contract: Contract) -> str:
    """`copied`: for rows of a shared key, whether the rows differ and which are plain repeats."""
    if not contract.key:
        return "keyed as (select *, false as _repeat, false as _copies_differ from cells)"
    key = [identifier(name) for name in contract.key]
    # Control characters keep "a|NULL" and "NULL|a" apart.
    parts = [f"coalesce({identifier(column.name)}, chr(30))" for column in contract.columns]
    content = f"md5(concat_ws(chr(31), {', '.join(parts)}))"
    group = ", ".join(key)
    return f"""
        copied as (
            select
                _row,
                min(_content) over (partition by {group})
                <> max(_content) over (partition by {group}) as _copies_differ,
                row_number() over (partition by {group}, _content order by _row) > 1 as _repeat
            from (select _row, {group}, {content} as _content from {_candidates(key)})
        ),
        keyed as (
            select
                cells.*,
                coalesce(copied._repeat, false) as _repeat,
                coalesce(copied._copies_differ, false) as _copies_differ
            from cells left join copied using (_row)
        )
    """


def _candidates(names: Sequence[str], relation: str = "cells") -> str:
    """Rows whose values in these columns are all there and perhaps not theirs alone."""
    whole = " and ".join(f"{name} is not null" for name in names)
    mark = f"hash({', '.join(names)})"
    shared = f"select {mark} from {relation} where {whole} group by all having count(*) > 1"
    return f"{relation} where {whole} and {mark} in ({shared})"


def sharing(contract: Contract, rules: Sequence[Rule]) -> str:
    """`joined`: the cells with a flag for each set of columns that rules want to be unique."""
    wanted = dict.fromkeys(rule.unique for rule in rules if rule.unique)
    if not wanted:
        return ", joined as (select * from keyed)"
    tables, names, joins = [], [], []
    for number, columns in enumerate(wanted):
        group = [identifier(name) for name in columns]
        # A row sent twice is one row.
        tables.append(
            f"shared{number} as (select _row, count(*) filter (where not _repeat) "
            f"over (partition by {', '.join(group)}) > 1 as _shares "
            f"from {_candidates(group, 'keyed')})"
        )
        names.append(f"coalesce(shared{number}._shares, false) as {shares(columns)}")
        joins.append(f"left join shared{number} using (_row)")
    listed = ", ".join(names)
    return (
        f", {', '.join(tables)}, joined as (select keyed.*, {listed} from keyed {' '.join(joins)})"
    )
