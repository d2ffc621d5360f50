"""Silver labels: pairs that a trusted number tells apart, weighed as if nobody knew the number.

Belongs here: which pairs they are and what the model would have said of them. Does not belong
here: labels made by reviewers (labelled), or what follows from silver (calibration, estimates).

Two records that both bear a number of an issuer that may veto are one person where they share a
number and two where they do not. They must not be compared with a weight in which that very
number has had its say, so scoring keeps beside the weight what it would be without the numbers
(`weight_without_number`), and only that is looked at. Nor may the number have brought the pair to
us: pairs that no other blocking rule would have proposed are marked, and counted on their own:
they tell how many pairs without numbers are never looked at. The partition plays no part: it keeps
different numbers apart, so inside its people every label would say 'same'.

Limits: borrowed numbers count as one person and mistyped ones as two; records with numbers may be
better kept than those without.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

from insight_pipeline.linkage.pairs.blocking import LARGEST_BLOCK
from insight_pipeline.linkage.pairs.blocking_rules import RULES
from insight_pipeline.linkage.quality.basis import Basis, bin_sql, exists

SILVER_PAIRS = 50_000
# Two numbers this many slips apart may be one number mistyped: no label.
SLIPS_UNLABELLED = 2
_NUMBER_RULE = "trusted id"


def find_silver(con: duckdb.DuckDBPyConnection, basis: Basis) -> None:
    """Temp table silver(rid_l, rid_r, bin, is_equal, is_reached): a sample by hash of ids.

    Empty where scoring kept no weight without the number.
    """
    _sample(con, exists(con, "pair", "weight_without_number"))
    con.register("powerless", pa.table({"issuer": pa.array(basis.powerless, pa.string())}))
    con.execute(_LABELLED)
    con.unregister("powerless")
    _find_reached(con, basis)
    con.execute(f"""
        create or replace temp table silver as
        select rid_l, rid_r, {bin_sql("bits")} as bin, is_equal,
            not is_equal or (rid_l, rid_r) in (select (rid_l, rid_r) from reached) as is_reached
        from silver_label
    """)


def _sample(con: duckdb.DuckDBPyConnection, kept: bool) -> None:
    """Temp table silver_pair: at most about SILVER_PAIRS pairs whose numbers were compared."""
    source = (
        "select rid_l, rid_r, weight_without_number as bits from pair"
        " where weight_without_number is not null"
        if kept
        else "select 0::bigint as rid_l, 0::bigint as rid_r, 0.0::double as bits where false"
    )
    total = int(con.execute(f"select count(*) from ({source})").fetchall()[0][0])
    share = min(1.0, SILVER_PAIRS / max(total, 1))
    con.execute(f"""
        create or replace temp table silver_pair as from ({source})
        where md5_number_lower(rid_l || ' ' || rid_r) % 1000000 < {round(share * 1_000_000)}
    """)


# Equal where any issuer's numbers are shared; different where an issuer's are and none is near.
_LABELLED = f"""
    create or replace temp table silver_label as
    with number as (
        select rid, issuer, trusted_id
        from trusted_value inner join record using (record_id)
        where issuer not in (select issuer from powerless)
            and rid in (select rid_l from silver_pair union select rid_r from silver_pair)
    ), judged as (
        select rid_l, rid_r, bits, bool_or(a.trusted_id = b.trusted_id) as is_equal,
            min(damerau_levenshtein(a.trusted_id, b.trusted_id)) as slips
        from silver_pair
        inner join number as a on a.rid = rid_l
        inner join number as b on b.rid = rid_r and b.issuer = a.issuer
        group by all
    )
    select rid_l, rid_r, bits, is_equal from judged
    where is_equal or slips > {SLIPS_UNLABELLED}
"""


def _find_reached(con: duckdb.DuckDBPyConnection, basis: Basis) -> None:
    """Temp table reached(rid_l, rid_r): equal silver pairs that another rule proposes as well."""
    unnamed = 0 if basis.block_limits else LARGEST_BLOCK
    limits = [
        (position, basis.block_limits.get(rule.name, unnamed))
        for position, rule in enumerate(RULES)
        if rule.name != _NUMBER_RULE
    ]
    positions, sizes = zip(*limits, strict=True)
    con.register("usable", pa.table({"rule": positions, "largest": sizes}))
    con.execute("""
        create or replace temp table reached as
        with bearer as (
            select rid_l as rid from silver_label where is_equal
            union select rid_r from silver_label where is_equal
        ), key_of as (
            select rule, key, rid from block_key semi join bearer using (rid)
            where rule in (select rule from usable where largest > 0)
        ), usable_key as (
            select rule, key
            from (select rule, key, count(*) as size from block_key
                semi join key_of using (rule, key) group by all)
            inner join usable using (rule) where size <= largest
        ), live as (
            select * from key_of semi join usable_key using (rule, key)
        )
        select distinct rid_l, rid_r
        from silver_label
        inner join live as a on a.rid = rid_l
        inner join live as b on b.rid = rid_r and a.rule = b.rule and a.key = b.key
        where is_equal
    """)
    con.unregister("usable")
