"""Words for readers' notes; and no code a reader can raise or note is without words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from insight_pipeline.contracts.feedback.note_words import (
    NOTES,
    QUIET,
    remarks_for_people,
    remarks_of,
    why_columns_are_missing,
)
from insight_pipeline.contracts.feedback.page import summary_page
from insight_pipeline.contracts.feedback.statement import Remark
from insight_pipeline.contracts.feedback.words import UNREADABLE
from insight_pipeline.contracts.feedback.wrong import ABOUT_THE_FILE, rule_words
from insight_pipeline.contracts.judging.rules import compile_rules
from insight_pipeline.landing.reading import ReaderOptions
from tests.conftest import ROOT
from tests.unit.contracts.feedback.statements import broken, full_statement
from tests.unit.contracts.promises import column, contract

LANDING = ROOT / "insight_pipeline" / "landing"
SOURCES = [*sorted((LANDING / "readers").glob("*.py")), *sorted(LANDING.glob("reading*.py"))]
WORD = re.compile(r"[a-z][a-z0-9_]*")
AGREED = ReaderOptions(format="csv", delimiter=",", encoding="cp1252")


# What the readers' source says


def raised(tree: ast.AST) -> Iterator[str]:
    """Codes of UnreadableError, and those the reading process hands over as `unreadable`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) == "UnreadableError":
            yield from texts(node.args[0]) if isinstance(node.args[0], ast.Constant) else ()
        if isinstance(node, ast.Assign) and [ast.unparse(t) for t in node.targets] == ["EXCEEDS"]:
            yield from texts(node.value)


def noted(tree: ast.AST) -> Iterator[str]:
    """Words of notes: what is given to `note` or `notes`, and every text of the form `word:…`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield from (t.removesuffix(":") for t in texts(node.values[0]) if t.endswith(":"))
        elif isinstance(node, ast.Constant) and re.fullmatch(r"[a-z0-9_]+:\S+", str(node.value)):
            yield str(node.value).partition(":")[0]
        if isinstance(node, ast.Call) and called(node) == "note":
            yield from texts(node.args[0])
        elif isinstance(node, ast.keyword | ast.FunctionDef) and named(node) == "notes":
            yield from (text for part in ast.walk(node) for text in texts(part))


def called(node: ast.Call) -> str:
    return ast.unparse(node.func).rpartition(".")[2]


def named(node: ast.keyword | ast.FunctionDef) -> str | None:
    return node.arg if isinstance(node, ast.keyword) else node.name


def texts(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def words_of(path: Path) -> tuple[set[str], set[str]]:
    """(codes raised, words noted) in one module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    notes = {word for word in noted(tree) if WORD.fullmatch(word)}
    # What only reads an answer of the reading process leaves no note itself.
    return set(raised(tree)), notes - {"notes"}


FOUND = {path.name: words_of(path) for path in SOURCES}


def test_every_code_a_reader_can_raise_has_words_and_no_words_are_idle() -> None:
    codes = {code for raised_here, _ in FOUND.values() for code in raised_here}
    assert codes == set(UNREADABLE)


def test_every_note_a_reader_can_leave_has_words_and_no_words_are_idle() -> None:
    notes = {word for _, noted_here in FOUND.values() for word in noted_here}
    assert notes == set(NOTES)
    assert set(NOTES) > QUIET


@pytest.mark.parametrize(
    ("source", "codes", "notes"),
    [
        ("raise UnreadableError('new_code') from None", {"new_code"}, set()),
        ("raise reading.UnreadableError('new_code')", {"new_code"}, set()),
        ("sink.note('new_note')", set(), {"new_note"}),
        ("sink.note(f'new_note:{n}')", set(), {"new_note"}),
        ("notes = (f'new_note:{n}',) if n else ()", set(), {"new_note"}),
        ("notes = ('new_note:utf-8',)", set(), {"new_note"}),
        ("Content(notes=(*notes, 'new_note'))", set(), {"new_note"}),
        ("def notes(self):\n    return {'new_note': self.n}", set(), {"new_note"}),
    ],
)
def test_a_new_code_or_note_is_seen_in_the_source(
    tmp_path: Path, source: str, codes: set[str], notes: set[str]
) -> None:
    path = tmp_path / "reader.py"
    path.write_text(source, encoding="utf-8")
    assert words_of(path) == (codes, notes)


# The words


@pytest.mark.parametrize("code", sorted(NOTES))
def test_every_note_is_told_in_whole_sentences(code: str) -> None:
    (remark,) = remarks_of([f"{code}:3"], AGREED)
    for words in (remark.sentence, remark.hint):
        assert words[0].isupper() and words.endswith(".")
        assert "{" not in words and "_" not in words
    assert remark.code == code


@pytest.mark.parametrize(
    ("note", "sentence"),
    [
        ("hidden_rows:1204", "Hidden rows with content in the sheet: 1,204."),
        (
            "delimiter_seems:semicolon",
            "The file seems to be separated by ; (semicolon), agreed is , (comma).",
        ),
        ("delimiter_seems:tab", "The file seems to be separated by a tab, agreed is , (comma)."),
        (
            "encoding_seems:utf-8",
            "The file seems to be written in UTF-8, agreed is Windows-1252; it was read as agreed.",
        ),
        ("some_new_note:7", "The file was read with a remark (some new note)."),
    ],
)
def test_a_note_says_what_was_found_and_what_is_agreed(note: str, sentence: str) -> None:
    assert [remark.sentence for remark in remarks_of([note], AGREED)] == [sentence]


def test_columns_are_missing_first_of_all_because_of_another_separator() -> None:
    made = contract(column("Ref"), reader={"format": "csv", "delimiter": ","})
    told = rule_words(made, compile_rules(made), None, ("hidden_rows:1", "delimiter_seems:pipe"))
    sentence, hint = told["columns_present"]
    assert sentence.startswith("The file seems to be separated by | (pipe), agreed is , (comma).")
    assert sentence.endswith(ABOUT_THE_FILE["columns_present"])
    assert hint == "Export it with the agreed separator and send it again."
    plain = rule_words(made, compile_rules(made), None)["columns_present"]
    assert plain[0] == ABOUT_THE_FILE["columns_present"]


def test_another_encoding_explains_only_names_that_are_not_plain() -> None:
    notes = ("encoding_seems:utf-8",)
    assert why_columns_are_missing(notes, AGREED, ["Ref", "Zoe"]) is None
    why = why_columns_are_missing(notes, AGREED, ["Ref", "Zoë"])
    assert why is not None and why.code == "encoding_seems"


def test_people_hear_nothing_twice_and_nothing_that_asks_nothing_of_them() -> None:
    remarks = remarks_of(["parts:2", "delimiter_seems:tab", "error_cells:4"], AGREED)
    told = [f"{remarks[1].sentence} A promised column is missing."]
    assert [one.code for one in remarks_for_people(remarks, told)] == ["error_cells"]
    assert [one.code for one in remarks_for_people(remarks, ())] == [
        "delimiter_seems",
        "error_cells",
    ]


def test_the_page_shows_notes_beside_notices() -> None:
    notes = remarks_of(["hidden_rows:3", "encoding_detected:cp1252"], AGREED)
    page = summary_page(full_statement(notices=(), notes=notes))
    assert "About the delivery as a whole" in page
    assert "Hidden rows with content in the sheet: 3." in page
    assert "No encoding is agreed" not in page
    quiet = full_statement(notices=(), notes=notes[1:], rules_broken=())
    assert "About the delivery as a whole" not in summary_page(quiet)
    said = broken("columns_present", "delivery", 2, ()).model_copy(
        update={"sentence": f"{notes[0].sentence} A promised column is missing."}
    )
    again = summary_page(full_statement(notices=(), notes=notes, rules_broken=(said,)))
    assert again.count(notes[0].sentence) == 1


def test_a_remark_carries_no_more_than_its_words() -> None:
    assert set(Remark.model_fields) == {"code", "sentence", "hint"}
