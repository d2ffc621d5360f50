"""Why a pair weighs what it weighs: the bits each comparison adds or costs, up to the final weight.

Belongs here: the explanation as numbers and labels. Does not belong here: any value of a record
(records), or how it is drawn (picture). An explanation can therefore leave the identity zone.

It starts with the odds that two records drawn at random are one person, adds what each comparison
says against strangers, and then what relatives and namesakes take away: a match must beat all
rivals. All bits of an explanation add up to the weight that linking used.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log2
from typing import Any

import duckdb
import pyarrow as pa

from insight_pipeline.linkage.model.comparisons import COMPARISONS, Comparison
from insight_pipeline.linkage.model.model import Model
from insight_pipeline.linkage.pairs.scoring import MOST_BITS, TRUSTED_WEIGHT
from insight_pipeline.linkage.pairs.splink_engine import score, splink_settings

PRIOR, RELATIVES, NAMESAKES, NUMBER = "prior", "relatives", "namesakes", "trusted number"
MISSING = "not known of both"
LARGEST_BITS = 300.0


@dataclass(frozen=True)
class Step:
    """One bar of the waterfall. `level`: best is 0, None where nothing could be compared.

    `rarity`: how many of the `bits` come from how rare the agreed value is.
    """

    name: str
    label: str
    bits: float
    rarity: float = 0.0
    level: int | None = None


@dataclass(frozen=True)
class Explanation:
    """The bits of `steps` add up to `weight`; `veto` names what forbids the pair all the same."""

    steps: tuple[Step, ...]
    weight: float
    veto: str | None

    @property
    def probability(self) -> float:
        return 1 / (1 + 2 ** -_bounded(self.weight))


def explain_pairs(
    con: duckdb.DuckDBPyConnection, model: Model, pairs: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], Explanation]:
    """An explanation of each pair (rid_l, rid_r), compared again by the engine of the night.

    Reads record, frequency_<column> and, for vetoes, pair in the connection's catalogue; leaves
    temp tables explained_pair and explained.
    """
    ends = [(min(pair), max(pair)) for pair in pairs]
    listed = pa.table(
        {
            "rid_l": pa.array([left for left, _ in ends], pa.int64()),
            "rid_r": pa.array([right for _, right in ends], pa.int64()),
        }
    )
    con.register("asked", listed)
    con.execute("""
        create or replace temp table explained_pair as
        select distinct rid_l, rid_r, 'review' as match_key from asked
    """)
    con.unregister("asked")
    settings = splink_settings(
        COMPARISONS, model.match, model.stranger, model.prior_match, explained=True
    )
    score(con, settings, "explained_pair", "explained", _columns(COMPARISONS))
    rows = con.sql("""
        select explained.*, veto
        from explained left join pair using (rid_l, rid_r) order by rid_l, rid_r
    """).fetchall()
    names = [*_names(COMPARISONS), "veto"]
    found = (dict(zip(names, row, strict=True)) for row in rows)
    return {(row["rid_l"], row["rid_r"]): _explained(row, model) for row in found}


def _has_rarity(comparison: Comparison) -> bool:
    return any(level.frequency for level in comparison.levels)


def _columns(comparisons: Sequence[Comparison]) -> list[str]:
    columns = ["rid_l", "rid_r", "match_weight as stranger_weight"]
    for c in comparisons:
        rarity = f"mw_tf_adj_{c.name}" if _has_rarity(c) else "0.0"
        columns += [f"gamma_{c.name}", f"mw_{c.name}", f"{rarity}::double as rarity_{c.name}"]
    return columns


def _names(comparisons: Sequence[Comparison]) -> list[str]:
    names = ["rid_l", "rid_r", "stranger_weight"]
    for c in comparisons:
        names += [f"gamma_{c.name}", f"mw_{c.name}", f"rarity_{c.name}"]
    return names


def _explained(row: dict[str, Any], model: Model) -> Explanation:
    steps = [Step(PRIOR, "two records drawn at random", log2(_odds(model.prior_match)))]
    steps += [_step(c, row) for c in COMPARISONS]
    steps += _rivals(row["stranger_weight"], steps, model)
    total = sum(step.bits for step in steps)
    number = next(step for step in steps if step.name == "trusted_id")
    if number.level == 0 and total < TRUSTED_WEIGHT:
        steps.append(Step(NUMBER, "the same number outweighs the rest", TRUSTED_WEIGHT - total))
        total = TRUSTED_WEIGHT
    return Explanation(tuple(steps), round(total, 6), row["veto"])


def _odds(share: float) -> float:
    return share / (1 - share)


def _step(comparison: Comparison, row: dict[str, Any]) -> Step:
    gamma, rarity = row[f"gamma_{comparison.name}"], row[f"rarity_{comparison.name}"]
    if gamma < 0:
        return Step(comparison.name, MISSING, 0.0)
    level = len(comparison.levels) - 1 - gamma
    bits = row[f"mw_{comparison.name}"] + rarity
    return Step(comparison.name, comparison.levels[level].label, bits, rarity, level)


def _rivals(stranger: float, compared: Sequence[Step], model: Model) -> Iterator[Step]:
    """What each rival takes away: the odds against a match add up, so no rival can be hidden."""
    before = sum(step.bits for step in compared)
    against = 2 ** -_bounded(stranger)
    for name, words, shares, prior in (
        (RELATIVES, "could they be relatives instead?", model.relative, model.prior_relative),
        (NAMESAKES, "could they be namesakes instead?", model.namesake, model.prior_namesake),
    ):
        weight = log2(model.prior_match / prior)
        for step in compared:
            if step.level is not None:
                match, rival = model.match[step.name], shares[step.name]
                weight += _bits(match[step.level], rival[step.level])
        against += 2 ** -_bounded(weight)
        yield Step(name, words, -log2(against) - before)
        before = -log2(against)


def _bits(match: float, rival: float) -> float:
    """As scoring reckons a level that a rival never reaches."""
    return min(log2(match / rival), MOST_BITS) if rival > 0 else MOST_BITS


def _bounded(weight: float) -> float:
    return max(min(weight, LARGEST_BITS), -LARGEST_BITS)
