"""Begins a new provider's dataset from a sample file: reads it, drafts the contract, writes it.

Belongs here: files in, files out. Does not belong here: what is in the draft (draft.py). The sample
is untrusted and read in the limited process that reads deliveries; nothing of it is kept.
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from insight_pipeline.contracts.authoring.draft import draft, list_name
from insight_pipeline.contracts.authoring.identities import FORMATS
from insight_pipeline.contracts.authoring.inference import Found, infer
from insight_pipeline.contracts.authoring.todo import MARK, todo
from insight_pipeline.contracts.judging.law import Law
from insight_pipeline.contracts.judging.rules import slug
from insight_pipeline.contracts.promise.odcs_document import SUFFIX
from insight_pipeline.contracts.promise.vocabulary import COLUMNS, spellings
from insight_pipeline.kernel.errors import Fault, InsightError, raise_all
from insight_pipeline.kernel.strict import validate
from insight_pipeline.landing.reading import Content, ReaderOptions, UnreadableError
from insight_pipeline.landing.reading_desk import shared_desk
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import connect
from insight_pipeline.sql.runner import install_macros

ENDINGS = {
    **dict.fromkeys((".csv", ".txt", ".tsv"), "csv"),
    ".xlsx": "xlsx",
    ".xml": "xml",
    ".json": "json",
    **dict.fromkeys((".ndjson", ".jsonl"), "ndjson"),
    ".parquet": "parquet",
}
SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
PLAIN_CODE = re.compile(r"[A-Za-z0-9_-]{1,12}")
LIKE_A_CELL = re.compile(r"[0-9]{5}|[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}|@|^[0-9. ]*$")
PREFACE = """\
# Drafted from a sample file. What the file could not tell is a question that begins with {mark}:
# write the answer in its place. `insight contracts check {stem}` lists those still open.
"""
# A draft is edited line by line: no value runs over the end of its line.
LINE = 10_000


@dataclass(frozen=True)
class Begun:
    """What was written, and how many questions are open."""

    contract: Path
    lists: tuple[Path, ...]
    columns: int
    questions: int


def begin(
    sample: Path,
    provider: str,
    dataset: str,
    options: Mapping[str, Any],
    law: Law,
    settings: Settings,
    out: Path | None,
) -> Begun:
    """Write the draft of `<provider>__<dataset>`; `options` are reader options that are known."""
    stem = f"{provider}__{dataset}"
    contract = (out or settings.contracts / "providers") / f"{stem}{SUFFIX}"
    raise_all(_name_faults(provider, dataset, contract))
    reader = {"format": ENDINGS.get(sample.suffix.lower(), "csv"), **options}
    with tempfile.TemporaryDirectory(prefix="insight-new-") as work:
        rows = Path(work) / "rows.parquet"
        content = _read(sample, reader, rows)
        reader |= _detected(content)
        found = _infer(content, law, settings)
    raise_all(_column_faults(sample, found))
    coded = {c.name: list_name(provider, c.name) for c in found if c.codes}
    document = draft(provider, dataset, found, reader, coded)
    text = PREFACE.format(mark=MARK, stem=stem) + yaml.safe_dump(
        document, sort_keys=False, allow_unicode=True, width=LINE
    )
    folder = (out or settings.contracts) / "vocabularies"
    lists = tuple(_write_list(folder, coded[c.name], c.codes) for c in found if c.codes)
    contract.parent.mkdir(parents=True, exist_ok=True)
    contract.write_text(text, encoding="utf-8")
    return Begun(contract, lists, len(found), text.count(MARK) - 1)


def _read(sample: Path, reader: Mapping[str, Any], rows: Path) -> Content:
    options = validate(dict(reader), ReaderOptions, "reader options")
    try:
        return shared_desk().read(sample, options, (), rows)
    except UnreadableError as unreadable:
        found = f"a file that cannot be read so: {unreadable.code}"
    step = "name --record, --sheet or --header-row, or save the sample as CSV"
    raise InsightError([_fault(sample.name, f"a readable {options.format} file", found, step)])


def _detected(content: Content) -> dict[str, str]:
    """What reading found out that a contract had better promise."""
    for note in content.notes:
        word, _, detail = note.partition(":")
        if word == "delimiter_detected" and detail in SEPARATORS:
            return {"delimiter": SEPARATORS[detail]}
    return {}


def _infer(content: Content, law: Law, settings: Settings) -> tuple[Found, ...]:
    known = spellings(law.vocabularies, date.max)
    words = {
        str(name): frozenset(listed)
        for name, listed in known.group_by("vocabulary").agg("spelling").iter_rows()
    }
    with connect(settings) as connection:
        install_macros(connection, law.formats)
        return infer(connection, content.rows, content.columns, FORMATS, words)


def _write_list(folder: Path, name: str, words: Sequence[str]) -> Path:
    """The words found, as a code list for a human to complete."""
    plain = all(PLAIN_CODE.fullmatch(word) for word in words)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for word in words:
        writer.writerow([word if plain else slug(word), word, "", "", "", todo("who keeps it?")])
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.csv"
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


def _name_faults(provider: str, dataset: str, contract: Path) -> Iterable[Fault]:
    for option, name in (("--provider", provider), ("--dataset", dataset)):
        if not NAME.fullmatch(name):
            expected = "small letters and digits, words joined by one underscore"
            yield _fault(option, expected, f"'{name}'", "choose another name")
    if contract.exists():
        step = "change the contract there, or take another dataset's name"
        yield _fault(str(contract), "no contract of that name yet", "one", step)


def _column_faults(sample: Path, found: Sequence[Found]) -> Iterable[Fault]:
    if not found or not found[0].rows:
        step = "send a file with a header and at least one row"
        yield _fault(sample.name, "a header and rows", "none", step)
    # A name becomes part of the contract: what looks like a cell of somebody's row must not.
    if any(LIKE_A_CELL.search(column.name) for column in found):
        step = "give the sample a header, or say --header-row where it stands"
        yield _fault(sample.name, "names of columns as header", "cells of a row", step)


def _fault(where: str, expected: str, found: str, next_step: str) -> Fault:
    return Fault(where, expected, found, "no contract is drafted", next_step)
