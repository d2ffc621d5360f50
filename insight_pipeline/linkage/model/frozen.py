"""Which counts a model freezes, and how a night takes back those it needs.

Belongs here: the lookups of this linker. Does not belong here: how lookups are kept (lookups) or
counted (frequency, record).
"""

from __future__ import annotations

import duckdb

from insight_pipeline.linkage.model.comparisons import COMPARISONS, frequency_columns
from insight_pipeline.linkage.model.files import FrozenModel
from insight_pipeline.linkage.model.lookups import Lookup, thaw
from insight_pipeline.linkage.model.model import Model

NAME_USE = Lookup(
    table="name_use",
    key="name",
    amounts=("as_given", "as_family"),
    wanted="select value as name from evidence_value"
    " where field in ('given_name', 'family_name') and place = 1",
)


def frequency_lookup(column: str, rarest: float) -> Lookup:
    """Shares of people per value; a value nobody else bears is not worth keeping."""
    return Lookup(
        table=f"frequency_{column}",
        key=column,
        amounts=(f"tf_{column}",),
        wanted=f"select {column} from record",
        kept=f"tf_{column} > {rarest!r}",
        default=(repr(rarest),),
    )


def frozen_lookups(model: Model) -> list[Lookup]:
    """Every table that is frozen with the model."""
    columns = frequency_columns(COMPARISONS)
    return [NAME_USE, *(frequency_lookup(column, model.rarest[column]) for column in columns)]


def thaw_names(con: duckdb.DuckDBPyConnection, frozen: FrozenModel) -> None:
    """Table name_use for the names of tonight's evidence."""
    thaw(con, NAME_USE, frozen.lookups)


def thaw_frequencies(con: duckdb.DuckDBPyConnection, frozen: FrozenModel) -> None:
    """Tables frequency_<column> for the values of table record."""
    for column in frequency_columns(COMPARISONS):
        thaw(con, frequency_lookup(column, frozen.model.rarest[column]), frozen.lookups)
