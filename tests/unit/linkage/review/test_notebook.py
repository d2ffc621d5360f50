"""A reviewer's notebook loses nothing and invents nothing."""

from __future__ import annotations

import stat
import traceback
from pathlib import Path

import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.linkage.review.notebook import Notebook
from tests.unit.linkage.review.judged import judgement


def test_what_was_kept_is_there_for_the_next_program(tmp_path: Path) -> None:
    Notebook(tmp_path, "ada").add(judgement(1))
    Notebook(tmp_path, "ada").add(judgement(2))
    assert Notebook(tmp_path, "ada").judged() == [judgement(1), judgement(2)]
    assert Notebook(tmp_path, "ben").judged() == []


def test_what_was_written_waits_no_longer_and_is_still_known(tmp_path: Path) -> None:
    notebook = Notebook(tmp_path, "ada")
    notebook.add(judgement(1))
    notebook.mark_written(["d1"])
    notebook.add(judgement(2))
    assert notebook.waiting() == [judgement(2)]
    assert notebook.judged() == [judgement(1), judgement(2)]


def test_a_line_cut_off_by_a_power_cut_is_skipped_and_spoils_nothing(tmp_path: Path) -> None:
    notebook = Notebook(tmp_path, "ada")
    notebook.add(judgement(1))
    with (tmp_path / "ada.jsonl").open("a") as file:
        file.write('{"judged": {"decision_id": "d9", "rec')
    assert notebook.judged() == [judgement(1)]
    notebook.add(judgement(2))
    assert notebook.judged() == [judgement(1), judgement(2)]


def test_it_is_for_its_owners_eyes_only(tmp_path: Path) -> None:
    Notebook(tmp_path / "review", "ada").add(judgement(1))
    assert stat.S_IMODE((tmp_path / "review" / "ada.jsonl").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "review").stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["", "../ada", "a b", "x" * 65, "ada\n"])
def test_a_reviewer_whose_name_is_no_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InsightError, match="--reviewer"):
        Notebook(tmp_path, name)


def test_a_line_of_another_version_is_told_by_its_number_and_quotes_nobody(tmp_path: Path) -> None:
    notebook = Notebook(tmp_path, "ada")
    notebook.add(judgement(1))
    with (tmp_path / "ada.jsonl").open("a") as file:
        file.write('{"judged": {"reason": "Zyxquandrel moved", "mood": "sure"}}\n')
    with pytest.raises(InsightError, match=r"ada\.jsonl, line 2") as refused:
        notebook.waiting()
    told = "".join(traceback.format_exception(refused.value))
    assert "Zyxquandrel" not in told and "pydantic" not in told
