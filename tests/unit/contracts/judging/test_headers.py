"""Which promised columns count as missing, by format."""

from __future__ import annotations

import pytest

from insight_pipeline.contracts.judging.headers import RECORD_FORMATS, match_header
from tests.unit.contracts.promises import column, contract

COLUMNS = (column("Ref", required=True, key=True), column("Name", required=True), column("Sex"))


@pytest.mark.parametrize("form", RECORD_FORMATS)
def test_records_need_to_mention_required_columns_only(form: str) -> None:
    made = contract(*COLUMNS, reader={"format": form, "record": "cases"})
    assert match_header(made, ["Ref", "Name"], ()).missing == ()
    assert match_header(made, ["Ref", "Sex"], ()).missing == ("Name",)
    assert match_header(made, ["Ref", "Name", "Shoe"], ()).unknown == ("Shoe",)


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_a_table_needs_every_promised_column(form: str) -> None:
    made = contract(*COLUMNS, reader={"format": form})
    assert match_header(made, ["Ref", "Name"], ()).missing == ("Sex",)
