"""The review queue: questions to a reviewer, those first whose answer may move most figures.

Belongs here: a question's two sides, its weight, its uncertainty and its place. Does not belong
here: which questions there are (candidates), or how many rows of the warehouse hang on a citizen
(the command line, which may look into both zones).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb
import polars as pl

from insight_pipeline.linkage.people.clustering import CLIP_WEIGHT, UNSCORED_WEIGHT
from insight_pipeline.linkage.policy import LinkagePolicy
from insight_pipeline.linkage.review.candidates import DECIDED, KINDS, find_candidates

ITEM_HEX = 16

# Both sides of every question that is open, the side of the smallest record id on the left.
_QUESTION = f"""
    create or replace temp table review_question as
    with there as (
        select side.*, citizen_key, rid from review_side as side inner join person using (record_id)
    ), settled as (
        select distinct l.question
        from there as l
        inner join there as r on r.question = l.question and l.is_left and not r.is_left
        semi join (select * from decision_vote where verdict <> 'unsure') as vote
            on vote.record_id_l = least(l.record_id, r.record_id)
            and vote.record_id_r = greatest(l.record_id, r.record_id)
        where l.kind not in {DECIDED}
    ), grouped as (
        select question, any_value(kind) as kind,
            list(distinct record_id order by record_id) filter (is_left) as one,
            list(distinct record_id order by record_id) filter (not is_left) as other,
            list(distinct citizen_key order by citizen_key) as citizens
        from there anti join settled using (question) group by question
    ), turned as (
        select kind, citizens, case when one[1] < other[1] then one else other end as records_l,
            case when one[1] < other[1] then other else one end as records_r
        from grouped where len(one) > 0 and len(other) > 0 and not list_has_any(one, other)
    )
    select *, substr(sha256(array_to_string(records_l, chr(31)) || chr(30)
        || array_to_string(records_r, chr(31))), 1, {ITEM_HEX}) as item_id
    from turned
    qualify row_number() over (
        partition by item_id order by list_position({list(KINDS)}, kind)) = 1
"""

# Weight: the mean across the cut, save where a veto holds apart what one pair says is together.
_ITEM = """
    create or replace table review_item as
    with l as (
        select item_id, unnest(records_l) as record_id_l from review_question
    ), crossing as (
        select item_id, record_id_l, unnest(records_r) as record_id_r
        from l inner join review_question using (item_id)
    ), weighed as (
        select item_id, record_id_l, record_id_r, match_weight, veto
        from crossing
        inner join person as a on a.record_id = record_id_l
        inner join person as b on b.record_id = record_id_r
        left join pair on rid_l = least(a.rid, b.rid) and rid_r = greatest(a.rid, b.rid)
    ), summed as (
        select item_id,
            arg_max({'l': record_id_l, 'r': record_id_r},
                (coalesce(match_weight, -1000), record_id_l, record_id_r)) as shown,
            max(match_weight) as strongest,
            sum(round(greatest(least(coalesce(match_weight, $unscored), $clip), -$clip)
                * 1000000)::bigint) / (count(*) * 1000000.0) as mean
        from weighed group by item_id
    ), placed as (
        select *, round(case when kind in ('veto', 'random') then coalesce(strongest, mean)
            else mean end, 6) as weight
        from review_question inner join summed using (item_id)
    )
    select item_id, kind, records_l, records_r, shown.l as record_id_l, shown.r as record_id_r,
        weight, round(1 / (1 + pow(2.0::double, -weight)), 6) as probability,
        (len(records_l) + len(records_r))::integer as record_count, citizens
    from placed order by item_id
"""


@dataclass(frozen=True)
class Item:
    """One question: are both sides one person? `pair` is the strongest pair across them.

    weight: match weight in bits; effect: rows of the warehouse that may move, None where unknown;
    place: in the queue, from 1. Record ids and citizen keys stay inside the identity zone.
    """

    item_id: str
    kind: str
    records_l: tuple[str, ...]
    records_r: tuple[str, ...]
    pair: tuple[str, str]
    weight: float
    probability: float
    uncertainty: float
    citizens: tuple[str, ...]
    effect: int | None
    place: int

    @property
    def records(self) -> tuple[str, ...]:
        return (*self.records_l, *self.records_r)

    @property
    def scope(self) -> str:
        return "records" if len(self.records) == 2 else "people"


def find_items(
    con: duckdb.DuckDBPyConnection, join: float, policy: LinkagePolicy
) -> dict[str, int]:
    """Table review_item: every open question; how many of each kind there are.

    Columns: item_id, kind, records_l, records_r, record_id_l, record_id_r (the strongest pair),
    weight, probability, record_count, citizens. An item keeps its id as long as its two sides are
    the same. Reads person, pair and the tables of decisions in the connection's catalogue.
    """
    find_candidates(con, join, policy.review_band_bits)
    return write_items(con)


def write_items(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Table review_item from temp table review_side."""
    con.execute(_QUESTION)
    con.execute(_ITEM, {"unscored": UNSCORED_WEIGHT, "clip": CLIP_WEIGHT})
    rows = con.execute("select kind, count(*) from review_item group by kind").fetchall()
    found = {str(kind): int(items) for kind, items in rows}
    return {kind: found[kind] for kind in KINDS if kind in found}


def ranked(con: duckdb.DuckDBPyConnection, effects: pl.DataFrame | None) -> list[Item]:
    """The queue: by effect times uncertainty, then by item id.

    `effects` (citizen_key, effect): rows that hang on a citizen; without it uncertainty ranks.
    """
    items: pl.DataFrame = con.sql("select * from review_item").pl()
    probability = pl.col("probability")
    items = items.with_columns(uncertainty=(probability * (1 - probability)).round(6))
    if effects is None:
        items = items.with_columns(effect=pl.lit(None, pl.Int64), worth=pl.col("uncertainty"))
    else:
        known = _effect_of(items, effects)
        worth = pl.col("effect") * pl.col("uncertainty")
        items = items.join(known, on="item_id", how="left", maintain_order="left")
        items = items.with_columns(pl.col("effect").fill_null(0)).with_columns(worth=worth)
    items = items.sort(["worth", "item_id"], descending=[True, False])
    return [_item(row, place) for place, row in enumerate(items.iter_rows(named=True), start=1)]


def _effect_of(items: pl.DataFrame, effects: pl.DataFrame) -> pl.DataFrame:
    long = items.select("item_id", citizen_key=pl.col("citizens")).explode("citizen_key")
    joined = long.join(effects, on="citizen_key", how="left")
    return joined.group_by("item_id").agg(pl.col("effect").sum().cast(pl.Int64))


def _item(row: dict[str, Any], place: int) -> Item:
    return Item(
        item_id=row["item_id"],
        kind=row["kind"],
        records_l=tuple(row["records_l"]),
        records_r=tuple(row["records_r"]),
        pair=(row["record_id_l"], row["record_id_r"]),
        weight=row["weight"],
        probability=row["probability"],
        uncertainty=row["uncertainty"],
        citizens=tuple(row["citizens"]),
        effect=row["effect"],
        place=place,
    )
