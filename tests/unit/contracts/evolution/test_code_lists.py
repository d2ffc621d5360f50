from __future__ import annotations

import polars as pl
import pytest

from insight_pipeline.contracts.evolution.change import Touches
from insight_pipeline.contracts.evolution.code_lists import code_list_changes
from insight_pipeline.contracts.promise.vocabulary import COLUMNS
from tests.unit.contracts.promises import column, contract

CONTRACT = contract(column("Kind", vocabulary="kind"), column("Other"))


def lists(*rows: str) -> pl.DataFrame:
    """Lines `code,label,synonyms,valid_from,valid_to` of the list 'kind'."""
    cells = [["kind", *(cell or None for cell in row.split(",")), "source"] for row in rows]
    return pl.DataFrame(
        cells, schema=["vocabulary", *COLUMNS], orient="row", infer_schema_length=None
    )


A, B = "a,Aye,,,", "b,Bee,Bea;Be,2020-01-01,"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([A, B], [A, B], set()),
        ([A, B], [A], {Touches.BREAKS_PROVIDERS}),
        ([A], [A, B], {Touches.BREAKS_CONSUMERS}),
        ([A], [A, "known,Known,,,"], {Touches.SAFE}),
        ([B], ["b,Bee,Bea,2020-01-01,"], {Touches.BREAKS_PROVIDERS}),
        ([B], ["b,Bee,Bea;Be;Bie,2020-01-01,"], {Touches.SAFE}),
        ([B], ["b,Other,Bea;Be,2020-01-01,"], {Touches.BREAKS_CONSUMERS}),
        ([B], ["b,Bee,Bea;Be,2021-01-01,"], {Touches.BREAKS_PROVIDERS}),
        ([B], ["b,Bee,Bea;Be,2020-01-01,2024-12-31"], {Touches.BREAKS_PROVIDERS}),
        ([B], ["b,Bee,Bea;Be,,"], {Touches.SAFE}),
    ],
)
def test_a_change_of_a_code_list_touches(
    old: list[str], new: list[str], expected: set[Touches]
) -> None:
    changes = list(code_list_changes(CONTRACT, lists(*old), lists(*new), mapped={"known"}))
    assert {change.verdict for change in changes} == expected
    assert {change.column for change in changes if change.column} <= {"Kind"}


def test_a_list_that_no_column_uses_touches_nobody() -> None:
    assert list(code_list_changes(contract(column("A")), lists(A), lists(B), mapped=())) == []
