"""The zoo's files that no editor may touch: odd bytes, archives and workbooks, made by code.

Belongs here: files whose bytes git or an editor would mend, and binary ones. Does not belong here:
plain text (files/) or what is expected of a file (expected.yaml). Same bytes every time.
Run as a module to write them all: `python -m tests.contracts.zoo.make FOLDER`.
"""

from __future__ import annotations

import gzip
import io
import re
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

HERE = Path(__file__).parent
STORED = HERE / "files"
OLE_MARK = bytes.fromhex("D0CF11E0A1B11AE1")
NOON = datetime(2025, 1, 31, 12)
Cells = list[list[Any]]
Workbook = Any


def stored(name: str) -> bytes:
    return (STORED / name).read_bytes()


VISITS = stored("sound.csv").decode()
PAYMENTS = stored("payments_sound.csv").decode()
PEOPLE = stored("people_sound.json").decode()
NDJSON = stored("people_sound.ndjson").decode()


def visits(old: str, new: str) -> bytes:
    """The four sound visits with one text changed; it must stand there."""
    assert old in VISITS
    return VISITS.replace(old, new, 1).encode()


# Text with odd bytes


def one_line_in_cp1252() -> bytes:
    return VISITS.encode().replace(b"Null", "Núll".encode("cp1252"))


def nul_in_a_name() -> bytes:
    return visits("Null", "Nu\x00ll")


def several_lines_in_a_field(more: int) -> bytes:
    """A reason that runs on over more lines."""
    return visits(",4.00,,,N", ',4.00,,"' + "\n".join(["because"] * (more + 1)) + '",N')


def a_name_of_140_000_letters() -> bytes:
    return visits("Null", "N" * 140_000)


def two_thousand_columns() -> bytes:
    lines = VISITS.splitlines()
    more = [",".join(f"c{n}" for n in range(2000)), *[",".join([""] * 2000)] * (len(lines) - 1)]
    return "".join(f"{a},{b}\n" for a, b in zip(lines, more, strict=True)).encode()


def blanks_that_are_none() -> bytes:
    """No-break spaces around a name, a zero-width blank for one, a tab around a third."""
    rows = [("Okafor", "\u00a0Okafor\u00a0"), ("Null", "\u200b"), ("O'Brien", "\tO'Brien\t")]
    text = VISITS
    for old, new in rows:
        text = text.replace(old, new, 1)
    return text.encode()


def cells_of_blanks() -> bytes:
    return visits("Null,03/11/1987", "   ,\u00a0").replace(b"Mac Leod", b" Mac   Leod  ")


def control_characters() -> bytes:
    return visits("Null", "Nu\x0bll\x1b[31m")


def unicode_line_breaks() -> bytes:
    """A form feed, a next line and a line separator are no ends of lines in CSV."""
    return visits("Null", "Nu\x0cl\u2028l\x85")


def half_a_character_at_the_end() -> bytes:
    return VISITS.rstrip("\n").encode() + "é".encode()[:1]


def end_of_file_mark() -> bytes:
    """Old DOS programs close a file with Ctrl-Z."""
    return VISITS.encode() + b"\x1a"


def two_files_pasted_together() -> bytes:
    """A mark and a header in the middle, as `copy a.csv+b.csv` leaves them."""
    lines = VISITS.splitlines(keepends=True)
    return "".join(["\ufeff", *lines[:3], "\ufeff", lines[0], *lines[3:]]).encode()


def invisible_characters_in_codes() -> bytes:
    text = VISITS.replace("V-0001", "V-0001\u200e", 1).replace("gym", "gy\u00adm", 1)
    return text.encode()


def semicolons() -> str:
    return PAYMENTS.replace(",", ";").replace("Ridge", "Rïdge")


def random_bytes() -> bytes:
    state, out = 12345, bytearray()
    for _ in range(2000):
        state = (state * 1103515245 + 12345) % 2**31
        out.append(state >> 16 & 0xFF)
    return bytes(out)


TEXT: dict[str, Callable[[], bytes]] = {
    "byte_order_mark.csv": lambda: b"\xef\xbb\xbf" + VISITS.encode(),
    "byte_order_mark_before_a_quote.csv": lambda: (
        b"\xef\xbb\xbf" + VISITS.replace("ref,", '"ref",', 1).encode()
    ),
    "utf_16_with_mark.csv": lambda: VISITS.encode("utf-16"),
    "one_line_in_cp1252.csv": one_line_in_cp1252,
    "nul_in_a_name.csv": nul_in_a_name,
    "only_nul.csv": lambda: bytes(4096),
    "carriage_returns_alone.csv": lambda: VISITS.replace("\n", "\r").encode(),
    "windows_lines.csv": lambda: VISITS.replace("\n", "\r\n").encode(),
    "mixed_lines.csv": lambda: VISITS.replace("\n", "\r\n", 2).replace("N\n", "N\r", 1).encode(),
    "no_final_line_end.csv": lambda: VISITS.rstrip("\n").encode(),
    "sixty_lines_in_a_field.csv": lambda: several_lines_in_a_field(60),
    "two_lines_in_a_field.csv": lambda: several_lines_in_a_field(1),
    "windows_lines_in_a_field.csv": lambda: several_lines_in_a_field(1).replace(b"\n", b"\r\n"),
    "very_long_field.csv": a_name_of_140_000_letters,
    "two_thousand_columns.csv": two_thousand_columns,
    "blanks_that_are_none.csv": blanks_that_are_none,
    "cells_of_blanks.csv": cells_of_blanks,
    "control_characters.csv": control_characters,
    "unicode_line_breaks.csv": unicode_line_breaks,
    "half_a_character_at_the_end.csv": half_a_character_at_the_end,
    "end_of_file_mark.csv": end_of_file_mark,
    "random_bytes.csv": random_bytes,
    "two_files_pasted_together.csv": two_files_pasted_together,
    "invisible_characters_in_codes.csv": invisible_characters_in_codes,
    "gzip_in_truth.csv": lambda: gzip.compress(VISITS.encode(), mtime=0),
    "payments_in_utf_32_with_mark.csv": lambda: b"\xff\xfe\0\0" + PAYMENTS.encode("utf-32-le"),
    "payments_in_cp1252_as_declared.csv": lambda: semicolons().encode("cp1252"),
    "payments_in_utf_8_not_cp1252.csv": lambda: semicolons().encode(),
    "payments_with_a_byte_cp1252_lacks.csv": lambda: (
        semicolons().encode("cp1252").replace(b"Dale", b"D\x81le")
    ),
    "only_line_ends.csv": lambda: b"\n" * 5,
    "only_blanks.csv": lambda: b" \t \r\n  ",
    "payments_in_cp1252.csv": lambda: PAYMENTS.replace("Ridge", "Rïdge").encode("cp1252"),
    "payments_in_utf_16_le.csv": lambda: PAYMENTS.encode("utf-16-le"),
    "payments_in_utf_16_be.csv": lambda: PAYMENTS.encode("utf-16-be"),
    "payments_in_utf_16_with_mark.csv": lambda: b"\xfe\xff" + PAYMENTS.encode("utf-16-be"),
    "payments_in_half_utf_16.csv": lambda: PAYMENTS.encode("utf-16")[:-1],
    "people_with_mark.json": lambda: b"\xef\xbb\xbf" + PEOPLE.encode(),
    "people_in_cp1252.json": lambda: PEOPLE.replace("Ann", "Zoë").encode("cp1252"),
    "people_nested_deeply.json": lambda: b'{"people": [' + b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "people_nested_deeply_but_closed.json": lambda: (
        b'{"people": [{"id": ' + b"[" * 10_000 + b"]" * 10_000 + b"}]}"
    ),
    "people_nested_deeply.ndjson": lambda: (
        NDJSON + '{"id": ' + "[" * 10_000 + "]" * 10_000 + "}\n"
    ).encode(),
    "people_one_line_in_cp1252.ndjson": lambda: NDJSON.encode().replace(b"Ann", b"Zo\xeb"),
    "people_windows_lines.ndjson": lambda: NDJSON.replace("\n", "\r\n").encode(),
    "people_nested_deeply.xml": lambda: (
        b"<people><person><id>" + b"<a>" * 10_000 + b"</a>" * 10_000 + b"</id></person></people>"
    ),
    "people_in_another_case.xml": lambda: (
        re.sub(rb"<person><id>(p.)</id>", rb'<person id="\1">', stored("people_sound.xml"))
        .replace(b'<person id="p2">', b'<Person id="p2">')
        .replace(b"<active>false</active></person>", b"<active>false</active></Person>")
    ),
    "people_in_another_encoding.xml": lambda: (
        stored("people_sound.xml").decode().replace("UTF-8", "ISO-8859-1").replace("Ann", "Zoë")
    ).encode("latin-1"),
}

# Workbooks

HEADER = ["Invoice", "Supplier", "Amount", "VAT", "Paid on", "NINO", "Voucher", "Posted"]
ROWS: Cells = [
    ["00012345", "Ridge Farm", 120, 20, "07/01/2025", None, "A1", "2025-01-07 09:30:00"],
    ["00012346", "Hill & Co", 60.5, None, "08/01/2025", "AB123456C", "A2", None],
    ["00012347", "Dale Ltd", -30, None, "09/01/2025", None, None, None],
]


def workbook(fill: Callable[[Workbook], None]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"created": NOON})
    fill(book)
    book.close()
    return out.getvalue()


def sheet(rows: Cells, book: Workbook, name: str = "Payments", first: int = 0) -> Any:
    made = book.add_worksheet(name)
    for down, row in enumerate(rows, start=first):
        for across, cell in enumerate(row):
            if isinstance(cell, str):
                made.write_string(down, across, cell)
            elif cell is not None:
                made.write(down, across, cell)
    return made


def payments(*more: list[Any], first: int = 0) -> bytes:
    return workbook(lambda book: sheet([HEADER, *ROWS, *more], book, first=first))


def titled(book: Workbook) -> None:
    title: Cells = [["Ashmere Council"], ["Payments of January 2025"], []]
    made = sheet([*title, HEADER, *ROWS, ["Total", None, 150.5]], book)
    made.merge_range(0, 0, 0, 7, "Ashmere Council")


def hidden_row(book: Workbook) -> None:
    sheet([HEADER, *ROWS], book).set_row(2, None, None, {"hidden": True})


def merged_cells(book: Workbook) -> None:
    lower = [cell if place != 1 else None for place, cell in enumerate(ROWS[1])]
    made = sheet([HEADER, ROWS[0], lower, ROWS[2]], book)
    made.merge_range(1, 1, 2, 1, "Ridge Farm")


def errors_of_formulas(book: Workbook) -> None:
    made = sheet([HEADER, *ROWS], book)
    made.write_formula(1, 2, "=1/0", None, "#DIV/0!")
    made.write_formula(2, 2, "=60+0.5", None, 60.5)


def real_dates(book: Workbook) -> None:
    made = sheet([HEADER, *ROWS], book)
    made.write_datetime(1, 4, date(2025, 1, 7), book.add_format({"num_format": "dd/mm/yyyy"}))
    made.write_number(2, 4, 45665)


def numbers_for_texts(book: Workbook) -> None:
    made = sheet([HEADER, *ROWS], book)
    made.write_number(1, 0, 12345, book.add_format({"num_format": "00000000"}))
    made.write_number(2, 0, 20250001)


def two_tables(book: Workbook) -> None:
    sheet([HEADER, *ROWS, [], ["Supplier", "Town"], ["Ridge Farm", "Ashmere"]], book)


def several_sheets(book: Workbook) -> None:
    sheet([HEADER, *ROWS], book)
    sheet([["Notes"], ["Nothing to say"]], book, "Notes")


def formula_texts(book: Workbook) -> None:
    made = sheet([HEADER, *ROWS], book)
    made.write_string(1, 1, "=cmd|' /C calc'!A0")
    made.write_string(2, 1, "+44 7700 900123")


def far_cell(book: Workbook) -> None:
    sheet([HEADER, *ROWS], book).write_string(1_048_575, 16_383, "far")


def row_twice() -> bytes:
    """The fourth row under the number of the third, as no spreadsheet but many a program writes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(payments())) as book, zipfile.ZipFile(out, "w") as again:
        for member in book.infolist():
            data = book.read(member)
            if member.filename.endswith("sheet1.xml"):
                data = re.sub(rb'r="([A-Z]*)4"', rb'r="\g<1>3"', data)
            again.writestr(member, data)
    return out.getvalue()


WORKBOOKS: dict[str, Callable[[], bytes]] = {
    "payments_sound.xlsx": payments,
    "payments_with_title_and_total.xlsx": lambda: workbook(titled),
    "payments_lower_down.xlsx": lambda: payments(first=5),
    "payments_with_a_hidden_row.xlsx": lambda: workbook(hidden_row),
    "payments_with_merged_cells.xlsx": lambda: workbook(merged_cells),
    "payments_with_errors_of_formulas.xlsx": lambda: workbook(errors_of_formulas),
    "payments_with_real_dates.xlsx": lambda: workbook(real_dates),
    "payments_with_numbers_for_texts.xlsx": lambda: workbook(numbers_for_texts),
    "payments_two_tables.xlsx": lambda: workbook(two_tables),
    "payments_with_a_sheet_of_notes.xlsx": lambda: workbook(several_sheets),
    "payments_with_formula_texts.xlsx": lambda: workbook(formula_texts),
    "payments_with_a_far_cell.xlsx": lambda: workbook(far_cell),
    "payments_without_a_row.xlsx": lambda: workbook(lambda book: sheet([HEADER], book)),
    "payments_with_a_row_twice.xlsx": row_twice,
    "payments_with_nothing.xlsx": lambda: workbook(lambda book: book.add_worksheet()),
    "payments_with_a_password.xlsx": lambda: OLE_MARK + bytes(4088),
    "payments_csv_in_truth.xlsx": lambda: PAYMENTS.encode(),
    "payments_truncated.xlsx": lambda: payments()[:-200],
    "payments_empty.xlsx": lambda: b"",
    "payments_xlsx_in_truth.csv": payments,
    "payments_zip_in_truth.xlsx": lambda: zipped({"payments.txt": b"no workbook"}),
}

# Archives


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2025, 1, 31, 12, 0, 0)), content)
    return out.getvalue()


def encrypted(archive: bytes) -> bytes:
    """The archive with its members marked as encrypted, in both places that say so."""
    data = bytearray(archive)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        data[at + offset] |= 1
    return bytes(data)


def bomb(mebibytes: int = 1024) -> bytes:
    """One member of a GiB of zeros in a MiB; each piece of its stream is the same."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    stream = first + again * (mebibytes - 1) + packer.flush()
    crc = 0
    for _ in range(mebibytes):
        crc = zlib.crc32(bytes(1 << 20), crc)
    return _archive_of_a_stream(b"visits.csv", stream, mebibytes << 20, crc)


def _archive_of_a_stream(name: bytes, stream: bytes, size: int, crc: int) -> bytes:
    common = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0x5A3F, crc, len(stream), size, len(name), 0)
    local = b"PK\x03\x04" + common + name + stream
    central = b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, 0)
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1, 1, len(central + name), len(local), 0)
    return local + central + name + end


ARCHIVES: dict[str, Callable[[], bytes]] = {
    "zip_sound.zip": lambda: zipped({"visits.csv": VISITS.encode()}),
    "zip_of_a_workbook.zip": lambda: zipped({"payments.xlsx": payments()}),
    "zip_empty.zip": lambda: zipped({}),
    "zip_of_two_files.zip": lambda: zipped(
        {"visits.csv": VISITS.encode(), "more.csv": VISITS.encode()}
    ),
    "zip_in_a_zip.zip": lambda: zipped({"visits.zip": zipped({"visits.csv": VISITS.encode()})}),
    "zip_that_climbs_out.zip": lambda: zipped({"../../visits.csv": VISITS.encode()}),
    "zip_encrypted.zip": lambda: encrypted(zipped({"visits.csv": VISITS.encode()})),
    "zip_truncated.zip": lambda: zipped({"visits.csv": VISITS.encode()})[:-60],
    "zip_of_a_picture.zip": lambda: zipped({"photo.jpg": b"\xff\xd8\xff\xe0" + bytes(100)}),
    "zip_of_a_gibibyte.zip": bomb,
    "zip_made_on_a_mac.zip": lambda: zipped(
        {"visits.csv": VISITS.encode(), "__MACOSX/._visits.csv": b"\x00\x05\x16\x07"}
    ),
}

# Parquet


def parquet(columns: dict[str, Any]) -> bytes:
    out = io.BytesIO()
    pl.DataFrame(columns).write_parquet(out)
    return out.getvalue()


def people(**changed: Any) -> bytes:
    columns: dict[str, Any] = {
        "id": ["p1", "p2"],
        "name.first": ["Ann", None],
        "name.last": ["Ash", "Null"],
        "born": ["1950-02-14", "1987-11-03"],
        "score": ["12.50", None],
        "active": ["true", "false"],
    }
    return parquet({**columns, **changed})


PARQUET: dict[str, Callable[[], bytes]] = {
    "people_sound.parquet": people,
    "people_typed.parquet": lambda: people(
        id=[9007199254740993, 2],
        born=[date(1950, 2, 14), date(1987, 11, 3)],
        score=[12.5, float("nan")],
        active=[True, None],
    ),
    "people_nested.parquet": lambda: people(tags=[["a", "b"], []]),
    "people_with_times_for_dates.parquet": lambda: people(born=[NOON, None]),
    "people_truncated.parquet": lambda: people()[:-20],
    "people_csv_in_truth.parquet": lambda: b"id,name.last\np1,Ash\n",
    "people_without_a_row.parquet": lambda: parquet(
        {name: pl.Series([], dtype=pl.String) for name in PEOPLE_COLUMNS}
    ),
}
PEOPLE_COLUMNS = ["id", "name.first", "name.last", "born", "score", "active"]
MADE = {**TEXT, **WORKBOOKS, **ARCHIVES, **PARQUET}


def write_all(folder: Path) -> dict[str, Path]:
    """Every file of the zoo by name: stored ones where they rest, made ones in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    found = {path.name: path for path in sorted(STORED.iterdir())}
    for name, make in MADE.items():
        assert name not in found, name
        found[name] = folder / name
        found[name].write_bytes(make())
    return found


if __name__ == "__main__":
    write_all(Path(sys.argv[1]))
