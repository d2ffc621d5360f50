from __future__ import annotations

import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.sql.lineage import ROWS, Node
from insight_pipeline.sql.naming import find_node

COLUMNS = {
    "accepted.pool__swims": ("Swim No", "No. of lanes"),
    "core.fct_swim": ("swim_id", "kind_code"),
    "feeds.swim": ("swim_id",),
    "internal.swim": ("swim_id", "citizen_id"),
    "indicators.swims_12w": ("numerator",),
}


@pytest.mark.parametrize(
    ("name", "relation", "column"),
    [
        ("core.fct_swim.kind_code", "core.fct_swim", "kind_code"),
        ("fct_swim.kind_code", "core.fct_swim", "kind_code"),
        ("core.fct_swim", "core.fct_swim", ROWS),
        ("swims_12w", "indicators.swims_12w", ROWS),
        ("pool__swims.No. of lanes", "accepted.pool__swims", "No. of lanes"),
        ("accepted.pool__swims.Swim No", "accepted.pool__swims", "Swim No"),
        ("swim.citizen_id", "internal.swim", "citizen_id"),
    ],
)
def test_a_name_means_the_one_that_is_called_so(name: str, relation: str, column: str) -> None:
    assert find_node(name, COLUMNS) == Node(relation, column)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("core.fct_swim.kind_cod", "did you mean 'core.fct_swim.kind_code'?"),
        ("fct_swm.kind_code", "did you mean 'fct_swim.kind_code'?"),
        ("core.fct_swimm", "did you mean 'core.fct_swim'?"),
        ("swims_12", "did you mean 'swims_12w'?"),
        ("zzz", "nothing similar is known"),
    ],
)
def test_a_name_that_nothing_has_is_told_with_the_nearest(name: str, hint: str) -> None:
    with pytest.raises(InsightError) as raised:
        find_node(name, COLUMNS)
    assert raised.value.faults[0].next_step == hint


def test_a_name_that_several_have_is_told_with_all_of_them() -> None:
    with pytest.raises(InsightError, match=r"feeds\.swim\.swim_id or internal\.swim\.swim_id"):
        find_node("swim.swim_id", COLUMNS)
    with pytest.raises(InsightError, match=r"name it in full, as feeds\.swim"):
        find_node("swim", COLUMNS)
