"""Blocking: the pairs that the rules propose among records that changed, and against all others.

Belongs here: keys, how large a block may be, and the pairs of a night. Does not belong here: the
rules (blocking_rules) or how a pair is judged (scoring).

How large a block of each rule may be is found once, when a model is trained, and stays with it:
a pair is proposed if and only if its records share a key whose block is within its rule's limit.
That holds for a night and for a rebuild alike, so blocks that grew or shrank across the limit are
looked at again even where none of their remaining members changed.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from insight_pipeline.linkage.pairs.blocking_rules import RULES

PAIRS_PER_RECORD = 40
PAIRS_PER_RECORD_AND_RULE = 10
LARGEST_BLOCK = 400
# A handful of records may all be compared.
FEWEST_PAIRS = 1000

_NO_CANDIDATES = (
    "create or replace table candidate (rid_l bigint, rid_r bigint, match_key utinyint default 0)"
)


def make_keys(con: duckdb.DuckDBPyConnection) -> None:
    """Table fresh_key(rule, key, rid) of table record: rule is a position in RULES, key a hash."""
    con.execute("create or replace table fresh_key (rule smallint, key ubigint, rid bigint)")
    for position, rule in enumerate(RULES):
        con.execute(f"""
            insert into fresh_key
            select {position}, hash(key), rid
            from (select rid, unnest(list_distinct({rule.keys})) as key from record)
            where key is not null
        """)


def choose_limits(con: duckdb.DuckDBPyConnection, records: int) -> dict[str, int]:
    """The largest block each rule may use, and table candidate(rid_l, rid_r) under these limits.

    Within a rule the smallest blocks come first, and blocks that would break the budget are left
    out: they are the least informative ones, and which they are depends on the evidence alone.
    """
    con.execute(_NO_CANDIDATES)
    budget = max(PAIRS_PER_RECORD * records, FEWEST_PAIRS)
    share = max(PAIRS_PER_RECORD_AND_RULE * records, FEWEST_PAIRS)
    limits: dict[str, int] = {}
    for position, rule in enumerate(RULES):
        left = budget - _candidates(con)
        limits[rule.name] = _largest_block(con, position, min(left, share))
        _add_pairs(con, position, limits[rule.name])
    return limits


def _add_pairs(con: duckdb.DuckDBPyConnection, position: int, limit: int) -> None:
    con.execute(
        """
        create or replace temp table kept as
        select rid, key from fresh_key where rule = ?
        qualify count(*) over (partition by key) between 2 and ?
    """,
        [position, limit],
    )
    con.execute("""
        insert into candidate (rid_l, rid_r)
        select distinct l.rid, r.rid
        from kept as l inner join kept as r on l.key = r.key and l.rid < r.rid
        anti join candidate as c on c.rid_l = l.rid and c.rid_r = r.rid
    """)


def _largest_block(con: duckdb.DuckDBPyConnection, position: int, share: int) -> int:
    """The largest block size whose blocks, with all smaller ones, stay inside the share."""
    rows = con.execute(
        """
        select max(size) from (
            select size, sum(pairs) over (order by size) as running
            from (
                select size, sum(size * (size - 1) / 2) as pairs
                from (select count(*) as size from fresh_key where rule = ? group by key)
                group by size
            )
        ) where running <= ? and size <= ?
    """,
        [position, share, LARGEST_BLOCK],
    ).fetchall()
    return int(rows[0][0] or 0)


def _candidates(con: duckdb.DuckDBPyConnection) -> int:
    return int(con.execute("select count(*) from candidate").fetchall()[0][0])


# Sizes of every block that gained or lost a record, before and after tonight.
_TOUCHED = """
    create or replace temp table touched_key as
    with gone as (
        select rule, key, count(*) as gone from store.block_key
        where rid in (select rid from changed_record) group by all
    ), come as (
        select rule, key, count(*) as come from fresh_key group by all
    ), named as (
        select rule, key, coalesce(gone, 0) as gone, coalesce(come, 0) as come
        from gone full join come using (rule, key)
    ), held as (
        select rule, key, count(*) as held from store.block_key
        semi join named using (rule, key) group by all
    )
    select rule, key, coalesce(held, 0) as old_size, coalesce(held, 0) - gone + come as new_size,
        size_limit
    from named left join held using (rule, key) inner join block_limit using (rule)
"""
# While store.block_key holds the unchanged records only.
_FRESH_PAIRS = """
    insert into candidate (rid_l, rid_r)
    with live as (
        select rule, key from touched_key where new_size between 2 and size_limit
    ), fresh as (
        select * from fresh_key semi join live using (rule, key)
    ), unchanged as (
        select * from store.block_key semi join fresh using (rule, key)
    )
    select l.rid, r.rid
    from fresh as l inner join fresh as r using (rule, key) where l.rid < r.rid
    union
    select least(f.rid, u.rid), greatest(f.rid, u.rid)
    from fresh as f inner join unchanged as u using (rule, key)
"""
_SHRUNK_PAIRS = """
    insert into candidate (rid_l, rid_r)
    with shrunk as (
        select rule, key from touched_key
        where old_size > size_limit and new_size between 2 and size_limit
    ), unchanged as (
        select * from store.block_key semi join shrunk using (rule, key)
    )
    select distinct l.rid, r.rid
    from unchanged as l inner join unchanged as r using (rule, key) where l.rid < r.rid
"""
# Once store.block_key is complete again: pairs whose block outgrew its limit and that no other
# block within its limit proposes.
_LOST_PAIRS = """
    create or replace temp table lost_pair as
    with grown as (
        select rule, key from touched_key
        where old_size between 2 and size_limit and new_size > size_limit
    ), member as (
        select * from store.block_key semi join grown using (rule, key)
    ), doubtful as (
        select distinct pair.rid_l, pair.rid_r
        from store.pair as pair
        inner join member as l on l.rid = pair.rid_l
        inner join member as r on r.rid = pair.rid_r and r.rule = l.rule and r.key = l.key
    ), theirs as (
        select * from store.block_key
        semi join (select unnest([rid_l, rid_r]) as rid from doubtful) as ends using (rid)
    ), shared as (
        select doubtful.rid_l, doubtful.rid_r, l.rule, l.key
        from doubtful
        inner join theirs as l on l.rid = rid_l
        inner join theirs as r on r.rid = rid_r and r.rule = l.rule and r.key = l.key
    ), size as (
        select rule, key, count(*) as size from store.block_key
        semi join shared using (rule, key) group by all
    )
    select rid_l, rid_r from doubtful
    anti join (
        select rid_l, rid_r from shared
        inner join size using (rule, key) inner join block_limit using (rule)
        where size <= size_limit
    ) as still using (rid_l, rid_r)
"""


_LEFT_OUT = """
    select count(*) from (
        select rid from fresh_key inner join {sizes} using (rule, key)
        group by rid having bool_and(new_size > size_limit)
    )
"""
_SIZES = """
    create or replace temp table fresh_size as
    select rule, key, count(*) as new_size, size_limit
    from fresh_key inner join block_limit using (rule) group by all
"""


def left_out(con: duckdb.DuckDBPyConnection, limits: Mapping[str, int], anew: bool) -> int:
    """Renewed records that share everything they say with too many others to be compared at all.

    Hundreds of rows that say the same of one person end like this; so do hundreds who gave nothing.
    """
    _limits(con, limits)
    if anew:
        con.execute(_SIZES)
    sizes = "fresh_size" if anew else "touched_key"
    return int(con.execute(_LEFT_OUT.format(sizes=sizes)).fetchall()[0][0])


def _limits(con: duckdb.DuckDBPyConnection, limits: Mapping[str, int]) -> None:
    """Temp table block_limit; a rule the limits do not name is newer than the model: 0."""
    con.execute("create or replace temp table block_limit (rule smallint, size_limit integer)")
    con.executemany(
        "insert into block_limit values (?, ?)",
        [[position, limits.get(rule.name, 0)] for position, rule in enumerate(RULES)],
    )


def propose(con: duckdb.DuckDBPyConnection, limits: Mapping[str, int]) -> None:
    """Tables candidate, tonight's pairs to score, and lost_pair, stored pairs to forget.

    Reads fresh_key, changed_record and store.block_key, which is brought up to date. A rule the
    limits do not name proposes nothing: it is newer than the model.
    """
    _limits(con, limits)
    con.execute(_TOUCHED)
    con.execute("delete from store.block_key where rid in (select rid from changed_record)")
    con.execute(_NO_CANDIDATES)
    con.execute(_FRESH_PAIRS)
    con.execute(_SHRUNK_PAIRS)
    con.execute("insert into store.block_key from fresh_key")
    con.execute(_LOST_PAIRS)
