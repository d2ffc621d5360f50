"""`insight query`: answers, faults and exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from insight_pipeline.cli.main import main
from insight_pipeline.publication.database.questions.book import load_questions
from insight_pipeline.settings import Settings
from tests.unit.cli.conftest import Insight, Sample
from tests.unit.publication.database.conftest import REVISED

TOTALS = "select indicator_id, value from latest_figures where breakdown_type = 'total' order by 1"


def test_an_answer_is_a_table_that_says_its_rows_and_its_release(
    insight: Insight, sample: Sample
) -> None:
    result = insight("query", TOTALS)
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[0].split() == ["indicator_id", "value"]
    assert lines[-1] == f"4 rows, release {sample.second.name}."
    assert [line.split() for line in lines[2:-1]] == [
        [name, str(value)] for name, value in sample.ask(TOTALS)
    ]


def test_programs_get_rows_and_nothing_else(
    insight: Insight, sample: Sample, tmp_path: Path
) -> None:
    rows = sample.ask(TOTALS)
    told = json.loads(insight("query", TOTALS, "--format", "json").stdout)
    assert [(row["indicator_id"], row["value"]) for row in told] == [
        (name, float(value)) for name, value in rows
    ]
    csv = insight("query", TOTALS, "--format", "csv").stdout
    assert csv.splitlines() == ["indicator_id,value", *(f"{name},{value}" for name, value in rows)]
    target = tmp_path / "totals.parquet"
    assert insight("query", TOTALS, "--output", str(target)).stdout == ""
    assert pl.read_parquet(target).rows() == rows


def test_a_statement_can_come_from_standard_input(insight: Insight) -> None:
    result = insight("query", "-", "--format", "csv", given="select 1 as a;\n")
    assert result.stdout == "a\n1\n"


def test_the_ten_questions_are_listed_and_answered_by_number_or_name(insight: Insight) -> None:
    listed = insight("query", "--questions", "--format", "json")
    assert [row["name"] for row in json.loads(listed.stdout)] == [
        question.question_id for question in load_questions()
    ]
    for number, question in enumerate(load_questions(), start=1):
        by_number = insight("query", "--question", str(number))
        assert by_number.exit_code == 0, by_number.output
        assert by_number.output.splitlines()[0] == question.title
        assert question.note in by_number.output
        assert insight("query", "--question", question.question_id).output == by_number.output


def test_an_older_release_is_asked_by_its_name_or_place(insight: Insight, sample: Sample) -> None:
    asked = f"select value from figure where series_id = '{REVISED}' and period_from = '2025-04-01'"
    answers = {
        name: insight("query", asked, "--release", name, "--format", "csv").stdout
        for name in ("latest", "previous", sample.first.name, sample.second.name)
    }
    assert answers["previous"] == answers[sample.first.name]
    assert answers["latest"] == answers[sample.second.name] != answers["previous"]


def test_a_preview_is_asked_by_its_own_option_and_says_what_it_is(
    insight: Insight, previewed: Settings
) -> None:
    result = insight("query", "select release from release", "--preview")
    assert "2026-07-14-eeeeeeeeeeee" in result.output
    assert "nothing of it is published" in result.output
    assert insight("query", "select 1", "--preview", "--release", "latest").exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["select valu from figure"], "'value'"),
        (["from figur"], "'figure'"),
        (["drop table figure"], "exactly one select"),
        (["select 1; select 2"], "exactly one select"),
        (["select 1", "--release", "1999"], "insight releases"),
        (["--question", "11"], "no question '11' of 10"),
        (["--question", "what_change"], "what_changed"),
        ([], "give a select statement"),
        (["select 1", "--question", "1"], "give a select statement"),
        (["select 1", "--format", "xml"], "table"),
        (["select 1", "--format", "parquet"], "--output"),
        (["select 1", "--seconds", "0"], "1<=x"),
    ],
)
def test_what_was_asked_wrongly_ends_with_two_and_the_nearest(
    insight: Insight, arguments: list[str], told: str
) -> None:
    result = insight("query", *arguments)
    assert result.exit_code == 2
    assert told in result.stderr and result.stdout == ""
    assert "Traceback" not in result.output


def test_what_nobody_asked_wrongly_ends_with_one(insight: Insight, tmp_path: Path) -> None:
    endless = insight("query", "select count(*) from range(10000000000000)", "--seconds", "1")
    assert endless.exit_code == 1
    assert "within 1 seconds" in endless.stderr
    nothing = CliRunner(env={"INSIGHT_HOME": str(tmp_path)}).invoke(main, ["query", "select 1"])
    assert nothing.exit_code == 1
    assert "insight nightly" in nothing.stderr


def test_a_statement_cannot_command_the_terminal_through_its_fault(insight: Insight) -> None:
    result = insight("query", 'select "\x1b]0;x\x07" from figure')
    assert result.exit_code == 2
    assert not set("\x1b\x07") & set(result.stderr)
