"""Precision and recall from what reviewers said: labels, and only labels.

Belongs here: labels weighted back to the pairs they stand for. Does not belong here: how pairs
come to be reviewed (review), or anything a weight says (estimates).

Reviewers are shown doubtful pairs far more often than others, so labels as they come would paint
linkage black. Each label therefore stands for the pairs of its stratum: joined for sure, joined
with doubt, left apart nearly or clearly. Where there is doubt every label counts; elsewhere only
pairs drawn by chance do, as others were shown because something was odd about them. A stratum
without a label is left out and said to be: labelled_coverage is the share of pairs in strata that
have labels. Only records shown side by side are a label, not those that follow from one.
Limits: in the doubtful strata the pairs reviewed are taken for typical; pairs that a veto keeps
apart or that nothing suggests are in no stratum; a wrong verdict counts as a right one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb
import polars as pl

from insight_pipeline.linkage.quality.basis import Basis, bin_of, exists
from insight_pipeline.linkage.quality.counts import (
    APART,
    APART_FAR,
    APART_NEAR,
    GROUP,
    JOINED,
    JOINED_DOUBTFUL,
    JOINED_SURE,
    by_group,
)
from insight_pipeline.linkage.quality.estimates import Figure
from insight_pipeline.linkage.quality.interval import Share, with_variance

LABELS = "labelled_pair"
RANDOM = "random"
METHOD = "labels, weighted by stratum"

# A decision moves its own pair: it is placed where the weights alone would have left it.
_PLACED = """
    create or replace temp table placed_label as
    with named as (
        select label.rid_l, label.rid_r, is_match, coalesce(sampling_code, 'not known') as kind,
            l.person = r.person as is_joined, l.person as person,
            least(l.person, r.person) as person_l, greatest(l.person, r.person) as person_r
        from labelled_pair as label
        inner join member as l on l.rid = label.rid_l
        inner join member as r on r.rid = label.rid_r
        where is_shown
    ), weighed as (
        select named.*, case when is_joined then weakest else bin end as bin
        from named
        left join person_stratum using (person)
        left join between_join using (person_l, person_r)
    ), placed as (
        select rid_l, rid_r, is_match, kind, case
            when bin is null then null
            when is_joined and (bin >= {join} or not is_match) or bin >= {join} and not is_match
                then case when bin >= {doubtful} then '{joined_sure}' else '{joined_doubtful}' end
            else case when bin >= {near} then '{apart_near}' else '{apart_far}' end
        end as stratum
        from weighed
    )
    select *, stratum in ('{joined_doubtful}', '{apart_near}') or kind = '{random}' as is_typical
    from placed
"""


@dataclass(frozen=True)
class _Stratum:
    pairs: float
    labels: float
    same: float

    @property
    def share(self) -> float:
        return self.same / self.labels

    @property
    def variance(self) -> float:
        """Of the share; two of each are added, so that few labels are never taken for sure."""
        share = (self.same + 2) / (self.labels + 4)
        return share * (1 - share) / self.labels


def labelled(con: duckdb.DuckDBPyConnection, basis: Basis, counts: pl.DataFrame) -> list[Figure]:
    """Labelled precision and recall by group, and labels by kind; nothing without labels."""
    if not exists(con, LABELS):
        return []
    con.execute(
        _PLACED.format(
            join=bin_of(basis.join),
            doubtful=bin_of(basis.join + basis.band),
            near=bin_of(basis.join - basis.band),
            joined_sure=JOINED_SURE,
            joined_doubtful=JOINED_DOUBTFUL,
            apart_near=APART_NEAR,
            apart_far=APART_FAR,
            random=RANDOM,
        )
    )
    con.execute("""
        create or replace temp table label_count as
        with ends as (
            select unnest([rid_l, rid_r]) as rid, stratum, is_match
            from placed_label where stratum is not null and is_typical
        )
        select combination, stratum, count(*) / 2 as labels, count(*) filter (is_match) / 2 as same
        from ends inner join record_group using (rid) group by all
    """)
    found = by_group(
        con, "label_count inner join combination using (combination)",
        "stratum", "sum(labels)::double as labels, sum(same)::double as same",
    )  # fmt: skip
    return [*_figures(counts, found), *_by_kind(con)]


def _figures(counts: pl.DataFrame, labels: pl.DataFrame) -> Iterator[Figure]:
    sizes = counts.group_by([*GROUP, "stratum"]).agg(pl.col("pairs").sum())
    strata = sizes.join(labels, on=[*GROUP, "stratum"], how="left").fill_null(0).sort(pl.all())
    for (kind, value), own in strata.partition_by(GROUP, as_dict=True).items():
        rows = {
            row["stratum"]: _Stratum(row["pairs"], row["labels"], row["same"])
            for row in own.iter_rows(named=True)
        }
        if any(stratum.labels for stratum in rows.values()):
            yield from _of_group(str(kind), str(value), rows)


def _of_group(kind: str, value: str, strata: dict[str, _Stratum]) -> Iterator[Figure]:
    known = {name: stratum for name, stratum in strata.items() if stratum.labels}
    joined = [known[name] for name in JOINED if name in known]
    apart = [known[name] for name in APART if name in known]
    covered = sum(stratum.pairs for stratum in known.values())
    everything = sum(stratum.pairs for stratum in strata.values())
    coverage = Share(covered / everything, covered / everything, covered / everything)
    yield Figure("labelled_coverage", kind, value, covered, everything, coverage, METHOD)
    if joined:
        same, pairs, variance = _total(joined)
        share = with_variance(same / pairs, variance / pairs**2, _labels(joined))
        yield Figure("labelled_precision", kind, value, same, pairs, share, METHOD)
    if joined and apart:
        same, _, variance = _total(joined)
        missed, _, doubt = _total(apart)
        whole = same + missed
        if whole:
            spread = missed**2 * variance + same**2 * doubt
            share = with_variance(same / whole, spread / whole**4, _labels([*joined, *apart]))
            yield Figure("labelled_recall", kind, value, same, whole, share, METHOD)


def _total(strata: Sequence[_Stratum]) -> tuple[float, float, float]:
    """Matches that the labels stand for, pairs, and the variance of the matches."""
    return (
        sum(stratum.pairs * stratum.share for stratum in strata),
        sum(stratum.pairs for stratum in strata),
        sum(stratum.pairs**2 * stratum.variance for stratum in strata),
    )


def _labels(strata: Sequence[_Stratum]) -> float:
    return sum(stratum.labels for stratum in strata)


def _by_kind(con: duckdb.DuckDBPyConnection) -> Iterator[Figure]:
    """Labels per reason for which the pair was reviewed: said 'same', of all; no estimate."""
    rows = con.execute("""
        select kind, count(*) filter (is_match), count(*)
        from placed_label group by kind order by kind
    """).fetchall()
    for kind, same, labels in rows:
        yield Figure("labels", "review_kind", str(kind), float(same), float(labels), None, METHOD)
