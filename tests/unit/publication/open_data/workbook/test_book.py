"""The workbook people open: laid out as the Analysis Function asks, with what is published."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from insight_pipeline.publication.open_data.terms import LICENCE, PREVIEW
from insight_pipeline.publication.site.words import SHORTHAND
from tests.unit.publication.database.conftest import HANDED_OFF, HEADERS, REVISED, Sample
from tests.unit.publication.open_data.workbook.reader import MAIN, Opened

FRONT = ["Cover", "Contents", "Notes", "Summary", "Latest figures", "What it says", "Indicators"]
BACK = ["Scorecard", "Revisions"]
SYMBOL = re.compile(r"\[[a-z]+\]")


def test_the_front_comes_first_then_a_sheet_for_every_indicator(book: Opened) -> None:
    assert book.names == [*FRONT, *sorted(HEADERS), *BACK]


def test_every_sheet_but_the_cover_has_a_title_and_one_table_below_it(book: Opened) -> None:
    for sheet in book.names[1:]:
        cells = book.cells(sheet)
        assert cells[0][0] and not any(cells[0][1:])
        assert cells[1][0] == "This worksheet contains one table."
        (table,) = book.tables(sheet)
        first, last = book.area(sheet)
        assert last == len(cells)
        headings = [each.get("name") for each in table.findall(".//m:tableColumn", MAIN)]
        assert headings == list(cells[first - 1])
        assert len(set(headings)) == len(headings)
        assert all(not any(row[1:]) for row in cells[: first - 1])


def test_headings_stay_in_sight_and_stand_on_every_printed_page(book: Opened) -> None:
    repeated = {
        each.get("localSheetId"): each.text
        for each in book.part("xl/workbook.xml").findall(".//m:definedName", MAIN)
        if each.get("name") == "_xlnm.Print_Titles"
    }
    for number, sheet in enumerate(book.names[1:], start=1):
        first, _ = book.area(sheet)
        (pane,) = book.xml(sheet).findall(".//m:pane", MAIN)
        assert (pane.get("state"), pane.get("topLeftCell")) == ("frozen", f"A{first + 1}")
        assert repeated[str(number)].endswith(f"${first}:${first}")


def test_no_cell_is_merged_and_none_is_a_formula(book: Opened) -> None:
    for sheet in book.names:
        assert book.xml(sheet).findall(".//m:mergeCell", MAIN) == []
        assert book.xml(sheet).findall(".//m:f", MAIN) == []


def test_the_contents_lead_to_every_sheet_that_follows(book: Opened) -> None:
    listed = [row["Worksheet"] for row in book.table("Contents")]
    assert listed == book.names[2:]
    assert [target for _, target in book.links("Contents")] == listed
    for sheet in book.names[2:]:
        assert "Contents" in [target for _, target in book.links(sheet)]
    assert [str(len(book.table(name))) for name in listed] == [
        row["Rows"] for row in book.table("Contents")
    ]


def test_every_symbol_in_the_workbook_stands_in_the_notes(book: Opened) -> None:
    explained = {row["Symbol or note"] for row in book.table("Notes")}
    assert explained >= set(SHORTHAND)
    found = {
        symbol
        for sheet in book.names[3:]
        for row in book.table(sheet)
        for cell in row.values()
        for symbol in SYMBOL.findall(cell or "")
    }
    assert found and found <= explained


def test_a_note_that_a_sheet_refers_to_is_there_and_names_the_sheet(book: Opened) -> None:
    notes = {row["Symbol or note"]: row for row in book.table("Notes")}
    for sheet in HEADERS:
        (remark,) = (str(row[0]) for row in book.cells(sheet) if "[note" in str(row[0]))
        for reference in re.findall(r"\[note \d+\]", remark):
            assert sheet in str(notes[reference]["Worksheets"]) or "every indicator" in str(
                notes[reference]["Worksheets"]
            )
    assert "First." in {row["Meaning"] for row in notes.values()}


def test_the_sheet_of_an_indicator_has_every_figure_of_the_database(
    book: Opened, sample: Sample
) -> None:
    for indicator in HEADERS:
        expected = sample.ask(
            "select series.label, period.label, figure.value, figure.numerator, figure.shorthand "
            "from marked_figures as figure inner join series using (series_id) "
            "inner join period using (period_from, period_to) "
            f"where figure.indicator_id = '{indicator}'"
        )
        rows = book.table(indicator)
        told = [(r["Name"], r["Period"], r["Value (per cent)"], r["Numerator"]) for r in rows]
        assert sorted(map(str, told)) == sorted(
            str((name, period, _text(value, mark), _text(counted, mark)))
            for name, period, value, counted, mark in expected
        )


def _text(value: object, mark: str | None) -> str:
    return str(mark) if value is None else f"{float(str(value)):g}"


def test_a_figure_that_is_shown_is_a_number_and_its_symbols_stand_beside_it(book: Opened) -> None:
    (revised,) = (row for row in book.table(REVISED) if "[r]" in str(row["Symbols"]))
    assert revised["Value (per cent)"] == "45"
    (broken,) = (row for row in book.table(HANDED_OFF) if row["Symbols"])
    assert (broken["Symbols"], broken["Value (per cent)"]) == ("[b]", "50")


def test_a_figure_that_is_withheld_has_its_symbol_in_every_cell(book: Opened) -> None:
    withheld = [row for row in book.table(REVISED) if "[c]" in str(row["Symbols"])]
    assert withheld
    for row in withheld:
        cells = [
            value
            for name, value in row.items()
            if "limit" in name or name in ("Numerator", "Denominator")
        ]
        assert {*cells, row["Value (per cent)"]} == {"[c]"}


def test_no_cell_of_numbers_is_empty(book: Opened) -> None:
    for sheet in book.names[1:]:
        for row in book.table(sheet):
            assert all(value for name, value in row.items() if name != "Symbols")


def test_what_it_says_compares_a_part_with_the_borough(book: Opened) -> None:
    said = {
        row["Name"]: row["Finding"]
        for row in book.table("What it says")
        if row["Indicator"] == HEADERS[REVISED].title
    }
    assert said["Homestead Homes"] == "Better than Ashmere"
    assert said["Other Homes"] == "Worse than Ashmere"
    assert said["Ashmere"] == "Better than England 2024/25"


def test_a_revision_is_listed_with_what_it_was_before(book: Opened) -> None:
    (row,) = book.table("Revisions")
    assert (row["Value before"], row["Value"], row["Difference"]) == ("60.5", "45", "-15.5")


def test_a_release_without_revisions_says_so(changed: Callable[[str], Path]) -> None:
    first = Opened(changed("delete from revision where revision_no > 1") / "indicators.xlsx")
    said = [row[0] for row in first.cells("Revisions")]
    assert "There is no table in this worksheet: no figure has been revised so far." in said
    assert first.tables("Revisions") == []


def test_text_that_looks_like_a_formula_or_a_link_stays_text(
    changed: Callable[[str], Path],
) -> None:
    title, name = '=HYPERLINK("https://example.org","x")', "+cmd|' /C calc'!A0"
    quoted = name.replace("'", "''")
    book = Opened(
        changed(
            f"update indicator set title = '{title}', definition = '@SUM(A1)', "
            "question = 'https://example.org/?', cohort = '{=1+1}';"
            f"update provider set provider_name = '{quoted}';"
            "update caveat set caveat = '[a](https://example.org)';"
        )
        / "indicators.xlsx"
    )
    assert book.cells(REVISED)[0][0] == title
    assert name in {row["Provider"] for row in book.table("Scorecard")}
    assert "@SUM(A1)" in {row["Definition"] for row in book.table("Indicators")}
    for sheet in book.names:
        assert book.xml(sheet).findall(".//m:f", MAIN) == []
        assert [address for address in book.outside(sheet) if "example" in address] == []


def test_its_date_is_the_last_day_the_data_reach(book: Opened) -> None:
    said = [each.text for each in book.part("docProps/core.xml")]
    assert said.count("2026-06-30T00:00:00Z") == 2
    assert "Outcome indicators of Ashmere" in said


def test_the_cover_and_the_sheets_say_how_counts_are_rounded(
    book: Opened, changed: Callable[[str], Path]
) -> None:
    assert "Counts are rounded to the nearest 5." in {row[0] for row in book.cells(REVISED)}
    exact = Opened(changed("update figure set rounded_to = 1") / "indicators.xlsx")
    assert "Counts are not rounded." in {row[0] for row in exact.cells(REVISED)}
    assert any(str(row[0]).startswith("Counts are not rounded. ") for row in exact.cells("Cover"))


def test_the_cover_of_a_preview_says_so_and_names_no_licence(
    book: Opened, changed: Callable[[str], Path]
) -> None:
    preview = Opened(changed("update release set is_preview = true") / "indicators.xlsx")
    said = {str(row[0]) for row in preview.cells("Cover")}
    assert PREVIEW in said and not [line for line in said if LICENCE.title in line]
    assert PREVIEW not in {row[0] for row in book.cells("Cover")}


def test_a_borough_that_is_its_own_standard_has_no_course(changed: Callable[[str], Path]) -> None:
    book = Opened(
        changed(
            f"update indicator set statistic = 'isr' where indicator_id = '{REVISED}';"
            f"update figure set value = 100 where indicator_id = '{REVISED}' "
            "and breakdown_type = 'total' and value is not null"
        )
        / "indicators.xlsx"
    )
    title = HEADERS[REVISED].title
    (row,) = (row for row in book.table("Summary") if row["Indicator"] == title)
    assert (row["Course"], row["How sure"]) == ("[z]", "[z]")
    others = {row["Course"] for row in book.table("Summary") if row["Indicator"] != title}
    assert "[z]" not in others
