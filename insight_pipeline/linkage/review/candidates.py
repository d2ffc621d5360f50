"""What a reviewer should look at: table review_side, one row for each record of each question.

Belongs here: the kinds of question and where each comes from. Does not belong here: their order
(queue) or what is told about them (explain). Codes of kinds are those of the vocabulary
link_sampling.
"""

from __future__ import annotations

import duckdb

from insight_pipeline.linkage.people.clustering import (
    BEST_SHARE,
    CLIP_WEIGHT,
    UNSCORED_WEIGHT,
)
from insight_pipeline.linkage.people.groups import MICRO
from insight_pipeline.linkage.review.loose import find_loose
from insight_pipeline.linkage.review.marks import marks

# Where one question is of several kinds, the first of these is told.
KINDS = (
    "contradiction", "disagreement", "evidence_changed", "second_opinion", "suspicious",
    "weak_cut", "near_join", "veto", "random",
)  # fmt: skip
# Kinds that decisions give rise to; all others are settled once somebody has decided them.
DECIDED = KINDS[:4]

_SIDE = """
    create or replace temp table review_side (
        question varchar, kind varchar, record_id varchar, is_left boolean)
"""

# Every two people between whom a pair was scored: what their pairs say as clustering reckons it.
# Two people of whom hardly any pair was scored are no question, however low people are joined.
NEAREST_UNSCORED = UNSCORED_WEIGHT + 1.0
_BETWEEN = f"""
    create or replace temp table review_between as
    with size as (
        select citizen_key, count(*) as records from person group by all
    ), crossing as (
        select least(l.citizen_key, r.citizen_key) as one,
            greatest(l.citizen_key, r.citizen_key) as other, match_weight, veto,
            round(greatest(least(match_weight, {CLIP_WEIGHT}), -{CLIP_WEIGHT}) * {MICRO})::bigint
                as micro
        from pair
        inner join person as l on l.rid = rid_l
        inner join person as r on r.rid = rid_r
        where l.citizen_key <> r.citizen_key
    ), summed as (
        select one, other, sum(micro) as micro, max(micro) as best, count(*) as scored,
            max(match_weight) filter (veto is not null) as vetoed
        from crossing group by all
    )
    select one, other, vetoed,
        {1 - BEST_SHARE} * (micro + (a.records * b.records - scored)
            * {round(UNSCORED_WEIGHT * MICRO)}) / (a.records * b.records * {MICRO}.0)
            + {BEST_SHARE} * best / {MICRO}.0 as mean
    from summed
    inner join size as a on a.citizen_key = one
    inner join size as b on b.citizen_key = other
"""
_OF_TWO_PEOPLE = f"""
    insert into review_side
    with wanted as (
        select one, other, case when vetoed is null then 'near_join' else 'veto' end as kind
        from review_between
        where (vetoed is null and mean >= greatest($join - $band, {NEAREST_UNSCORED}))
            or vetoed >= $join + $band
    )
    select one || ' ' || other, kind, record_id, true
    from wanted inner join person on citizen_key = one
    union all
    select one || ' ' || other, kind, record_id, false
    from wanted inner join person on citizen_key = other
"""

# A decision is looked at again where no verdict like it rests on what the records say now.
_CHANGED = f"""
    with seen as (
        {
    marks(
        "select decision_id as group_id, unnest(list_concat(records_l, records_r))"
        " as record_id from decision"
    )
}
    ), stale as (
        select decision_id from decision inner join seen on group_id = decision_id
        where decision.evidence_mark <> seen.evidence_mark
    )
    select distinct decision_id, 'evidence_changed' as kind from decision_pair as pair
    where decision_id in (from stale) and not exists (
        select 1 from decision_vote as vote
        where vote.record_id_l = pair.record_id_l and vote.record_id_r = pair.record_id_r
            and vote.verdict = pair.verdict and vote.decision_id not in (from stale))
"""
_OPEN = """
    select max_by(decision_id, (decided_at, decision_id)) as decision_id,
        case when bool_or(verdict = 'same') and bool_or(verdict = 'different')
            then 'disagreement' else 'second_opinion' end as kind
    from decision_vote
    anti join decision_pair using (record_id_l, record_id_r)
    anti join (
        select record_id_l, record_id_r from decision_vote
        semi join decision_conflict using (decision_id)
    ) using (record_id_l, record_id_r)
    where verdict <> 'unsure'
    group by record_id_l, record_id_r
"""
_OF_DECISIONS = f"""
    insert into review_side
    with wanted as (
        select decision_id, 'contradiction' as kind from decision_conflict
        union all ({_CHANGED}) union ({_OPEN})
    ), sided as (
        select decision_id, kind,
            case when scope_code = 'people' then records_l else [record_id_l] end as side_l,
            case when scope_code = 'people' then records_r else [record_id_r] end as side_r
        from wanted inner join decision using (decision_id)
    )
    select kind || ' ' || decision_id, kind, unnest(side_l), true from sided
    union all
    select kind || ' ' || decision_id, kind, unnest(side_r), false from sided
"""


def find_candidates(con: duckdb.DuckDBPyConnection, join: float, band: float) -> None:
    """Temp table review_side(question, kind, record_id, is_left) from the store's tables.

    Reads person, pair, evidence_value, trusted_value and the tables of decisions. A pair that was
    never scored counts as clustering counts it.
    """
    con.execute(_SIDE)
    con.execute(_BETWEEN)
    con.execute(_OF_TWO_PEOPLE, {"join": join, "band": band})
    find_loose(con, join, band)
    con.execute(_OF_DECISIONS)
