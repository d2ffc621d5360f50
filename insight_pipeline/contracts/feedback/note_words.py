"""Words for the notes readers leave about a file as a whole, such as `hidden_rows:3`.

Belongs here: a sentence and a hint for every note. Does not belong here: what breaks a rule
(wrong.py) or what stops a file from being read (words.py). Notes refuse and hold nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from insight_pipeline.contracts.feedback.statement import Remark
from insight_pipeline.contracts.feedback.words import Told
from insight_pipeline.landing.readers.csv_dialect import WORDS
from insight_pipeline.landing.reading import ReaderOptions

# Word of a note → sentence and hint; `found` is the note's detail, `agreed` the contract's word.
NOTES: Mapping[str, Told] = {
    "encoding_differs": (
        "The file begins with the mark of {found}, agreed is {agreed}; it was read as {found}.",
        "Save it in the agreed encoding, or agree the one it is written in.",
    ),
    "encoding_detected": (
        "No encoding is agreed; the file was read as {found}.",
        "Nothing needs doing if names with accents come out right.",
    ),
    "encoding_seems": (
        "The file seems to be written in {found}, agreed is {agreed}; it was read as agreed.",
        "Save it in the agreed encoding and send it again, or letters with accents are wrong.",
    ),
    "delimiter_detected": (
        "No separator is agreed; the file was read as separated by {found}.",
        "Nothing needs doing if that is right.",
    ),
    "delimiter_seems": (
        "The file seems to be separated by {found}, agreed is {agreed}.",
        "Export it with the agreed separator and send it again.",
    ),
    "hidden_rows": (
        "Hidden rows with content in the sheet: {found}.",
        "Show the rows you mean to send, and delete the others.",
    ),
    # Hidden columns side by side may be one mark in the file: nobody can count them by it.
    "hidden_columns": (
        "The sheet has hidden columns; they are sent like the others.",
        "Check that they are meant to be sent, and delete them if not.",
    ),
    "hidden_sheet": (
        "The sheet that was read is hidden in the workbook.",
        "Check that it is the sheet you mean, and show it.",
    ),
    "error_cells": (
        "Cells that show an error, such as #N/A or #REF!: {found}.",
        "Correct the formulas, or put the values in their place.",
    ),
    "merged_cells": (
        "Merged cells in the sheet: {found}. Only the first cell of each has a value.",
        "Undo the merging and fill in every cell that belongs to a row.",
    ),
    "numbers_beyond_2_53": (
        "Numbers too long for a spreadsheet to keep exactly: {found}. Their last digits may be "
        "lost.",
        "Keep long numbers, such as references, as text, and compare them with their source.",
    ),
    "numbers_shown_with_leading_zeros": (
        "Numbers that the sheet shows with leading zeros: {found}. The zeros are not in the file.",
        "Keep numbers that begin with zero as text.",
    ),
    "formulas_without_value": (
        "Formulas that hold no result: {found}. Their cells count as empty.",
        "Open the workbook, let it calculate, save it and send it again.",
    ),
    "sheets_not_read": (
        "Sheets of the workbook that were not read: {found}. Only the first one was.",
        "If the others hold rows to send, put all rows on the first sheet.",
    ),
    "other_elements": (
        "Elements beside the records that were not read: {found}.",
        "Nothing needs doing if they only tell of the file; records all have the agreed name.",
    ),
    "text_beside_records": (
        "Pieces of text between the records that were not read: {found}.",
        "Check that no record lost its element, and put every value into a record.",
    ),
    "parts": (
        "Sheets or files that were read as one delivery: {found}.",
        "Nothing needs doing.",
    ),
    "columns_of_parts_differ": (
        "Its sheets or files do not all have the same columns; what one lacks counts as empty.",
        "Give all of them the same header.",
    ),
    "binary_as_hexadecimal": (
        "The file has columns of bytes; they were read as hexadecimal digits.",
        "Store text as text (a string column).",
    ),
}
# What asks nothing of anybody: told to programs and by `insight check`, not on the page.
QUIET = frozenset({"encoding_detected", "delimiter_detected", "parts"})
NAMES = {"cp1252": "Windows-1252"}
SIGNS = {word: delimiter for delimiter, word in WORDS.items()}


def remarks_of(notes: Iterable[str], reader: ReaderOptions) -> tuple[Remark, ...]:
    """Every note in words; `reader` says what the contract agrees."""
    return tuple(_remark(note, reader) for note in notes)


def remarks_for_people(remarks: Iterable[Remark], told: Sequence[str]) -> tuple[Remark, ...]:
    """Those that help to act, without what one of the sentences in `told` says already."""
    return tuple(
        remark
        for remark in remarks
        if remark.code not in QUIET
        and not any(sentence.startswith(remark.sentence) for sentence in told)
    )


def why_columns_are_missing(
    notes: Iterable[str], reader: ReaderOptions, promised: Iterable[str]
) -> Remark | None:
    """The note that explains why promised columns are not found, if there is one.

    A header in another encoding hides only names that are not plain ASCII.
    """
    explains = {"delimiter_seems"}
    if not all(name.isascii() for name in promised):
        explains.add("encoding_seems")
    remarks = remarks_of(sorted(notes), reader)
    return next((remark for remark in remarks if remark.code in explains), None)


def _remark(note: str, reader: ReaderOptions) -> Remark:
    code, _, detail = note.partition(":")
    plain = code.replace("_", " ")
    unknown = (f"The file was read with a remark ({plain}).", "Check the file, or ask us.")
    sentence, hint = NOTES.get(code, unknown)
    about = _separator if code.startswith("delimiter") else _encoding
    agreed = reader.delimiter if code.startswith("delimiter") else reader.encoding
    found = f"{int(detail):,}" if detail.isdecimal() else about(SIGNS.get(detail, detail))
    told = sentence.format(found=found, agreed=about(agreed) if agreed else "another")
    return Remark(code=code, sentence=told, hint=hint)


def _separator(delimiter: str) -> str:
    """`; (semicolon)`; a tab cannot be seen, so it has its name alone."""
    if not delimiter.isprintable() or delimiter.isspace():
        return f"a {WORDS.get(delimiter, 'blank')}"
    return f"{delimiter} ({WORDS[delimiter]})" if delimiter in WORDS else delimiter


def _encoding(name: str) -> str:
    return NAMES.get(name, name.upper())
