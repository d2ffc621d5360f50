"""Scoring: every candidate pair gets one match weight in bits, and the reasons it may never be one.

Belongs here: weights against both rivals (strangers, relatives), the deterministic rule and pair
vetoes. Does not belong here: what a cluster makes of them (clustering).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2

import duckdb

from insight_pipeline.linkage.model.comparisons import Comparison
from insight_pipeline.linkage.model.model import Model, rounded
from insight_pipeline.linkage.pairs.splink_engine import score, splink_settings
from insight_pipeline.linkage.training.train import level_columns

# A backed trusted number is worth at least this many bits, whatever else disagrees.
TRUSTED_WEIGHT = 12.0


@dataclass(frozen=True)
class Veto:
    """A reason why two records may never be one person, however alike: SQL over l, r and levels."""

    name: str
    reason: str
    condition: str


_NO_SHARED_ID = "not coalesce(list_has_any(l.trusted, r.trusted), false)"


def _unlike(one: str, other: str) -> str:
    """Two full names that nobody would mistake for one another."""
    return (
        f"length({one}) > 2 and length({other}) > 2"
        f" and jaro_winkler_similarity({one}, {other}) < 0.7"
    )


VETOES = (
    Veto(
        "twins",
        "born the same day, one surname, unlike first names: twins until a number says otherwise;"
        " whichever way round either record has its names",
        "l.birth_date = r.birth_date and ("
        f"(l.family = r.family and {_unlike('l.given', 'r.given')}"
        " and not list_has_any(l.nicks, r.nicks)"
        " and not coalesce(l.given = r.middle, false)"
        " and not coalesce(l.middle = r.given, false)"
        " and not coalesce(starts_with(l.given, r.given_first), false)"
        " and not coalesce(starts_with(r.given, l.given_first), false))"
        f" or (l.given = r.family and {_unlike('l.family', 'r.given')})"
        f" or (l.family = r.given and {_unlike('l.given', 'r.family')}))"
        f" and {_NO_SHARED_ID}",
    ),
    Veto(
        "father and son",
        "one name a generation apart: two people until a number says otherwise",
        "jaro_winkler_similarity(l.family, r.family) >= 0.9"
        " and (list_has_any(l.nicks, r.nicks)"
        " or jaro_winkler_similarity(l.given, r.given) >= 0.92)"
        " and abs(year(l.birth_date) - year(r.birth_date)) between 14 and 60"
        " and damerau_levenshtein(l.birth_text, r.birth_text) > 2"
        f" and {_NO_SHARED_ID}",
    ),
)


# Registers in which relatives are rarer than this against matches hold hardly any families ...
KIN_AT_ALL = 0.01
# ... and from here on relatives are the rivals that matter.
KIN_COMMON = 0.1
ENOUGH_MATCHES = 1000.0
JOIN_AMONG_KIN = 0.0
JOIN_AMONG_STRANGERS = -4.0


def _kin_share(model: Model, records: int) -> float:
    """Relatives against matches; families are taken for granted where too little is known."""
    matches = model.prior_match * records * (records - 1) / 2
    return model.prior_relative / model.prior_match if matches >= ENOUGH_MATCHES else 1.0


def join_weight(model: Model, records: int) -> float:
    """The mean weight from which two groups of records are one person.

    Where families are common the weight is calibrated, and a person is whoever is more likely one
    than not. Where there are none the only rivals are strangers; blocking has left most of those
    out already, so that candidates are likelier matches than their weight says.
    """
    strangers_only = max(0.0, 1.0 - _kin_share(model, records) / KIN_COMMON)
    return rounded(JOIN_AMONG_KIN + strangers_only * (JOIN_AMONG_STRANGERS - JOIN_AMONG_KIN))


def _relative_weight(comparisons: Sequence[Comparison], model: Model) -> str:
    """Bits for match against relatives, as SQL over Splink's agreement levels."""
    terms = [f"{log2(model.prior_match / model.prior_relative)!r}"]
    for c in comparisons:
        top = len(c.levels) - 1
        whens = " ".join(
            f"when {top - position} then {log2(m / h)!r}"
            for position, (m, h) in enumerate(
                zip(model.match[c.name], model.relative[c.name], strict=True)
            )
        )
        terms.append(f"case gamma_{c.name} {whens} else 0 end")
    return " + ".join(f"({term})" for term in terms)


def _weight_sql(comparisons: Sequence[Comparison], model: Model) -> str:
    """A match must beat both rivals: strangers who happen to agree, and relatives.

    The two odds against it add up, so the weight is a soft minimum of the two weights.
    """
    # Bounds of 300 bits keep the powers from overflow and change no decision.
    stranger = "greatest(least(match_weight, 300), -300)"
    relative = f"greatest(least({_relative_weight(comparisons, model)}, 300), -300)"
    return f"-log2(pow(2.0::double, -{stranger}) + pow(2.0::double, -{relative}))"


def score_candidates(
    con: duckdb.DuckDBPyConnection, comparisons: Sequence[Comparison], model: Model, records: int
) -> None:
    """Table pair(rid_l, rid_r, match_weight, veto, one level per comparison)."""
    settings = splink_settings(comparisons, model.match, model.stranger, model.prior_match)
    top = len(next(c for c in comparisons if c.name == "trusted_id").levels) - 1
    weight = f"round({_weight_sql(comparisons, model)}, 6)"
    floored = (
        f"case when gamma_trusted_id = {top} then greatest({weight}, {TRUSTED_WEIGHT})"
        f" else {weight} end as match_weight"
    )
    columns = ["rid_l", "rid_r", "match_key", floored, *level_columns(comparisons)]
    score(con, settings, "candidate", "scored", columns)
    kin = VETOES if _kin_share(model, records) >= KIN_AT_ALL else ()
    cases = " ".join(f"when {veto.condition} then '{veto.name}'" for veto in kin)
    veto = f"case {cases} end" if kin else "null"
    con.execute(f"""
        create or replace table pair as
        select s.*, ({veto})::varchar as veto
        from scored as s
        inner join record as l on l.rid = s.rid_l
        inner join record as r on r.rid = s.rid_r
    """)
    con.execute("drop table scored")
