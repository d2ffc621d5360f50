"""The two sides of linking without names: encode one's own table, and link two encoded files.

Belongs here: the way from a table to an encoded file, and from two files to pairs. Does not belong
here: words for a terminal (cli), or linking in clear (link).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.linkage.clk.bits import encode
from insight_pipeline.linkage.clk.files import Encoded, read_encoded, refuse_unlike
from insight_pipeline.linkage.clk.matching import (
    Sampling,
    find_pairs,
    one_to_one,
    plan_sampling,
    strangers_threshold,
)
from insight_pipeline.linkage.clk.pieces import TRUSTED, cut, number_records
from insight_pipeline.linkage.clk.scheme import FEATURES, Scheme
from insight_pipeline.linkage.clk.secret import Secret
from insight_pipeline.linkage.engine_fault import ENCODING, engine_fault
from insight_pipeline.linkage.standalone.mapping import ISSUER, ColumnMapping
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import connect

# Says where a record is from, not who it is of: it may be mapped, and sets no bit.
UNCODED = {"provider_id"}


@dataclass(frozen=True)
class ClkLinked:
    """pairs: record_id_a, record_id_b, similarity; strongest first."""

    pairs: pl.DataFrame
    threshold: float
    sampling: Sampling


def scheme_for(mapping: ColumnMapping, folds: int) -> Scheme:
    """The scheme of a table with these columns; the fields it fills are part of it."""
    scheme = Scheme(FEATURES, folds=folds, fields=tuple(sorted({*mapping.sources} - UNCODED)))
    _refuse_uncoded(mapping, scheme)
    return scheme


def _refuse_uncoded(mapping: ColumnMapping, scheme: Scheme) -> None:
    """A mapped field that no row would hold is an error, not a silence."""
    known = {feature.field for feature in scheme.features}
    names = {TRUSTED if name.startswith(ISSUER) else name for name in mapping.sources}
    unknown = sorted(names - known - UNCODED)
    if unknown:
        raise InsightError([_not_coded(unknown, sorted(known))])


def encode_evidence(evidence: Path, scheme: Scheme, secret: Secret, settings: Settings) -> Encoded:
    """Every record of a file of evidence as one row of bits, sorted by record id."""
    try:
        with connect(settings) as con:
            names = number_records(con, evidence)
            cuts = [(feature, cut(con, feature)) for feature in scheme.features]
    except duckdb.Error as error:
        raise InsightError([engine_fault(error, ENCODING)]) from None
    rows = encode(len(names), cuts, scheme, secret)
    return Encoded(names, rows, scheme.fingerprint, secret.check)


def link_encoded(one: Path, other: Path, threshold: float | None, many: bool) -> ClkLinked:
    """Pairs of the two files at a Dice similarity of `threshold` or more, one to one or all.

    Without a threshold it is put where hardly any strangers reach.
    """
    left, right = read_encoded(one), read_encoded(other)
    refuse_unlike(left, right)
    if threshold is None:
        threshold = strangers_threshold(left.rows, right.rows)
    sampling = plan_sampling(left.rows, right.rows, threshold)
    found = find_pairs(left.rows, right.rows, threshold, sampling)
    if not many:
        found = one_to_one(found, (len(left.rows), len(right.rows)))
    pairs = pl.DataFrame(
        {
            "record_id_a": pl.Series(left.record_ids, dtype=pl.String)[found.left],
            "record_id_b": pl.Series(right.record_ids, dtype=pl.String)[found.right],
            "similarity": found.similarity.round(6),
        }
    )
    return ClkLinked(pairs, threshold, sampling)


def _not_coded(fields: list[str], known: list[str]) -> Fault:
    return Fault(
        where="--map",
        expected=f"fields that rows of bits hold: {', '.join(known)}",
        found=", ".join(fields),
        consequence="nothing is encoded",
        next_step="leave the fields out; both partners encode the same ones",
    )
