"""The gate refuses a release that holds an identifier anywhere, and no other."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest
import xlsxwriter

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.publication.identifiers.step import NAMES, scan_release
from insight_pipeline.settings import Settings
from tests.unit.publication.identifiers.conftest import FORMS, describe, write_release

# Full-width digits with ideographic spaces between them.
WIDE = "943\u3000476\u30005919".translate({48 + n: 0xFF10 + n for n in range(10)})
PLANTED = {
    "NHS numbers": ("943 476 5919", "9434765919", "943-476-5919", WIDE),
    "National Insurance numbers": (
        "AB 12 34 56 C",
        "ab123456c",
        "AB\u00a012\u00a034\u00a056\u00a0C",
    ),
    "full postcodes": ("ZA1 2BD", "za12bd", "SW1A\u20091AA"),
    "e-mail addresses": ("ada.pryce@example.org", "ada\u00ad@exam\u200bple.org"),
    "UK telephone numbers": ("07700 900123", "+44 (0)20 7946 0958", "01632\u2011960001"),
    "UPRNs": ("UPRN 200001234", "999000000123"),
    "keys of people": ("00001fb1f6ee8d6d7d8c6c6f", "0e5b2c5f9f3b4c0d8f6a7b1c2d3e4f50"),
    "hashes": (sha256(b"Ada").hexdigest(), "sha256-n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg="),
    "days": ("14 March 1956", "1956-03-14", "14/03/1956"),
    NAMES: ("Zoë Adeyemi", "ADEYEMI, ZOE", "zoe o\u2019brien", "Zoe O'Brien-Adeyemi"),
}
CASES = [(words, value) for words, values in PLANTED.items() for value in values]


def refusal(folder: Path, settings: Settings) -> InsightError:
    with pytest.raises(InsightError) as raised:
        scan_release(folder, settings)
    return raised.value


def test_each_kind_is_caught_in_every_spelling_and_form_of_file_and_never_told(
    release: Path, settings: Settings
) -> None:
    """One folder per spelling inside the release, all scanned at once."""
    for place, (_, value) in enumerate(CASES):
        write_release(release / f"case{place}", f"seen: {value}", FORMS)
    describe(release)
    error = refusal(release, settings)
    caught = {(fault.where.split()[1].rstrip(","), fault.expected) for fault in error.faults}
    missed = [
        (words, value, form)
        for place, (words, value) in enumerate(CASES)
        for form in FORMS
        if not any(file == f"case{place}/{form}" and words in said for file, said in caught)
    ]
    assert missed == []
    assert [value for _, value in CASES if value in str(error)] == []
    assert {file.partition("/")[0] for file, _ in caught} == {f"case{n}" for n in range(len(CASES))}


def test_a_clean_release_passes_and_its_scan_is_told_in_numbers(
    release: Path, settings: Settings
) -> None:
    scanned = scan_release(release, settings)
    assert (scanned.files, scanned.skipped) == (len(FORMS) + 2, ())
    assert (scanned.places > 100, scanned.texts > 100, len(scanned.kinds)) == (True, True, 10)


def test_without_an_identity_store_names_are_skipped_and_the_result_says_so(
    release: Path, settings: Settings
) -> None:
    settings.identity.unlink()
    assert scan_release(release, settings).skipped == (NAMES,)


def test_a_wards_name_that_is_also_a_citizens_stands_in_the_table_of_areas_only_as_a_whole(
    release: Path, settings: Settings
) -> None:
    with duckdb.connect(str(release / "indicators.duckdb")) as con:
        con.execute("update area set area_name = 'Victoria Park and Zoe Adeyemi'")
    describe(release)
    assert NAMES in str(refusal(release, settings))


CORNERS = {
    "a.n": "create table a as select 9434765919::bigint as n",
    "b.n": "create table b as select 9434765919.00::decimal(18, 2) as n",
    "c.n": "create table c as select 9434765919::double as n",
    "d.many": "create table d as select ['x', '943 476 5919'] as many",
    "e.one": "create table e as select {'nhs': '9434765919'} as one",
    "f.bytes": "create table f as select '943 476 5919'::blob as bytes",
    "g.n": "create schema s; create table s.g as select 9434765919 as n",
    "heading of column": 'create table h as select 1 as "943 476 5919"',
    "duckdb_tables().table_name": 'create table "943 476 5919" as select 1 as n',
    "duckdb_views().sql": "create view i as select * from figure where shorthand = '943 476 5919'",
    "duckdb_functions().macro_definition": "create macro j(x) as x = 9434765919",
    "duckdb_tables().comment": "comment on table figure is 'not 943 476 5919'",
    "duckdb_columns().comment": "comment on column figure.shorthand is 'not 943 476 5919'",
    "duckdb_views().comment": "comment on view latest_figures is 'not 943 476 5919'",
    "duckdb_columns().column_default": "create table k (n varchar default '943 476 5919')",
    "duckdb_constraints().constraint_text": "create table l (n int check (n <> 9434765919))",
    "duckdb_types().labels": "create type m as enum ('943 476 5919')",
    "duckdb_sequences().start_value": "create sequence o start 9434765919",
}


def test_no_corner_of_the_database_is_left_out(release: Path, settings: Settings) -> None:
    with duckdb.connect(str(release / "indicators.duckdb")) as con:
        for statement in CORNERS.values():
            con.execute(statement)
    describe(release)
    error = refusal(release, settings)
    places = [f.where.partition(", ")[2] for f in error.faults if f.expected == "no NHS numbers"]
    assert [corner for corner in CORNERS if not any(corner in place for place in places)] == []
    assert not re.search(r"943\D?476\D?5919", str(error))


def test_a_name_of_a_place_that_is_itself_an_identifier_is_told_by_its_number(
    release: Path, settings: Settings
) -> None:
    (release / "ada@example.org.csv").write_text("rows,943 476 5919\n1,9434765919\n")
    describe(release)
    error = refusal(release, settings)
    assert "file 2, column 2" in str(error)
    assert "heading of column 2" in str(error)
    assert "ada@" not in str(error)
    assert "5919" not in str(error)


def test_metadata_of_parquet_is_read(release: Path, settings: Settings) -> None:
    path = release / "indicators.parquet"
    duckdb.sql(
        f"copy (select 1 as n) to '{path}' (format parquet, kv_metadata {{\"by\": 'Zoe Adeyemi'}})"
    )
    describe(release)
    (fault,) = refusal(release, settings).faults
    assert "indicators.parquet, metadata by" in fault.where


def test_what_a_workbook_shows_nobody_is_read(release: Path, settings: Settings) -> None:
    book = xlsxwriter.Workbook(str(release / "indicators.xlsx"))
    book.set_properties({"author": "Zoe Adeyemi"})
    sheet = book.add_worksheet("Figures")
    sheet.write_comment("A1", "943 476 5919")
    sheet.set_footer("ada@example.org")
    hidden = book.add_worksheet("Hidden")
    hidden.hide()
    hidden.write_number(0, 0, 9434765919)
    hidden.write_rich_string(1, 0, "AB 12 ", book.add_format({"bold": True}), "34 56 C")
    book.close()
    describe(release)
    found = {
        (fault.expected, fault.where.partition(", ")[2])
        for fault in refusal(release, settings).faults
    }
    places = {place for expected, place in found if expected == "no NHS numbers"}
    assert any("Hidden!column 1" in place for place in places)
    assert any("comments" in place for place in places)
    assert {expected for expected, _ in found} >= {
        "no names of known people",
        "no e-mail addresses",
        "no National Insurance numbers",
    }


MARKED = [
    "<p>943 <b>476</b> 5919</p>",
    "<p>943<!-- --> 476 5919</p>",
    "<p>943&nbsp;476&#8209;5919</p>",
    "<p>943&shy;476&shy;5919</p>",
    "<p>943<br>476<br>5919</p>",
    "<p title='943 476 5919'>1</p>",
    "<!-- 943 476 5919 -->",
    "<script>var n = 9434765919</script>",
    "<a href='?n=943%20476%205919'>1</a>",
    "<svg><path d='M 1 2 9434765919 3'/></svg>",
    "<svg><text>943 <tspan>476</tspan> 5919</text></svg>",
]


def test_a_page_is_read_as_a_browser_puts_it_together(release: Path, settings: Settings) -> None:
    page = (release / "site/index.html").read_text()
    for place, markup in enumerate(MARKED):
        marked = page.replace("</body>", markup + "</body>")
        (release / f"page{place}.html").write_text(marked)
    describe(release)
    faults = refusal(release, settings).faults
    assert {fault.expected for fault in faults} == {"no NHS numbers"}
    caught = {fault.where.split()[1].rstrip(",") for fault in faults}
    assert caught == {f"page{place}.html" for place in range(len(MARKED))}


def test_the_hash_of_a_file_passes_and_the_hash_of_another_does_not(
    release: Path, settings: Settings
) -> None:
    (release / "site/style.css").write_text("h1 { margin: 0 }\n")
    places = {fault.where for fault in refusal(release, settings).faults}
    assert places == {
        "publication: release.json, sha256.site/style.css",
        "publication: SHA256SUMS, text",
    }


def test_a_fingerprint_of_rules_passes_only_under_its_key(
    release: Path, settings: Settings
) -> None:
    path = release / "release.json"
    path.write_text(path.read_text().replace("disclosure_rules", "person"))
    (release / "SHA256SUMS").unlink()
    (fault,) = refusal(release, settings).faults
    assert fault.where == "publication: release.json, person"


@pytest.mark.parametrize("name", ["notes.docx", "indicators.csv.gz", "indicators.duckdb.wal"])
def test_a_file_nobody_can_read_stops_the_release(
    release: Path, settings: Settings, name: str
) -> None:
    (release / name).write_bytes(b"\x00\x01")
    (fault,) = refusal(release, settings).faults
    assert name in fault.where


@pytest.mark.parametrize("name", FORMS)
def test_a_broken_file_stops_the_release_without_a_word_of_what_it_holds(
    release: Path, settings: Settings, name: str
) -> None:
    (release / name).write_bytes(b"Zoe \xff Adeyemi,<\n1,2,3")
    if name == "indicators.duckdb":
        (release / name).write_bytes(b"Zoe Adeyemi" * 1000)
    error = refusal(release, settings)
    assert name.rpartition("/")[2] in str(error)
    assert "Adeyemi" not in str(error)


def test_a_folder_without_files_is_no_clean_release(tmp_path: Path, settings: Settings) -> None:
    (fault,) = refusal(tmp_path / "nowhere", settings).faults
    assert fault.found == "none"
