"""A night's pairs: after any nights, those a rebuild would propose, and no other."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from insight_pipeline.linkage.pairs.blocking import propose
from insight_pipeline.linkage.pairs.blocking_rules import RULES

Keys = dict[int, set[tuple[int, int]]]

LIMITS = {RULES[0].name: 2, RULES[1].name: 3}
_KEY = st.tuples(st.integers(0, 1), st.integers(0, 2))
_TOWN = st.dictionaries(st.integers(1, 9), st.sets(_KEY, max_size=3), max_size=9)


def proposed_by_a_rebuild(town: Keys) -> set[tuple[int, int]]:
    """Written independently: every two records that share a key of a block within its limit."""
    sizes = Counter(key for keys in town.values() for key in keys)
    limit = {0: 2, 1: 3}
    live = {key for key, size in sizes.items() if size <= limit[key[0]]}
    return {
        (left, right)
        for left, right in combinations(sorted(town), 2)
        if town[left] & town[right] & live
    }


def one_night(con: duckdb.DuckDBPyConnection, before: Keys, after: Keys) -> None:
    """Tables as a night has them when blocking begins; then the stored pairs it leaves."""
    changed = [rid for rid in before.keys() | after.keys() if before.get(rid) != after.get(rid)]
    con.execute("create or replace temp table changed_record (rid bigint)")
    con.execute("create or replace table fresh_key (rule smallint, key ubigint, rid bigint)")
    if changed:
        con.executemany("insert into changed_record values (?)", [[rid] for rid in changed])
    fresh = [[rule, key, rid] for rid in changed for rule, key in after.get(rid, ())]
    if fresh:
        con.executemany("insert into fresh_key values (?, ?, ?)", fresh)
    propose(con, LIMITS)
    con.execute("""
        delete from store.pair
        where rid_l in (from changed_record) or rid_r in (from changed_record)
    """)
    con.execute("""
        delete from store.pair using lost_pair as lost
        where pair.rid_l = lost.rid_l and pair.rid_r = lost.rid_r
    """)
    con.execute("""
        insert into store.pair select distinct rid_l, rid_r from candidate
        anti join store.pair as known using (rid_l, rid_r)
    """)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(_TOWN, min_size=1, max_size=4))
def test_after_any_nights_the_pairs_are_those_of_a_rebuild(nights: list[Keys]) -> None:
    with duckdb.connect() as con:
        con.execute("attach ':memory:' as store")
        con.execute("create table store.block_key (rule smallint, key ubigint, rid bigint)")
        con.execute("create table store.pair (rid_l bigint, rid_r bigint)")
        before: Keys = {}
        for after in nights:
            one_night(con, before, after)
            stored = set(con.execute("select rid_l, rid_r from store.pair").fetchall())
            assert stored == proposed_by_a_rebuild(after)
            before = after
