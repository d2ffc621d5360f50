"""What the YAML files behind reference.* share: repeats, unknown codes, typed tables."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from insight_pipeline.warehouse.reference import (
    UsedCode,
    each_once,
    reference_table,
    unknown_codes,
)

COLUMNS = {
    "name": "VARCHAR",
    "from_date": "DATE",
    "days": "INTEGER",
    "cases": "BIGINT",
    "is_open": "BOOLEAN",
    "rate": "DOUBLE",
    "share": "DECIMAL(5,4)",
}


def test_every_code_that_stands_more_than_once_is_named_in_order() -> None:
    each_once(["a", "b"])
    with pytest.raises(ValueError, match=r"^a, b stands more than once$"):
        each_once(code for code in ("b", "a", "c", "b", "a"))


def test_a_code_is_looked_up_in_its_own_list_only() -> None:
    rows = [("event", "visit"), ("event", "referral"), ("service", "leisure")]
    vocabularies = pl.DataFrame(rows, schema=["vocabulary", "code"], orient="row")
    used = (
        UsedCode("file: good", "event", "visit"),
        UsedCode("file: wrong list", "service", "visit"),
        UsedCode("file: no such list", "detail", "visit"),
        UsedCode("file: misspelt", "event", "visits"),
    )
    faults = list(unknown_codes(used, vocabularies, "nobody is followed"))
    assert [fault.where for fault in faults] == [
        "file: wrong list",
        "file: no such list",
        "file: misspelt",
    ]
    assert faults[-1].found == "'visits'" and "'visit'" in faults[-1].next_step
    assert faults[-1].consequence == "nobody is followed"


def test_rows_become_a_table_of_the_declared_types_empty_cells_and_no_rows_too() -> None:
    row = ("a", date(2026, 1, 1), 3, 4, True, 0.5, 0.1)
    frame = reference_table([row, (None,) * len(COLUMNS)], COLUMNS)
    assert frame.schema == reference_table([], COLUMNS).schema
    assert frame.dtypes == [
        pl.String,
        pl.Date,
        pl.Int32,
        pl.Int64,
        pl.Boolean,
        pl.Float64,
        pl.Decimal(5, 4),
    ]
    assert frame.row(0) == (*row[:-1], Decimal("0.1000"))
    assert frame.row(1) == (None,) * len(COLUMNS)


def test_a_row_of_too_few_cells_is_refused() -> None:
    with pytest.raises(ValueError, match="longer"):
        reference_table([("a",)], COLUMNS)
