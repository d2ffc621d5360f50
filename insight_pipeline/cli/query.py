"""`insight query`: SQL over a release, for everybody who may read it.

Belongs here: arguments, words and exit codes. Does not belong here: running a statement, or the
walls around it (publication/querying/). Exit codes: 0 answered, 1 nothing to ask or no answer in
time, 2 wrong SQL or wrong usage.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click
import polars as pl

from insight_pipeline.cli.asked import (
    NOT_PUBLIC,
    release_name,
    release_options,
    wrong_use_ends_with_two,
)
from insight_pipeline.cli.formats import form_of, format_options, frame_table, tell
from insight_pipeline.cli.table import text_table
from insight_pipeline.kernel.errors import nearest
from insight_pipeline.publication.database.questions.book import Question, load_questions
from insight_pipeline.publication.querying.asking import SECONDS, ask
from insight_pipeline.publication.querying.choosing import choose
from insight_pipeline.settings import load_settings

FROM_INPUT = "-"


@click.command(name="query")
@click.argument("sql", required=False)
@click.option("--question", metavar="NO", help="One of the ten questions: 1 to 10, or its name.")
@click.option("--questions", is_flag=True, help="List the ten questions.")
@click.option(
    "--seconds",
    type=click.IntRange(1, 3600),
    default=SECONDS,
    show_default=True,
    help="Give up after so long.",
)
@release_options
@format_options
def query_command(
    sql: str | None,
    question: str | None,
    questions: bool,
    seconds: int,
    release: str | None,
    preview: bool,
    form: str | None,
    output: Path | None,
) -> None:
    """Ask a release one select statement, or one of the ten questions.

    The release is read-only, and so is everything else: a statement reaches no other file, no
    network and no extension. SQL of `-` is read from standard input.

    \b
    Examples:
      insight query "select title, value from latest_figures where breakdown_type = 'total'"
      insight query "from trend('hom_prevented_relieved')" --format csv
      insight query --question 3
      insight query "show tables"
    """
    if [sql is not None, question is not None, questions].count(True) != 1:
        raise click.UsageError("give a select statement, --question or --questions.")
    chosen, book = form_of(form, output), load_questions()
    if questions:
        frame = _listed(book)
        tell(frame, chosen, output, lambda: text_table(frame.columns, frame.rows()))
        return
    asked = _question(book, question) if question is not None else None
    statement = asked.sql if asked else _statement(sql)
    settings = load_settings()
    with wrong_use_ends_with_two():
        folder = choose(settings, release_name(release, preview))
        answer = ask(settings, folder, statement, seconds=seconds)
    tell(answer, chosen, output, lambda: _words(answer, asked, folder.name, preview))


def _statement(sql: str | None) -> str:
    if sql != FROM_INPUT:
        return sql or ""
    return sys.stdin.read()


def _listed(book: tuple[Question, ...]) -> pl.DataFrame:
    rows = [(number, each.question_id, each.title) for number, each in enumerate(book, start=1)]
    return pl.DataFrame(rows, schema=["no", "name", "question"], orient="row")


def _question(book: tuple[Question, ...], word: str) -> Question:
    known = {each.question_id: each for each in book}
    numbered = {str(number): each for number, each in enumerate(book, start=1)}
    found = known.get(word) or numbered.get(word)
    if found is None:
        raise click.UsageError(f"no question '{word}' of {len(book)}. {nearest(word, known)}")
    return found


def _words(answer: pl.DataFrame, asked: Question | None, release: str, preview: bool) -> str:
    parts = [asked.title] if asked else []
    parts += [frame_table(answer)]
    parts += [asked.note] if asked else []
    rows = f"{answer.height:,} row{'' if answer.height == 1 else 's'}"
    return "\n".join([*parts, f"{rows}, release {release}.", *([NOT_PUBLIC] if preview else [])])
