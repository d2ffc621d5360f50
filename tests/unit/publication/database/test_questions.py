"""The ten questions: they are on the page as they are asked, and a release answers them."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from insight_pipeline.publication.database.questions import book
from insight_pipeline.publication.database.questions.book import Question, load_questions
from tests.conftest import ROOT
from tests.unit.publication.database.conftest import Sample

PAGE = (ROOT / "docs" / "questions.md").read_text(encoding="utf-8")
QUESTIONS = load_questions()


def test_there_are_ten_of_distinct_names_and_titles_that_end_as_questions_do() -> None:
    assert len({question.question_id for question in QUESTIONS}) == 10
    assert len({question.title for question in QUESTIONS}) == 10
    assert all(question.title.endswith("?") and question.note for question in QUESTIONS)


def test_the_page_shows_every_question_with_its_number_its_note_and_its_sql_and_no_other() -> None:
    section = r"^## (\d+)\. (.+)\n\n((?:.+\n)+)\n```sql\n((?:(?!```).*\n)+)```$"
    shown = [(*said, sql.rstrip()) for *said, sql in re.findall(section, PAGE, re.M)]
    assert [(int(no), title, " ".join(note.split()), sql) for no, title, note, sql in shown] == [
        (number, question.title, question.note, question.sql)
        for number, question in enumerate(QUESTIONS, start=1)
    ]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.question_id)
def test_a_release_answers_the_question_with_rows(question: Question, sample: Sample) -> None:
    rows = sample.ask(question.sql)
    assert rows
    assert rows == sample.ask(question.sql)


def test_a_first_release_has_nothing_to_say_of_changes_and_answers_everything_else(
    sample: Sample,
) -> None:
    silent = [q.question_id for q in QUESTIONS if not sample.ask(q.sql, sample.first)]
    assert silent == ["what_changed"]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.question_id)
def test_rows_come_in_one_order_whatever_the_thread_count(
    question: Question, sample: Sample
) -> None:
    assert sample.ask(f"set threads = 1; {question.sql}") == sample.ask(question.sql)


def test_a_question_without_a_title_or_note_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "01_x.sql").write_text("/*\ntitle: Why?\n*/\nselect 1\n", encoding="utf-8")
    monkeypatch.setattr(book, "FOLDER", tmp_path)
    with pytest.raises(Exception, match="note"):
        load_questions()


def test_questions_keep_the_style_of_every_other_sql_file() -> None:
    linter = [sys.executable, "-m", "sqlfluff", "lint", "--disable-progress-bar"]
    command = [*linter, str(book.FOLDER)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, textwrap.shorten(done.stdout, 2000)
