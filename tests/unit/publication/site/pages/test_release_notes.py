"""Release notes: what changed and why, what is withheld, how to cite; nothing made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from insight_pipeline.publication.site.pages import release_notes
from insight_pipeline.publication.site.revision_records import Correction
from insight_pipeline.publication.site.store import Store
from tests.unit.publication.site.conftest import SHORT, Release


def notes(store: Store) -> str:
    return next(iter(release_notes.pages(store))).html


def test_a_revised_total_stands_with_both_values(release: Release) -> None:
    text = release.text("release-notes.html")
    (change,) = (e for e in release.store.changes if e.series_id == SHORT and e.difference)
    assert change.previous_value is not None and change.value is not None
    assert f"{change.previous_value:.1f}" in text and f"{change.value:.1f}" in text
    assert f'href="indicators/{SHORT}.html#revisions"' in text


def test_a_first_release_has_nothing_to_compare_with(store: Store) -> None:
    first = replace(store, releases=store.releases[-1:], changes=())
    assert "This is the first release" in notes(first)
    assert "is given otherwise" in notes(replace(store, changes=()))


def test_counts_by_reason_add_up_to_what_is_withheld(store: Store) -> None:
    table = release_notes._withheld(store.figures)
    *parts, whole = [[int(str(cell).replace(",", "")) for cell in row[1:]] for row in table.rows]
    assert [sum(column) for column in zip(*parts, strict=True)] == whole
    assert whole[0] == store.release.figures
    assert sum(whole[1:]) == store.release.withheld > 0


def test_corrections_are_explained_latest_first(store: Store) -> None:
    def declared(day: int, words: str) -> Correction:
        when = date(2026, 6, day)
        span = date(2023, 4, 1), date(2023, 6, 30)
        return Correction(SHORT, *span, when, "error", words, None)

    found = notes(replace(store, corrections=(declared(1, "Older <b>."), declared(9, "Newer."))))
    assert 0 < found.index("Newer.") < found.index("Older &lt;b&gt;.")
    assert "an error was put right" in found
    assert "No correction has been declared." in notes(replace(store, corrections=()))


def test_files_are_those_that_are_there_whenever_the_site_is_written(store: Store) -> None:
    described = ("indicators.csv-metadata.json", "csv-metadata.json")
    files = ("indicators.csv", "indicators.duckdb", *described, "x.lock")
    once = notes(replace(store, files=files))
    again = notes(replace(store, files=(*files, "release.json", "SHA256SUMS")))
    assert once == again
    assert 'href="../indicators.csv-metadata.json"' in once and "x.lock" not in once
    assert "every column of all CSV files" in once


def test_the_citation_names_the_release_and_its_day(release: Release) -> None:
    text = release.text("release-notes.html")
    assert f"Release {release.store.release.release}, data as of 30 June 2026" in text
