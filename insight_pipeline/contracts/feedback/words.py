"""Words for what is only a code elsewhere: outcomes, severities, repairs, lines nobody could read.

Belongs here: plain English, and numbers and dates as people write them. Does not belong here: what
is wrong where a rule is broken (wrong.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from insight_pipeline.contracts.promise.normalise import SENTENCES
from insight_pipeline.kernel.outcome import Severity
from insight_pipeline.landing.reading import ROWS_OF_A_PART

Told = tuple[str, str]
SEVERITY = {
    "warn": "For your information",
    "record": "Row held back",
    "delivery": "File not taken",
}
LINE_LOST = "Line not taken"
# Code → what is wrong with a line that could not be read as a row, and what to do about it.
LINES: Mapping[str, Told] = {
    "wrong_field_count": (
        "The line does not have as many fields as the header.",
        "Put quotes around text that holds the separator or a line break.",
    ),
    "unclosed_quote": (
        "A quote is opened on this line and never closed.",
        "Close the quote; write a quote inside quoted text twice.",
    ),
    "stray_quote": (
        "A quote stands inside a field that does not begin with one, or is followed by text.",
        "Put quotes around the whole field, and write a quote inside it twice.",
    ),
    "bad_encoding": (
        "The line holds bytes that are no text in the file's encoding.",
        "Save the file in one encoding, best UTF-8, and send it again.",
    ),
    "null_byte": (
        "The line holds a NUL byte, which no text contains.",
        "Export the file again; it may have been damaged on its way.",
    ),
    "broken_record": (
        "The record is cut short or not well formed, has two values of one name, or text that "
        "belongs to no field.",
        "Export the record again.",
    ),
    "other_element": (
        "The element is named like a record but for capital letters, so it is none.",
        "Write the record's name as the contract does, capitals included.",
    ),
    "totals_row": (
        "The row is a total, not a record.",
        "Leave totals out of the sheet.",
    ),
    "hidden_row": (
        "The row is hidden in the sheet.",
        "Show the row or delete it, whichever you mean.",
    ),
}
UNREADABLE: Mapping[str, Told] = {
    "empty_file": ("The file is empty.", "Export it again and check its size before sending."),
    "exceeds_limits": (
        "The file is too large or too deeply built to be read safely.",
        "Send it in parts, or as CSV without formatting.",
    ),
    "wrong_encoding": (
        "The file is not in the agreed encoding.",
        "Save it in the encoding of the contract and send it again.",
    ),
    "null_bytes": ("The file holds NUL bytes.", "Export it again; it may have been damaged."),
    "workbook_instead": (
        "The file is an Excel workbook, whatever its name says.",
        "Save the sheet in the agreed format and send that.",
    ),
    "protected_or_old_workbook": (
        "The workbook has a password, or is of the format before 2007.",
        "Save it without a password as .xlsx.",
    ),
    "several_members": (
        "The zip holds several files, and the contract does not say which one counts.",
        "Send one file.",
    ),
    "missing_member": (
        "The zip does not hold the agreed file.",
        "Put the file into the zip, and nothing else.",
    ),
    "encrypted_zip": ("The zip has a password.", "Send it without one."),
    "broken_zip": (
        "The zip is damaged, or is not a zip although it begins like one.",
        "Make it again and try to open it before sending.",
    ),
    "unsafe_member": (
        "A file in the zip is named so that it would unpack outside its folder.",
        "Make the zip again from the folder itself, with plain file names.",
    ),
    "broken_xlsx": (
        "The file is no workbook that can be opened, or it is damaged, as when two rows of a sheet "
        "have one number.",
        "Open it in a spreadsheet, save it anew as .xlsx and send that.",
    ),
    "broken_xml": (
        "The document is not well-formed XML: it may be cut short or hold a stray & or <.",
        "Export it again, and check it with an XML tool before sending.",
    ),
    "broken_json": (
        "The document is not valid JSON: it may be cut short or have a comma or quote too many.",
        "Export it again, and check it with a JSON tool before sending.",
    ),
    "broken_parquet": (
        "The file is no Parquet file that can be opened, or it is damaged.",
        "Export it again; it may have been cut on its way.",
    ),
    "nested_zip": ("The zip holds another zip.", "Send the file itself, or one zip of it."),
    "missing_array": (
        "The list of records is not where the contract says.",
        "Put all records into one list under the agreed key.",
    ),
    "missing_record": (
        "The document holds no record of the agreed name.",
        "Name the records as the contract does.",
    ),
    "missing_sheet": (
        "The agreed sheet is not in the workbook.",
        "Name the sheet as the contract does.",
    ),
}


def line_words(code: str) -> Told:
    """Sentence and hint for a line that could not be read as a row."""
    plain = code.replace("_", " ")
    unknown = (
        f"The line cannot be read as one row ({plain}).",
        "Correct the line and send it again.",
    )
    return LINES.get(code, unknown)


def unreadable_words(code: str) -> Told:
    """Sentence and hint for a file that could not be read at all."""
    plain = code.replace("_", " ")
    unknown = (
        f"The file cannot be read ({plain}).",
        "Open it yourself, save it anew, send it again.",
    )
    return UNREADABLE.get(code, unknown)


def severity_words(severity: str) -> str:
    return SEVERITY.get(severity, SEVERITY[Severity.RECORD])


def repair_words(name: str) -> str:
    """What a named repair did, as it stands with the repair."""
    return SENTENCES.get(name, f"{name.replace('_', ' ')}.")


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 row`, `1,204 rows`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def day_words(day: date) -> str:
    """`7 October 2025`, in every locale."""
    months = "January February March April May June July August September October November December"
    return f"{day.day} {months.split()[day.month - 1]} {day.year}"


def period_words(first: date, last: date) -> str:
    """`1 July to 30 September 2025`; the year twice only where it differs."""
    start = day_words(first)
    if first == last:
        return start
    return f"{start.rsplit(' ', 1)[0] if first.year == last.year else start} to {day_words(last)}"


def moment_words(moment: datetime) -> str:
    return f"{day_words(moment.date())}, {moment:%H:%M} UTC"


def share_words(part: int, whole: int) -> str:
    """Per cent to one place; never 100 or 0 for what is not all or nothing."""
    if not whole:
        return "–"
    share = 100 * part / whole
    if part and share < 0.1:
        return "< 0.1 %"
    if part < whole and share > 99.9:
        return "> 99.9 %"
    return f"{share:.1f} %" if 0 < part < whole else f"{share:.0f} %"


def place_words(line: int) -> str:
    """A line number as the provider counts; rows of a second sheet or file say of which."""
    part, row = divmod(line, ROWS_OF_A_PART)
    return f"{row:,} of part {part + 1}" if part else f"{row:,}"
