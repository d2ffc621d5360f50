"""What was published otherwise before, of one indicator.

Belongs here: which revisions are worth reading first, as a table. Does not belong here: the release
notes, which tell of all indicators (pages/).
"""

from __future__ import annotations

from insight_pipeline.publication.site import words
from insight_pipeline.publication.site.exhibits import Table
from insight_pipeline.publication.site.records import Indicator
from insight_pipeline.publication.site.revision_records import Revision
from insight_pipeline.publication.site.store import Store

_MOST = 40


def revised_figures(store: Store, indicator: Indicator) -> list[Revision]:
    """Revisions that changed what is shown, totals first, the latest release first."""
    found = [
        each
        for each in store.revisions_of(indicator.indicator_id)
        if each.value != each.previous_value or each.status == "withdrawn"
    ]
    return sorted(
        found,
        key=lambda each: (
            each.series_id != indicator.indicator_id,
            -each.release_no,
            each.series_id,
            each.period_from,
        ),
    )


def revised_table(store: Store, indicator: Indicator) -> Table:
    """The revisions worth reading first; the whole ledger is in table revision."""
    return Table(
        "revisions-table",
        "Figures that were published otherwise before",
        ("About", "Period", "Release", "Why", "Before", "Now", "Difference"),
        tuple(_revision(indicator, each) for each in revised_figures(store, indicator)[:_MOST]),
        texts=4,
    )


def _revision(indicator: Indicator, each: Revision) -> tuple[str, ...]:
    why = each.reason_code.replace("_", " ")
    return (
        each.label,
        each.period,
        each.release,
        f"{why}: {each.explanation}" if each.explanation else why,
        words.cell(indicator, each.previous_value),
        words.cell(indicator, each.value, each.shorthand),
        words.cell(indicator, each.difference),
    )
