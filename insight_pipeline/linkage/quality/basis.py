"""What tonight's measures rest on, and the scale on which weights are counted.

Belongs here: the frozen facts of a night and the bins of match weight. Does not belong here: any
measure. Weights are counted in bins of half a bit: counts are whole, so no order of addition and
no number of threads can change a figure.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import duckdb
import polars as pl

from insight_pipeline.linkage.people.trust import Issuer

BINS_PER_BIT = 2
LAST_BIN = 40
BINS = range(-LAST_BIN, LAST_BIN + 1)


@dataclass(frozen=True)
class Basis:
    """One night.

    join: mean weight in bits from which two groups of records are one person. band: bits on
    either side of it that a reviewer is asked about. issuers: as the model judged them.
    block_limits: largest block per blocking rule, by name. names: (name, name_group).
    """

    night: int
    join: float
    names: pl.DataFrame
    as_of: datetime.date | None = None
    model: str = ""
    band: float = 4.0
    issuers: Sequence[Issuer] = ()
    block_limits: Mapping[str, int] = field(default_factory=dict)

    @property
    def powerless(self) -> list[str]:
        """Issuers whose different numbers prove nothing; one nobody judged yet is trusted."""
        return [issuer.name for issuer in self.issuers if not issuer.may_veto]

    @property
    def unchecked(self) -> list[str]:
        """Those of them whose numbers are mistyped now and then."""
        return [i.name for i in self.issuers if i.may_veto and not i.is_checked]


def bin_sql(bits: str) -> str:
    """The bin of a weight in bits, as SQL."""
    floored = f"floor({bits} * {BINS_PER_BIT})::integer"
    return f"greatest(least({floored}, {LAST_BIN}), {-LAST_BIN})"


def bin_of(bits: float) -> int:
    return max(min(int(bits * BINS_PER_BIT // 1), LAST_BIN), -LAST_BIN)


def bits_of(position: int) -> float:
    """The middle of a bin, in bits."""
    return (position + 0.5) / BINS_PER_BIT


def exists(con: duckdb.DuckDBPyConnection, table: str, column: str | None = None) -> bool:
    """Whether the current catalogue has the table, and the column in it."""
    rows = con.execute(
        """
        select count(*) from duckdb_columns()
        where table_name = $table and column_name = coalesce($column, column_name)
            and database_name = current_database()
        """,
        {"table": table, "column": column},
    ).fetchall()
    return bool(rows[0][0])
