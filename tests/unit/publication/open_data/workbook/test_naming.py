"""Names that Excel accepts."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from insight_pipeline.publication.open_data.workbook.naming import (
    LONGEST,
    sheet_names,
    table_name,
)

IDS = st.lists(st.text(min_size=1, max_size=60), unique=True, max_size=30)


@given(IDS)
def test_every_id_has_a_name_of_its_own_that_excel_accepts(ids: list[str]) -> None:
    names = sheet_names(ids, ["Cover", "Notes"])
    assert list(names) == ids
    lowered = [name.lower() for name in names.values()]
    assert len(set(lowered)) == len(ids)
    assert not {"cover", "notes", "history", ""} & set(lowered)
    for name in names.values():
        assert len(name) <= LONGEST and not re.search(r"[\[\]:*?/\\]", name)
        assert not name.startswith("'") and not name.endswith("'")


def test_a_name_is_the_id_where_that_will_do() -> None:
    assert sheet_names(["hosp_falls_65"], ["Cover"]) == {"hosp_falls_65": "hosp_falls_65"}
    assert sheet_names(["Notes", "notes"], ["Notes"]) == {"Notes": "Notes_2", "notes": "notes_3"}


def test_a_table_is_no_name_of_a_cell_and_stands_once() -> None:
    assert table_name("What it says", 5) == "table_5_What_it_says"
    assert table_name("A1", 1) != table_name("A1", 2)
