"""How many of given phrases are names of known people: numbers go out, never a name.

Belongs here: comparing phrases with the names in identity.duckdb. Does not belong here: where the
phrases come from, or what follows from it.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
from anyascii import anyascii

from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.linkage.evidence.cleaning import NAME, clean_sql

# Given names with family names in either order, closed up: linkage writes 'van der Berg' as one
# word, so a phrase is closed up as well before it is compared.
_KNOWN = """
    with given_names as (
        select record_id, unnest([given, given_first]) as given_name from record
    ), family_names as (
        select record_id, unnest(list_append(coalesce(families, []), family)) as family_name
        from record
    ), pairs as (
        select given_name, family_name
        from given_names inner join family_names using (record_id)
        where given_name <> family_name
    )
    select replace(given_name || family_name, ' ', '') as closed_up from pairs
    union all
    select replace(family_name || given_name, ' ', '') from pairs
"""
_COUNT = f"""
    with cleaned as materialized (
        select latin, replace({clean_sql("latin", NAME)}, ' ', '') as closed_up
        from (select distinct latin from phrase)
    ), known as (
        select distinct latin, closed_up
        from cleaned inner join ({_KNOWN}) as name using (closed_up)
    )
    select place, count(distinct closed_up)::uinteger as people
    from phrase inner join known using (latin)
    group by place order by place
"""


def count_known_names(store: Path, phrases: pl.DataFrame) -> pl.DataFrame | None:
    """Per place how many distinct phrases name somebody in the store; None where there is none.

    `phrases` has (place UInt32, phrase String): two or more words as they stand in a text. They are
    folded as linkage folds names: case, marks, apostrophes, other scripts. Returns (place, people)
    with a row per place that names anybody.
    """
    if not store.exists():
        return None
    latin = _in_latin(phrases)
    try:
        with duckdb.connect(str(store), read_only=True) as con:
            con.register("phrase", latin.to_arrow())
            return pl.DataFrame(con.sql(_COUNT).to_arrow_table())
    except duckdb.Error as error:
        raise InsightError([_unreadable(store, type(error).__name__)]) from None


def _in_latin(phrases: pl.DataFrame) -> pl.DataFrame:
    """The phrases with other scripts in Latin letters, each distinct one written once."""
    foreign = phrases["phrase"].unique()
    foreign = foreign.filter(foreign.str.contains(r"[^\x00-\x7F]"))
    forms = {raw: anyascii(raw) for raw in foreign.sort().to_list()}
    return phrases.select(
        "place", latin=pl.col("phrase").replace(forms) if forms else pl.col("phrase")
    )


def _unreadable(store: Path, kind: str) -> Fault:
    return Fault(
        where=str(store),
        expected="an identity store with the names linkage compared",
        found=f"{kind} on reading it",
        consequence="nobody knows whether the release names people; it is not published",
        next_step="run the night, or restore the store from its backup",
    )
