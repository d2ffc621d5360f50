"""A linked table held against a column that says whose each record is.

Belongs here: finding the labels and groups in the table. Does not belong here: the measures
(quality/evaluate), or anything that linking could see: labels are read when it is done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from insight_pipeline.kernel.errors import Fault, raise_all
from insight_pipeline.linkage.quality.evaluate import Evaluation, evaluate
from insight_pipeline.linkage.standalone.mapping import known_column
from insight_pipeline.linkage.standalone.run import Plan
from insight_pipeline.linkage.standalone.table import PersonTable
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import connect, identifier

# Groups are shown by name: a column with more values than this may hold names or postcodes.
MOST_GROUPS = 50
# Fields whose values are codes of groups; those of all others are facts about one person.
GROUPS = ("sex_code", "provider_id")


@dataclass(frozen=True)
class Measured:
    """`unlabelled` records without a true label take no part; None where no record has one."""

    evaluation: Evaluation | None
    unlabelled: int


def known(table: PersonTable, truth: str | None, by: Sequence[str]) -> None:
    """Raise where a column to evaluate by is not in the table, or has too many groups to show."""
    if truth:
        known_column(truth, table.columns, "--evaluate")
    for column in by:
        known_column(column, table.columns, "--by")
    counts = {name: pl.read_parquet(table.rows, columns=[name])[name].n_unique() for name in by}
    raise_all(_too_many(name, n) for name, n in counts.items() if n > MOST_GROUPS)


def refuse_facts(chosen: Plan, by: Sequence[str]) -> None:
    """Raise where a column to show by its values names, dates, places or identifies people."""
    told = {
        column: field
        for field, sources in chosen.mapping.sources.items()
        if field not in GROUPS
        for source in sources
        for column in source
    }
    if chosen.record_id is not None:
        told[chosen.record_id] = "record_id"
    raise_all(_a_fact(name, told[name]) for name in by if name in told)


def evaluate_table(
    table: PersonTable,
    records: pl.DataFrame,
    truth: str | None,
    by: Sequence[str],
    settings: Settings,
) -> Measured | None:
    """`records` (in file order) against the table's own labels; None where none are named."""
    if truth is None:
        return None
    named = ", ".join(
        f"nullif(trim({identifier(name)}), '') as c{at}" for at, name in enumerate((truth, *by))
    )
    with connect(settings) as con:
        labels = con.sql(f"select {named} from {table.relation} order by _row").pl()
    both = labels.with_columns(records["cluster_id"]).filter(pl.col("c0").is_not_null())
    groups = {name: both[f"c{at}"] for at, name in enumerate(by, start=1)}
    found = evaluate(both["cluster_id"], both["c0"], groups) if both.height else None
    return Measured(found, labels.height - both.height)


def _a_fact(column: str, field: str) -> Fault:
    return Fault(
        where=f"--by {column}",
        expected="a column that is not mapped, or is mapped to " + " or ".join(GROUPS),
        found=f"a column mapped to {field}",
        consequence="nothing is linked, because its values would be shown",
        next_step="name a column of groups, such as sex or an age band",
    )


def _too_many(column: str, values: int) -> Fault:
    return Fault(
        where=f"--by {column}",
        expected=f"a column of at most {MOST_GROUPS} values",
        found=f"{values:,} values",
        consequence="nothing is measured by it, because groups are shown by name",
        next_step="name a column of few values, such as sex or an age band",
    )
