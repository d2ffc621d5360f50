"""How good a partition is where the truth is known: pairwise and B³ precision, recall and F1.

Belongs here: measures over two columns of labels. Does not belong here: estimates without truth.
Pairwise counts pairs of records, so large people weigh much; B³ asks of every record how much of
its cluster belongs to it and how much of its person was found.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Quality:
    """Precision and recall; 1 where there was nothing to get wrong."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def _cells(found: pl.Series, truth: pl.Series) -> pl.DataFrame:
    """Records per (cluster, person), with the size of each."""
    if len(found) != len(truth) or found.null_count() or truth.null_count():
        raise ValueError("every record needs one found and one true label")
    labels = pl.DataFrame({"found": found.alias("found"), "truth": truth.alias("truth")})
    return (
        labels.group_by("found", "truth")
        .agg(pl.len().cast(pl.Float64).alias("both"))
        .with_columns(
            pl.col("both").sum().over("found").alias("cluster"),
            pl.col("both").sum().over("truth").alias("person"),
        )
    )


def _pairs(sizes: pl.Series) -> float:
    return float((sizes * (sizes - 1) / 2).sum())


def pairwise(found: pl.Series, truth: pl.Series) -> Quality:
    """Of the pairs put together, how many belong together; of those that do, how many were."""
    cells = _cells(found, truth)
    right = _pairs(cells["both"])
    joined = _pairs(cells.unique("found")["cluster"])
    true = _pairs(cells.unique("truth")["person"])
    return Quality(right / joined if joined else 1.0, right / true if true else 1.0)


def b_cubed(found: pl.Series, truth: pl.Series) -> Quality:
    """Mean over records of the share of its cluster that is right, and of its person found."""
    if not len(found):
        return Quality(1.0, 1.0)
    cells = _cells(found, truth)
    squared = cells["both"] ** 2
    return Quality(
        float((squared / cells["cluster"]).sum()) / len(found),
        float((squared / cells["person"]).sum()) / len(found),
    )


def exact_clusters(found: pl.Series, truth: pl.Series) -> float:
    """Share of true people whose records form exactly one cluster with no one else in it."""
    cells = _cells(found, truth)
    people = cells["truth"].n_unique()
    exact = cells.filter(
        (pl.col("both") == pl.col("cluster")) & (pl.col("both") == pl.col("person"))
    )
    return exact.height / people if people else 1.0
