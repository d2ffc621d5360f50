"""Pairs counted by group, place and weight: all that the estimates need to know of the night.

Belongs here: counting in SQL. Does not belong here: what the counts mean (estimates, labelled).
A pair counts half with each of its records' groups, so groups of one kind add up to everyone.
"""

from __future__ import annotations

import duckdb
import polars as pl

from insight_pipeline.linkage.people.groups import MICRO
from insight_pipeline.linkage.quality.basis import Basis, bin_of, bin_sql
from insight_pipeline.linkage.quality.groups import EVERYONE, KINDS

JOINED_SURE, JOINED_DOUBTFUL = "joined, sure", "joined, doubtful"
APART_NEAR, APART_FAR = "apart, near", "apart, far"
JOINED, APART = (JOINED_SURE, JOINED_DOUBTFUL), (APART_NEAR, APART_FAR)

GROUP = ["group_kind", "group_value"]

_STRATUM = """
    create or replace temp table person_stratum as
    select person, min(bin) as weakest,
        case when min(bin) < {doubtful} then '{joined_doubtful}' else '{joined_sure}' end
            as stratum
    from person_join group by person
"""
# A join as large as `clump` pairs is right or wrong as one: that is what `spread` remembers.
_JUDGED = """
    create or replace temp table judged as
    with clear as (
        select unnest([rid_l, rid_r]) as rid, 0.5 as pairs, 1 as clump, {bin} as bin,
            person_l as person
        from inner_pair where size_l > 2 and person_l not in (select person from unclear)
    ), couple as (
        select unnest([rid_l, rid_r]) as rid, 0.5 as pairs, 1 as clump, bin, member.person
        from person_join inner join member on member.rid = person_join.person where size = 2
    ), joined as (
        select * from clear union all by name select * from couple
        union all by name
        select unclear_end.*, person from unclear_end inner join member using (rid)
    ), inside as (
        select combination, stratum, bin, sum(pairs) as pairs, sum(pairs * clump) as spread
        from joined inner join record_group using (rid) inner join person_stratum using (person)
        group by all
    ), side as (
        select person_l as person, size_r as others, size_l * size_r as clump, bin
        from between_join where not is_decided
        union all
        select person_r, size_l, size_l * size_r, bin from between_join where not is_decided
    ), outside as (
        select combination,
            case when bin >= {near} then '{apart_near}' else '{apart_far}' end as stratum, bin,
            sum(others / 2) as pairs, sum(others / 2 * clump) as spread
        from side inner join member using (person) inner join record_group using (rid)
        group by all
    )
    select * from inside union all select * from outside
"""


def count_pairs(con: duckdb.DuckDBPyConnection, basis: Basis) -> pl.DataFrame:
    """(group_kind, group_value, stratum, bin, pairs, spread), everyone among the groups."""
    con.execute(
        _STRATUM.format(
            doubtful=bin_of(basis.join + basis.band),
            joined_sure=JOINED_SURE,
            joined_doubtful=JOINED_DOUBTFUL,
        )
    )
    con.execute(
        _JUDGED.format(
            bin=bin_sql(f"micro / {MICRO}"),
            near=bin_of(basis.join - basis.band),
            apart_near=APART_NEAR,
            apart_far=APART_FAR,
        )
    )
    return by_group(
        con, "judged inner join combination using (combination)",
        "stratum, bin", "sum(pairs)::double as pairs, sum(spread)::double as spread",
    )  # fmt: skip


def count_records(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """(group_kind, group_value, records)."""
    return by_group(con, "combination", "", "coalesce(sum(records), 0)::bigint as records")


def by_group(con: duckdb.DuckDBPyConnection, source: str, keys: str, sums: str) -> pl.DataFrame:
    """`sums` over `source`, which has a column for each of KINDS, by group and `keys`; sorted."""
    named = ", ".join([*KINDS, *([keys] if keys else [])])
    rest = f", {keys}" if keys else ""
    sets = ", ".join([f"({kind}{rest})" for kind in KINDS] + [f"({keys})"])
    of = " ".join(f"when grouping({kind}) = 0 then '{kind}'" for kind in KINDS)
    counted: pl.DataFrame = con.sql(f"""
        with counted as (
            select {named}, case {of} else '{EVERYONE}' end as group_kind, {sums}
            from {source} group by grouping sets ({sets})
        )
        select group_kind, coalesce({", ".join(KINDS)}, '{EVERYONE}') as group_value,
            * exclude (group_kind, {", ".join(KINDS)})
        from counted order by all
    """).pl()
    return counted
