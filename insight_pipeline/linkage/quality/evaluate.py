"""How good a partition is where the truth is known: pairwise and B³ precision, recall and F1.

Belongs here: measures over two columns of labels. Does not belong here: estimates without truth.
Pairwise counts pairs of records, so large people weigh much; B³ asks of every record how much of
its cluster belongs to it and how much of its person was found.
"""

from __future__ import annotations

from collections.abc import Mapping
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
        # Sums of fractions differ in the last digit with the order of their terms.
        .sort("found", "truth")
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


@dataclass(frozen=True)
class Confusion:
    """All pairs of records by what was found and what is true."""

    joined_rightly: int
    joined_wrongly: int
    missed: int
    apart_rightly: int


def confusion(found: pl.Series, truth: pl.Series) -> Confusion:
    """Counts of pairs; the four add up to every pair there is."""
    cells = _cells(found, truth)
    right = _pairs(cells["both"])
    joined = _pairs(cells.unique("found")["cluster"])
    true = _pairs(cells.unique("truth")["person"])
    everything = len(found) * (len(found) - 1) / 2
    return Confusion(
        joined_rightly=int(right),
        joined_wrongly=int(joined - right),
        missed=int(true - right),
        apart_rightly=int(everything - joined - true + right),
    )


def by_group(found: pl.Series, truth: pl.Series, group: pl.Series) -> dict[str, Quality]:
    """Pairwise quality of every group, in order of its name.

    A pair counts half with each of its two records, so that groups add up to everyone. Records of
    no group are under the empty name.
    """
    if len(group) != len(found):
        raise ValueError("every record needs one group, which may be missing")
    cells = _cells(found, truth)
    labels = pl.DataFrame(
        {
            "found": found.alias("found"),
            "truth": truth.alias("truth"),
            "group": group.cast(pl.String).fill_null("").alias("group"),
        }
    )
    sums = (
        labels.join(cells, on=["found", "truth"])
        .group_by("group")
        .agg(pl.col("both", "cluster", "person").sum(), pl.len().alias("records"))
        .sort("group")
    )
    return {
        row["group"]: Quality(
            _share(row["both"] - row["records"], row["cluster"] - row["records"]),
            _share(row["both"] - row["records"], row["person"] - row["records"]),
        )
        for row in sums.iter_rows(named=True)
    }


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 1.0


@dataclass(frozen=True)
class Evaluation:
    """A partition against the truth; `groups` maps a grouping to its groups' pairwise quality."""

    records: int
    clusters: int
    people: int
    largest_cluster: int
    pairwise: Quality
    b_cubed: Quality
    exact_clusters: float
    confusion: Confusion
    groups: dict[str, dict[str, Quality]]


def evaluate(
    found: pl.Series, truth: pl.Series, groups: Mapping[str, pl.Series] | None = None
) -> Evaluation:
    """Every measure of one partition; series are aligned by position.

    Raises ValueError where lengths differ or a found or true label is missing.
    """
    sizes = found.value_counts()["count"]
    return Evaluation(
        records=len(found),
        clusters=found.n_unique(),
        people=truth.n_unique(),
        largest_cluster=int(sizes.to_numpy().max(initial=0)),
        pairwise=pairwise(found, truth),
        b_cubed=b_cubed(found, truth),
        exact_clusters=exact_clusters(found, truth),
        confusion=confusion(found, truth),
        groups={name: by_group(found, truth, group) for name, group in (groups or {}).items()},
    )
