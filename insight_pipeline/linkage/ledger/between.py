"""What pairs, vetoes and decisions say between two groups of records.

Belongs here: one row of numbers per two sides. Does not belong here: which groups, and what
follows. Every pair of the two sides counts, clipped as clustering clips it, and one that was never
scored is mild evidence against. Clustering lets the best pair weigh a little more: the mean alone
is the stricter judge, as what is announced should have. Sums are of whole millionths of a bit,
which no order of addition can change.
"""

from __future__ import annotations

import duckdb

from insight_pipeline.linkage.people.clustering import CLIP_WEIGHT, UNSCORED_WEIGHT

_BETWEEN = """
    create or replace temp table {target} as
    with size as (
        select id, count(*) filter (side = 1) as records_1, count(*) filter (side = 2) as records_2
        from {sides} group by id
    ), scored as (
        select
            one.id, count(*) as pairs, max(match_weight) as strongest,
            sum(round(greatest(least(match_weight, {clip}), -{clip}) * 1000000)::bigint) as micro,
            list_sort(list(distinct veto) filter (veto is not null)) as vetoes
        from given_pair
        inner join {sides} as one on one.rid = rid_l
        inner join {sides} as two on two.rid = rid_r and two.id = one.id and two.side <> one.side
        group by one.id
    ), decided as (
        select
            one.id,
            bool_or(verdict = 'same') as is_same,
            bool_or(verdict = 'different') as is_different,
            list_sort(list(distinct decision_id)) as decisions
        from given_decision_pair
        inner join {sides} as one on one.record_id = record_id_l
        inner join {sides} as two
            on two.record_id = record_id_r and two.id = one.id and two.side <> one.side
        group by one.id
    )
    select
        size.id, records_1, records_2, coalesce(pairs, 0) as pairs, strongest,
        case when records_1 > 0 and records_2 > 0 then round((
            coalesce(micro, 0) + (records_1 * records_2 - coalesce(pairs, 0)) * {unscored}
        ) / (records_1 * records_2 * 1000000.0::double), 6) end as mean,
        coalesce(vetoes, []) as vetoes, coalesce(decisions, []) as decisions,
        coalesce(is_same, false) as is_same, coalesce(is_different, false) as is_different
    from size left join scored using (id) left join decided using (id)
"""


def weigh(con: duckdb.DuckDBPyConnection, target: str, sides: str) -> None:
    """Table `target`: id, records_1, records_2, pairs, strongest, mean (bits, null if one side is
    empty), vetoes, decisions (sorted lists), is_same, is_different.

    `sides` has (id, side, rid, record_id): side 1 or 2, a record at most once in an id.
    """
    unscored = round(UNSCORED_WEIGHT * 1_000_000)
    con.execute(_BETWEEN.format(target=target, sides=sides, clip=CLIP_WEIGHT, unscored=unscored))
