"""Which sheets the workbook has, in order.

Belongs here: that order. Does not belong here: any sheet, or Excel (writing.py). It is the layout
of the Government Analysis Function ("Releasing statistics in spreadsheets"): cover, contents,
notes, then one table a sheet.
"""

from __future__ import annotations

from insight_pipeline.publication.open_data.about import About
from insight_pipeline.publication.open_data.workbook.figures import indicator_sheet, latest_sheet
from insight_pipeline.publication.open_data.workbook.front import CONTENTS, COVER, contents, cover
from insight_pipeline.publication.open_data.workbook.model import Cover, Sheet
from insight_pipeline.publication.open_data.workbook.naming import sheet_names
from insight_pipeline.publication.open_data.workbook.notes import NAME as NOTES
from insight_pipeline.publication.open_data.workbook.notes import notes_sheet, number_notes
from insight_pipeline.publication.open_data.workbook.reference import (
    definitions_sheet,
    revisions_sheet,
    scorecard_sheet,
)
from insight_pipeline.publication.open_data.workbook.says import findings_sheet, summary_sheet
from insight_pipeline.publication.site.store import Store

WORKBOOK = "indicators.xlsx"


def sheets(store: Store, about: About) -> tuple[Cover | Sheet, ...]:
    """The cover, then every sheet."""
    before = [summary_sheet(store), latest_sheet(store), findings_sheet(store)]
    after = [scorecard_sheet(store), revisions_sheet(store)]
    taken = [COVER, CONTENTS, NOTES, "Indicators", *(each.name for each in (*before, *after))]
    names = sheet_names((each.indicator_id for each in store.indicators), taken)
    notes = number_notes(store)
    figures = [
        indicator_sheet(store, each, names[each.indicator_id], notes) for each in store.indicators
    ]
    listed = [notes_sheet(notes, names), *before, definitions_sheet(store, names)]
    listed += [*figures, *after]
    return cover(store, about), contents(listed), *listed
