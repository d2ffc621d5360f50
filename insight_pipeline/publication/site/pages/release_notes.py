"""Release notes: what this release is, what it says otherwise than the one before, how to cite it.

Belongs here: what stands on that page. Does not belong here: the ledger of revisions itself, which
is table revision.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from insight_pipeline.publication.site import words
from insight_pipeline.publication.site.exhibits import Cell, Table
from insight_pipeline.publication.site.frame import Link, Page, anchor, page
from insight_pipeline.publication.site.kinds import TOTAL, in_order, kind_of
from insight_pipeline.publication.site.records import Figure
from insight_pipeline.publication.site.revision_records import Change, Correction
from insight_pipeline.publication.site.store import Store

NAVIGATION = (90, "Release notes", "release-notes.html")
_PATH = "release-notes.html"
_MOST_TOTALS = 60
_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "first": "published for the first time",
        "late_data": "data that came late or were added",
        "error": "an error was put right",
        "method": "the method changed",
        "linkage": "records were joined to people anew",
        "contract_change": "a contract or its data changed",
        "disclosure": "what may be shown changed",
    }
)
# Where the name of a change alone would not tell what it is.
_CHANGES: Mapping[str, str] = MappingProxyType(
    {
        "same value": "with the same value, but another count, limit, status or symbol",
        "still not shown": "still not shown, but with another status or symbol",
    }
)
_WITHHELD = ("[c]", "[x]", "[z]")
# Written after the site: they say what all the other files are.
_LAST = (
    ("release.json", "what the release was made from: contracts, code, counts, predecessor"),
    ("SHA256SUMS", "checksums of all files, to see that none was changed"),
)


def pages(store: Store) -> Iterator[Page]:
    yield page(
        _PATH,
        "release_notes.html",
        store,
        title="Release notes",
        before=store.releases[-2] if len(store.releases) > 1 else "",
        changes=_changes(store.changes),
        counted=_counted(store.changes),
        totals=_totals(store),
        more_totals=max(0, len(_shown_otherwise(store)) - _MOST_TOTALS),
        corrections=_corrections(store),
        withheld=_withheld(store.figures),
        symbols=words.symbols(_WITHHELD),
        files=_files(store.files),
        last=_LAST,
        year=store.release.as_of_date.year,
    )


def _files(names: Iterable[str]) -> list[tuple[str, str]]:
    """Every file beside the site and what it is for, those most asked for first."""
    there = set(names) - {name for name, _ in _LAST}
    known = words.downloads(there)
    left = sorted(there - {name for name, _ in known})
    return [*known, *((name, told) for name in left if (told := _purpose(name)))]


def _purpose(name: str) -> str:
    if name.endswith(".parquet"):
        return f"the same as {name.removesuffix('.parquet')}.csv, as Parquet"
    if name == "csv-metadata.json":
        return "what every column of all CSV files means, for programs (CSV on the Web)"
    if name.endswith("-metadata.json"):
        table = name.removesuffix("-metadata.json")
        return f"what every column of {table} means, for programs (CSV on the Web)"
    return "all files of data, described for programs" if name == "datapackage.json" else ""


def _counted(changes: tuple[Change, ...]) -> str:
    """'98 new; 38 revised': every kind of change, the most frequent first."""
    counted = sorted(
        Counter(each.change for each in changes).items(), key=lambda it: (-it[1], it[0])
    )
    return "; ".join(f"{count:,} {_CHANGES.get(kind, kind)}" for kind, count in counted)


def _changes(changes: tuple[Change, ...]) -> Table | None:
    """How many figures of each indicator changed in which way, and why."""
    counted = Counter((each.title, each.change, each.reason_code) for each in changes)
    if not counted:
        return None
    return Table(
        "changes-table",
        "Figures that this release gives otherwise than the one before.",
        ("Indicator", "Change", "Why", "Figures"),
        tuple(
            (title or "Withdrawn indicator", kind, _REASONS.get(reason, reason), f"{count:,}")
            for (title, kind, reason), count in sorted(counted.items())
        ),
        texts=3,
    )


def _shown_otherwise(store: Store) -> list[Change]:
    """Totals that had a value and have another, or none."""
    return [
        each
        for each in store.changes
        if each.series_id == each.indicator_id and each.change not in ("new", "same value")
    ]


def _totals(store: Store) -> Table | None:
    changed = _shown_otherwise(store)
    if not changed:
        return None
    return Table(
        "totals-table",
        "Figures of the whole borough that were published otherwise before.",
        ("Indicator", "Period", "Change", "Why", "Before", "Now", "Difference"),
        tuple(_total(store, each) for each in changed[:_MOST_TOTALS]),
        texts=4,
    )


def _total(store: Store, each: Change) -> tuple[Cell, ...]:
    known = {one.indicator_id: one for one in store.indicators}
    indicator = known.get(each.indicator_id)
    why = each.explanation or _REASONS.get(each.reason_code, each.reason_code)
    if indicator is None:
        return each.indicator_id, each.period, each.change, why, "", "", ""
    return (
        anchor(_PATH, Link(each.title, f"indicators/{each.indicator_id}.html#revisions")),
        each.period,
        each.change,
        why,
        words.cell(indicator, each.previous_value),
        words.cell(indicator, each.value, each.shorthand),
        words.cell(indicator, each.difference),
    )


def _corrections(store: Store) -> list[tuple[str, Correction, str]]:
    """Each correction, the latest first: title, what was declared, and the reason in words."""
    titles = {each.indicator_id: each.title for each in store.indicators}
    newest = sorted(store.corrections, key=lambda each: each.indicator_id)
    newest.sort(key=lambda each: each.declared_date, reverse=True)
    return [
        (titles.get(each.indicator_id, each.indicator_id), each, _REASONS[each.reason_code])
        for each in newest
    ]


def _about(breakdown_type: str) -> str:
    one = kind_of(breakdown_type).one
    return one if breakdown_type == TOTAL else f"by {one}"


def _withheld(figures: Iterable[Figure]) -> Table:
    """Counts of figures without a value by reason and by what they are about."""
    every = list(figures)
    counted = Counter(
        (each.breakdown_type, symbol)
        for each in every
        for symbol in _WITHHELD
        if each.value is None and symbol in each.shorthand
    )
    whole = Counter(each.breakdown_type for each in every)
    rows = tuple(
        (_about(kind), f"{whole[kind]:,}", *(f"{counted[kind, symbol]:,}" for symbol in _WITHHELD))
        for kind in in_order(whole)
    )
    sums = (sum(counted[kind, symbol] for kind in whole) for symbol in _WITHHELD)
    total = ("all", f"{len(every):,}", *(f"{each:,}" for each in sums))
    return Table(
        "withheld-table",
        "Figures of this release, and how many of them have no value, by reason.",
        ("About", "Figures", *_WITHHELD),
        (*rows, total),
    )
