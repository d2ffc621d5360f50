"""Published figures as a table for a terminal.

Belongs here: which columns people see, and the meaning of the symbols below them. Does not belong
here: finding figures (publication/querying/figures.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from insight_pipeline.cli.table import text_table
from insight_pipeline.publication.querying.figures import TOTAL
from insight_pipeline.publication.site.words import symbols

HEADER = ("figure", "indicator", "about", "period", "value", "95 % interval", "per")
COUNTS = ("n", "of", "compared", "mark")


def figure_table(figures: pl.DataFrame) -> str:
    """A line a figure, and below what the symbols mean that occur.

    What every line would say alike stands in none: of totals whom they are about, of one indicator
    its title, which is put above.
    """
    titles = figures["title"].unique().to_list()
    is_one = len(titles) == 1 and figures.height > 1
    is_total = set(figures["breakdown_type"]) == {TOTAL}
    left_out = {"about"} if is_total else set()
    left_out |= {"indicator"} if is_one else set()
    header = [name for name in (*HEADER, *COUNTS) if name not in left_out]
    lines = [_line(row) for row in figures.iter_rows(named=True)]
    table = text_table(header, [[line[name] for name in header] for line in lines])
    return "\n".join([*(titles if is_one else []), table, *_legend(figures["shorthand"])])


def _line(row: Mapping[str, Any]) -> dict[str, object]:
    interval = None if row["lower95"] is None else f"{row['lower95']} to {row['upper95']}"
    return {
        "figure": row["figure_id"],
        "indicator": row["title"],
        "about": row["about"],
        "period": row["period"],
        "value": row["value"],
        "95 % interval": interval,
        "per": row["multiplier"],
        "n": row["numerator"],
        "of": row["denominator"],
        "compared": row["comparison"],
        "mark": row["shorthand"],
    }


def _legend(shorthands: Iterable[str | None]) -> list[str]:
    return [
        "Counts are rounded to protect people.",
        *(f"{symbol} {meaning}" for symbol, meaning in symbols(filter(None, shorthands))),
    ]
