"""Precision and recall without labels: what the weights, calibrated, say of tonight's partition.

Belongs here: estimates from counts of pairs per weight, and from silver labels. Does not belong
here: labels made by reviewers (labelled). An estimate is never called anything else.

Estimated precision: of the pairs joined, the sum of their probabilities. Estimated recall: that
sum against itself and the probabilities of the pairs left apart. Pairs that blocking never
proposed are in neither: silver_reach tells how many those may be.
Silver precision and recall ask the same of single pairs that a trusted number tells apart, by the
weight they would have without it: how good linking is for people without numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl

from insight_pipeline.linkage.quality.basis import BINS, Basis, bin_of
from insight_pipeline.linkage.quality.calibration import Calibration
from insight_pipeline.linkage.quality.counts import APART, GROUP, JOINED, by_group
from insight_pipeline.linkage.quality.groups import EVERYONE
from insight_pipeline.linkage.quality.interval import Share, difference, wilson, with_variance

DIFFERENCE = "_difference"


@dataclass(frozen=True)
class Figure:
    """One line of the table quality; numerator and denominator are pairs unless it says else."""

    measure: str
    group_kind: str
    group_value: str
    numerator: float
    denominator: float
    share: Share | None
    method: str


@dataclass(frozen=True)
class Side:
    """Pairs on one side of the decision: how many, how many are one person, how sure that is.

    tilt: by how much `same` moves with one standard deviation of the model's common error.
    """

    pairs: float
    same: float
    variance: float
    tilt: float


def estimated(counts: pl.DataFrame, calibration: Calibration) -> list[Figure]:
    """Estimated precision and recall of every group, and what each differs from everyone."""
    method = f"estimate, {calibration.method}"
    return [
        *_compared(counts, "estimated_precision", _precision(calibration), method),
        *_compared(counts, "estimated_recall", _recall(calibration), method),
    ]


Measured = tuple[float, float, Share | None]


def _compared(
    counts: pl.DataFrame, measure: str, of: Callable[[pl.DataFrame], Measured], method: str
) -> Iterator[Figure]:
    """The measure of every group; then of every group against all others, scaled to everyone."""
    everyone = counts.filter(pl.col("group_kind") == EVERYONE)
    groups = counts.partition_by(GROUP, as_dict=True, maintain_order=True)
    for (kind, value), own in groups.items():
        numerator, denominator, share = of(own)
        yield Figure(measure, str(kind), str(value), numerator, denominator, share, method)
        if kind == EVERYONE:
            continue
        _, whole, _ = of(everyone)
        gap = difference(share, of(_less(everyone, own))[2], denominator / whole if whole else 1.0)
        yield Figure(
            measure + DIFFERENCE, str(kind), str(value), numerator, denominator, gap, method
        )


def _less(everyone: pl.DataFrame, own: pl.DataFrame) -> pl.DataFrame:
    """Counts of all who are not in the group, as rows whose sums are theirs."""
    amounts = [name for name in own.columns if name not in (*GROUP, "stratum", "bin")]
    return pl.concat([everyone, own.with_columns(-pl.col(amounts))])


def _side(counts: pl.DataFrame, strata: tuple[str, ...], calibration: Calibration) -> Side:
    """Expected matches of one side.

    Three things make them uncertain: each join is right or wrong as one; the probabilities are
    themselves estimated, one for all pairs of a bin; and the model may be out as a whole.
    """
    chosen = counts.filter(pl.col("stratum").is_in(strata)).group_by("bin").agg(
        pl.col("pairs").sum(), pl.col("spread").sum()
    ).sort("bin")  # fmt: skip
    at = chosen["bin"].to_numpy() - BINS.start
    pairs, spread = chosen["pairs"].to_numpy(), chosen["spread"].to_numpy()
    probability = np.array(calibration.probability)[at]
    doubt = np.array(calibration.variance)[at]
    variance = (spread * probability * (1 - probability)).sum() + (pairs**2 * doubt).sum()
    tilt = (pairs * np.array(calibration.tilt)[at]).sum()
    return Side(
        float(pairs.sum()), float((pairs * probability).sum()), float(variance), float(tilt)
    )


def _precision(calibration: Calibration) -> Callable[[pl.DataFrame], Measured]:
    def measured(counts: pl.DataFrame) -> Measured:
        joined = _side(counts, JOINED, calibration)
        if not joined.pairs:
            return 0.0, 0.0, None
        estimate = min(joined.same / joined.pairs, 1.0)
        variance = joined.variance + joined.tilt**2
        share = with_variance(estimate, variance / joined.pairs**2, joined.pairs)
        return joined.same, joined.pairs, share

    return measured


def _recall(calibration: Calibration) -> Callable[[pl.DataFrame], Measured]:
    def measured(counts: pl.DataFrame) -> Measured:
        joined = _side(counts, JOINED, calibration)
        apart = _side(counts, APART, calibration)
        whole = joined.same + apart.same
        if not whole:
            return 0.0, 0.0, None
        variance = apart.same**2 * joined.variance + joined.same**2 * apart.variance
        # What the model is out by moves both sides at once.
        variance += (apart.same * joined.tilt - joined.same * apart.tilt) ** 2
        share = with_variance(joined.same / whole, variance / whole**4, whole)
        return joined.same, whole, share

    return measured


# Pairs are counted half with each record's groups; a label is one trial all the same.
_SILVER = """
    create or replace temp table silver_count as
    with ends as (
        select unnest([rid_l, rid_r]) as rid, is_equal, is_reached, bin from silver
    )
    select combination,
        count(*) filter (is_reached and is_equal and bin >= {join}) / 2 as right_pairs,
        count(*) filter (is_reached and bin >= {join}) / 2 as linked_pairs,
        count(*) filter (is_reached and is_equal) / 2 as found_pairs,
        count(*) filter (is_equal) / 2 as equal_pairs
    from ends inner join record_group using (rid) group by combination
"""
_SILVER_SUMS = ", ".join(
    f"sum({name})::double as {name}"
    for name in ("right_pairs", "linked_pairs", "found_pairs", "equal_pairs")
)
SILVER_METHOD = "silver labels: trusted numbers, left out of the weight"


def silver(con: duckdb.DuckDBPyConnection, basis: Basis) -> list[Figure]:
    """Silver precision, recall and reach of every group; nothing where there are no labels."""
    con.execute(_SILVER.format(join=bin_of(basis.join)))
    counts = by_group(
        con, "silver_count inner join combination using (combination)", "", _SILVER_SUMS
    )
    if counts.is_empty() or not counts["equal_pairs"].sum():
        return []
    return [
        *_compared(
            counts, "silver_precision", _ratio("right_pairs", "linked_pairs"), SILVER_METHOD
        ),
        *_compared(counts, "silver_recall", _ratio("right_pairs", "found_pairs"), SILVER_METHOD),
        *_compared(counts, "silver_reach", _ratio("found_pairs", "equal_pairs"), SILVER_METHOD),
    ]


def _ratio(part: str, whole: str) -> Callable[[pl.DataFrame], Measured]:
    def measured(counts: pl.DataFrame) -> Measured:
        numerator, denominator = float(counts[part].sum()), float(counts[whole].sum())
        share = wilson(numerator / denominator, denominator) if denominator else None
        return numerator, denominator, share

    return measured
