"""Scoring: every candidate pair gets one match weight in bits, and the reasons it may never be one.

Belongs here: weights against all rivals, the deterministic rule, and applying vetoes. Does not
belong here: the vetoes (vetoes) or what a cluster makes of them (clustering).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log2

import duckdb

from insight_pipeline.linkage.model.comparisons import Comparison
from insight_pipeline.linkage.model.model import Model, Shares
from insight_pipeline.linkage.pairs.splink_engine import score, splink_settings
from insight_pipeline.linkage.pairs.vetoes import Veto, in_force
from insight_pipeline.linkage.training.train import level_columns

# A pair this unlikely weighs as much against as one that was never compared: it is not kept,
# unless a veto forbids it.
LOWEST_KEPT = -10.0
# A pair kept apart by its numbers alone stays: quality is measured by what it would weigh without.
KEPT = f"match_weight > {LOWEST_KEPT} or weight_without_number > {LOWEST_KEPT} or veto is not null"
# A backed trusted number is worth at least this many bits, whatever else disagrees.
TRUSTED_WEIGHT = 12.0
# A level that a rival class never reaches counts no more than this.
MOST_BITS = 60.0


def _rival_weight(
    comparisons: Sequence[Comparison], match: Shares, rival: Shares, priors: tuple[float, float]
) -> str:
    """Bits for match against a rival class, as SQL over Splink's agreement levels."""
    terms = [f"{log2(priors[0] / priors[1])!r}"]
    for c in comparisons:
        top = len(c.levels) - 1
        whens = " ".join(
            f"when {top - position} then {_bits(m, h)!r}"
            for position, (m, h) in enumerate(zip(match[c.name], rival[c.name], strict=True))
        )
        terms.append(f"case gamma_{c.name} {whens} else 0 end")
    return " + ".join(f"({term})" for term in terms)


def _bits(match: float, rival: float) -> float:
    """A level the rival class never reaches speaks for a match as loud as a bound allows."""
    return min(log2(match / rival), MOST_BITS) if rival > 0 else MOST_BITS


def _weight_sql(
    comparisons: Sequence[Comparison], model: Model, stranger: str = "match_weight"
) -> str:
    """A match must beat all rivals: strangers who happen to agree, relatives and namesakes.

    The odds against it add up, so the weight is a soft minimum of the weights.
    """
    weights = [stranger] + [
        _rival_weight(comparisons, model.match, shares, (model.prior_match, prior))
        for shares, prior in (
            (model.relative, model.prior_relative),
            (model.namesake, model.prior_namesake),
        )
    ]
    # Bounds of 300 bits keep the powers from overflow and change no decision.
    odds = [f"pow(2.0::double, -greatest(least({weight}, 300), -300))" for weight in weights]
    return f"round(-log2({' + '.join(odds)}), 6)"


class _Number:
    """What the comparison of trusted numbers adds, as SQL over Splink's prediction."""

    def __init__(self, comparisons: Sequence[Comparison], model: Model) -> None:
        number = next(c for c in comparisons if c.name == "trusted_id")
        top = len(number.levels) - 1
        self.others = [c for c in comparisons if c is not number]
        self.is_backed = f"gamma_trusted_id = {top}"
        levels = zip(model.match[number.name], model.stranger[number.name], strict=True)
        whens = " ".join(
            f"when {top - place} then {log2(m / u)!r}" for place, (m, u) in enumerate(levels)
        )
        self.bits = f"case gamma_trusted_id {whens} else 0 end"


def _columns(comparisons: Sequence[Comparison], model: Model) -> list[str]:
    """match_weight; weight_without_number, NULL where the numbers said nothing; the levels.

    Only quality reads the weight without numbers: pairs that a number tells apart show what the
    other facts are worth.
    """
    number = _Number(comparisons, model)
    floor = f"case when {number.is_backed} then {TRUSTED_WEIGHT} end"
    without = _weight_sql(number.others, model, f"(match_weight - {number.bits})")
    return [
        f"greatest({_weight_sql(comparisons, model)}, {floor}) as match_weight",
        f"case when gamma_trusted_id >= 0 then {without} end as weight_without_number",
        *level_columns(comparisons),
    ]


def _worth_a_look(comparisons: Sequence[Comparison], model: Model, vetoes: Sequence[Veto]) -> str:
    """Most pairs are strangers for certain, and no rival and no veto need be asked about them.

    A rival can only lower a weight, so what is low against strangers is low.
    """
    number = _Number(comparisons, model)
    cases = [
        f"match_weight > {LOWEST_KEPT}",
        f"match_weight - {number.bits} > {LOWEST_KEPT}",
        number.is_backed,
    ]
    top = {c.name: len(c.levels) - 1 for c in comparisons}
    for veto in vetoes:
        asked = [
            f"gamma_{name} in ({', '.join(str(top[name] - p) if p >= 0 else '-1' for p in places)})"
            for name, places in veto.possible.items()
        ]
        cases.append(f"({' and '.join(asked)})")
    return " or ".join(cases)


def score_candidates(
    con: duckdb.DuckDBPyConnection,
    comparisons: Sequence[Comparison],
    model: Model,
    candidates: str = "candidate",
    into: str = "pair",
    *,
    whole: bool = False,
) -> None:
    """Table `into`(rid_l, rid_r, match_weight, weight_without_number, levels, veto).

    Of table `candidates` only what could be kept, nothing that is a pair of strangers for certain;
    with `whole` all of it.
    """
    settings = splink_settings(comparisons, model.match, model.stranger, model.prior_match)
    vetoes = in_force(model)
    columns = ["rid_l", "rid_r", *_columns(comparisons, model)]
    kept = "true" if whole else _worth_a_look(comparisons, model, vetoes)
    score(con, settings, candidates, "scored", columns, kept)
    cases = " ".join(f"when {veto.condition} then '{veto.name}'" for veto in vetoes)
    veto = f"case {cases} end" if vetoes else "null"
    con.execute(f"""
        create or replace table {into} as
        select s.*, ({veto})::varchar as veto
        from scored as s
        inner join record as l on l.rid = s.rid_l
        inner join record as r on r.rid = s.rid_r
    """)
    con.execute("drop table scored")
