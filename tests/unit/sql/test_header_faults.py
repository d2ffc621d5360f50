"""Headers that ask for what their place or the project does not have."""

from __future__ import annotations

from pathlib import Path

import pytest

from insight_pipeline.sql.header_faults import more_than_a_file, unknown_code_lists
from tests.unit.sql.files import model

LIST = "tests: [{{accepted_values: {{column: a, vocabulary: {0}}}}}]\n"


def test_a_code_list_that_is_not_there_is_named_with_the_nearest(tmp_path: Path) -> None:
    wrong = model(tmp_path, "core.a", "select 1 as a", LIST.format("sex_cod"))
    (fault,) = unknown_code_lists([wrong], {"sex_code", "service"})
    assert fault.where.endswith("a.sql (header): tests")
    assert fault.next_step == "did you mean 'sex_code'?"
    right = model(tmp_path, "core.b", "select 1 as a", LIST.format("service"))
    plain = model(tmp_path, "core.c", "select 1 as a", "tests: [{unique: [a]}]\n")
    assert list(unknown_code_lists([right, plain], {"service"})) == []


@pytest.mark.parametrize(
    "more",
    [
        "materialised: view\n",
        "materialised: incremental\nkey: [a]\n",
        LIST.format("service"),
        "tests: [{relationships: {column: a, to: core.b}}]\n",
        "tests: [{freshness: {column: a, max_days: 1, against: core.b.day}}]\n",
        "tests: [{row_count_change: {max_percent: 5}}]\n",
    ],
)
def test_a_file_apart_from_all_others_cannot_be_held_to_more_than_its_rows(
    tmp_path: Path, more: str
) -> None:
    assert len(list(more_than_a_file([model(tmp_path, "staging.a", "select 1 as a", more)]))) == 1


def test_a_file_may_be_held_to_its_own_rows(tmp_path: Path) -> None:
    more = "tests: [{unique: [a]}, {expression: a > 0, severity: warn}]\n"
    assert list(more_than_a_file([model(tmp_path, "staging.a", "select 1 as a", more)])) == []
