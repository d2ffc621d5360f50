"""Joins: where one person might be two, and where two people might be one.

Belongs here: the mean weight at which the parts of each person came together, and between people
that were left apart. Does not belong here: how likely a join is (calibration), or what follows.

A pair's own weight says less than its people's: three records that agree pairwise vouch for each
other. So a join is judged by the mean weight of all pairs across it, as clustering judges it, and
every pair inside a person belongs to exactly one join: the one at which its two records met.
"""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa

from insight_pipeline.linkage.people.clustering import CLIP_WEIGHT, UNSCORED_WEIGHT
from insight_pipeline.linkage.people.groups import MICRO
from insight_pipeline.linkage.people.trust import SLIPS_FORGIVEN
from insight_pipeline.linkage.quality.basis import Basis, bin_sql, exists
from insight_pipeline.linkage.quality.trees import merge_trees

# Pairs of people less likely to be one than this are not counted among the missed.
HARDLY = 0.001
# A veto that is a reviewer's word alone is told apart: what linkage made of the pair is judged.
DECIDED = "decision"
SURE = 0.99

_MEMBER = """
    create or replace temp table member as
    select rid, citizen_key, min(rid) over (partition by citizen_key) as person,
        count(*) over (partition by citizen_key) as size
    from person
"""
# Whole millionths of a bit: sums that no order of addition can change.
_SCORED = f"""
    select rid_l, rid_r, l.person as person_l, r.person as person_r, l.size as size_l,
        r.size as size_r, coalesce(veto, '{DECIDED}') <> '{DECIDED}' as is_vetoed,
        round(greatest(least(match_weight, {CLIP_WEIGHT}), {-CLIP_WEIGHT}) * {MICRO})::bigint
            as micro
    from pair
    inner join member as l on l.rid = rid_l
    inner join member as r on r.rid = rid_r
"""
_INNER = f"create or replace temp table inner_pair as from ({_SCORED}) where person_l = person_r"


def find_joins(con: duckdb.DuckDBPyConnection, basis: Basis, sure: int, hardly: int) -> None:
    """Temp tables member, inner_pair, person_join and between_join of last night's person.

    person_join(person, rid_l, rid_r, size_l, size_r, bin): the joins inside people, each between
    two groups named by their smallest rid; between_join(person_l, person_r, size_l, size_r, bin,
    is_decided): people left apart although they are not hardly one; is_decided where a reviewer
    said that they are two. `sure` and `hardly` are bins.
    """
    con.execute(_MEMBER)
    con.execute(_INNER)
    _find_unclear(con, sure)
    _join_clear(con)
    _join_unclear(con)
    _find_between(con, hardly)
    forget_two_numbers(con, basis)


def _find_unclear(con: duckdb.DuckDBPyConnection, sure: int) -> None:
    """Temp table unclear(person, size): three records or more, not all surely linked."""
    con.execute(f"""
        create or replace temp table unclear as
        with agreeing as (
            select person_l as person, count(*) as pairs from inner_pair
            where {bin_sql(f"micro / {MICRO}")} >= {sure} group by all
        )
        select person, size
        from (select distinct person, size from member where size > 2)
        left join agreeing using (person)
        where coalesce(pairs, 0) < size * (size - 1) // 2
    """)


def _join_clear(con: duckdb.DuckDBPyConnection) -> None:
    """Clear people are joined record by record to their smallest, at that pair's weight."""
    con.execute(f"""
        create or replace temp table person_join as
        select member.person, member.person as rid_l, member.rid as rid_r, 1 as size_l, 1 as size_r,
            {bin_sql(f"coalesce(micro / {MICRO}, {UNSCORED_WEIGHT})")} as bin
        from member
        left join inner_pair on rid_l = member.person and rid_r = member.rid
        where size > 1 and rid <> person and person not in (select person from unclear)
    """)


def _join_unclear(con: duckdb.DuckDBPyConnection) -> None:
    """The merge tree of every unclear person, by average linkage over all its pairs.

    Also temp table unclear_end(rid, bin, pairs, clump): what each record has in each join.
    """
    con.execute("""
        create or replace temp table seated as
        select rid, person, size, row_number() over (order by size, person, rid) - 1 as seat
        from member where person in (select person from unclear)
    """)
    seats = con.execute("select rid, size from seated order by seat").fetchnumpy()
    pairs = con.execute("""
        select a.seat as l, b.seat as r, micro
        from inner_pair
        inner join seated as a on a.rid = rid_l
        inner join seated as b on b.rid = rid_r
        order by l, r
    """).fetchnumpy()
    trees = merge_trees(
        seats["size"].astype(np.int64),
        pairs["l"].astype(np.int64),
        pairs["r"].astype(np.int64),
        pairs["micro"].astype(np.int64),
    )
    rid, joins, ends = seats["rid"].astype(np.int64), trees.joins, trees.ends
    con.register("tree_join", pa.table({
        "rid_l": rid[joins[:, 0]], "rid_r": rid[joins[:, 1]],
        "size_l": joins[:, 2], "size_r": joins[:, 3], "micro": joins[:, 4],
    }))  # fmt: skip
    con.register("tree_end", pa.table({
        "rid": rid[ends[:, 0]], "pairs": ends[:, 1] / 2, "clump": ends[:, 2], "micro": ends[:, 3],
    }))  # fmt: skip
    of_join = bin_sql(f"micro / {MICRO}")
    con.execute(f"""
        insert into person_join
        select person, rid_l, rid_r, size_l, size_r, {of_join}
        from tree_join inner join seated on seated.rid = rid_l
    """)
    con.execute(f"""
        create or replace temp table unclear_end as
        select rid, {of_join} as bin, pairs, clump from tree_end
    """)
    con.unregister("tree_join")
    con.unregister("tree_end")


def _find_between(con: duckdb.DuckDBPyConnection, hardly: int) -> None:
    """Pairs of people by the mean weight of all pairs across; a veto ends it."""
    unscored = f"(size_l * size_r - pairs) * {round(UNSCORED_WEIGHT * MICRO)}"
    mean = f"(micro + {unscored}) / (size_l * size_r) / {MICRO}"
    con.execute(f"""
        create or replace temp table between_join as
        with across as (
            select least(person_l, person_r) as person_l, greatest(person_l, person_r) as person_r,
                any_value(if(person_l < person_r, size_l, size_r)) as size_l,
                any_value(if(person_l < person_r, size_r, size_l)) as size_r,
                sum(micro) as micro, count(*) as pairs, bool_or(is_vetoed) as is_vetoed
            from ({_SCORED}) where person_l <> person_r
            group by all
        )
        select person_l, person_r, size_l, size_r, {bin_sql(f"({mean})")} as bin,
            false as is_decided
        from across where not is_vetoed and {bin_sql(f"({mean})")} >= {hardly}
    """)
    if exists(con, "decision_pair"):
        con.execute("""
            update between_join set is_decided = true where (person_l, person_r) in (
                select (least(a.person, b.person), greatest(a.person, b.person))
                from decision_pair
                inner join record as l on l.record_id = record_id_l
                inner join record as r on r.record_id = record_id_r
                inner join member as a on a.rid = l.rid
                inner join member as b on b.rid = r.rid
                where verdict = 'different'
            )
        """)


def forget_two_numbers(con: duckdb.DuckDBPyConnection, basis: Basis) -> None:
    """Leave out of between_join people who bear different numbers of an issuer that may veto.

    Leaves temp table person_number(person, issuer, trusted_id) of all who are in between_join.
    """
    for name, issuers in (("powerless", basis.powerless), ("unchecked", basis.unchecked)):
        con.register(name, pa.table({"issuer": pa.array(issuers, pa.string())}))
    con.execute("""
        create or replace temp table person_number as
        select distinct person, issuer, trusted_id
        from trusted_value inner join record using (record_id)
        inner join member using (rid)
        where issuer not in (select issuer from powerless) and person in (
            select person_l from between_join union select person_r from between_join)
    """)
    con.execute(f"""
        delete from between_join where (person_l, person_r) in (
            with compared as (
                select person_l, person_r, a.issuer,
                    bool_or(a.trusted_id = b.trusted_id or (
                        a.issuer in (select issuer from unchecked) and
                        damerau_levenshtein(a.trusted_id, b.trusted_id) <= {SLIPS_FORGIVEN}
                    )) as is_shared
                from between_join
                inner join person_number as a on a.person = person_l
                inner join person_number as b on b.person = person_r and b.issuer = a.issuer
                group by all
            )
            select (person_l, person_r) from compared where not is_shared
        )
    """)
    con.unregister("powerless")
    con.unregister("unchecked")
