"""The ten questions a commissioner asks of a release, each with the SQL that answers it.

Belongs here: reading the questions, which are the .sql files beside this module. Does not belong
here: what they read (dictionary.py), or how an answer is shown (explore page, command line,
docs/questions.md). They are written for every DuckDB since 1.0.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from insight_pipeline.kernel.strict import StrictModel, parse_yaml, validate
from insight_pipeline.sql.header import split

FOLDER = Path(__file__).parent


class _Header(StrictModel):
    """The YAML on top of a question's file."""

    title: str
    note: str


@dataclass(frozen=True)
class Question:
    """A question in words, what to know about its answer, and the SQL that gives it.

    question_id: `better_or_worse` and the like, for links and the command line.
    """

    question_id: str
    title: str
    note: str
    sql: str


def load_questions() -> tuple[Question, ...]:
    """All of them, in the order in which they are asked: that of their files' numbers."""
    return tuple(_read(path) for path in sorted(FOLDER.glob("*.sql")))


def _read(path: Path) -> Question:
    text, sql = split(path)
    header = validate(parse_yaml(text, path.name), _Header, path.name)
    return Question(path.stem.partition("_")[2], header.title, header.note, sql)
