"""Table macros of indicators.duckdb in words: what they answer, and what their columns mean.

Belongs here: description, parameters and columns of each macro. Does not belong here: their SQL
(macros.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from insight_pipeline.publication.database.figure_columns import FIGURE_COLUMNS
from insight_pipeline.publication.database.judgement_columns import JUDGEMENT_COLUMNS
from insight_pipeline.publication.database.revision_columns import REVISION_COLUMNS
from insight_pipeline.publication.database.table import Columns, Macro

_PERIOD = {
    "period": ("VARCHAR", "The period in words; see table period."),
    **{name: FIGURE_COLUMNS[name] for name in ("period_from", "period_to")},
}
_SHORTHAND = {
    "shorthand": ("VARCHAR", "As in table figure, and [r] where it was revised."),
}
_TITLE = {"title": FIGURE_COLUMNS["title"]}


def _of(columns: Columns, *names: str) -> dict[str, tuple[str, str]]:
    return {name: columns[name] for name in names}


MACROS: Mapping[str, Macro] = MappingProxyType(
    {
        "trend": Macro(
            "How a series develops: one row a period, with process limits. "
            "Ids stand in column series_id of table series.",
            ("series",),
            {
                **_PERIOD,
                **_of(FIGURE_COLUMNS, "numerator", "denominator", "value", "lower95", "upper95"),
                **_SHORTHAND,
                **_of(JUDGEMENT_COLUMNS, "compared_outcome", "recent_trend", "spc_variation"),
                **_of(JUDGEMENT_COLUMNS, "spc_assurance", "spc_mean", "spc_lpl", "spc_upl"),
            },
        ),
        "compare_providers": Macro(
            "Providers of an indicator side by side in its latest complete period, each with its "
            "interval, against the total and inside or outside the funnel around it.",
            ("indicator",),
            {
                "provider_id": FIGURE_COLUMNS["provider_id"],
                "provider_name": ("VARCHAR", "Full name of the provider."),
                **_PERIOD,
                **_of(FIGURE_COLUMNS, "numerator", "denominator", "value", "lower95", "upper95"),
                **_SHORTHAND,
                "total_value": ("DECIMAL(18,2)", "The total of the same period."),
                **_of(JUDGEMENT_COLUMNS, "compared_outcome", "funnel_flag"),
                **_of(FIGURE_COLUMNS, "linkage_rate", "coverage"),
            },
        ),
        "what_changed": Macro(
            "What this release says otherwise than the one before, figure by figure; nothing in a "
            "first release.",
            (),
            {
                "change": (
                    "VARCHAR",
                    "new, revised, now shown, no longer shown, withdrawn; still not shown or same "
                    "value where its counts, limits, status or symbol are others.",
                ),
                "series_id": FIGURE_COLUMNS["series_id"],
                "indicator_id": FIGURE_COLUMNS["indicator_id"],
                **_TITLE,
                **_PERIOD,
                **_of(REVISION_COLUMNS, "previous_value", "value", "difference", "shorthand"),
                **_of(REVISION_COLUMNS, "status", "reason_code", "explanation"),
            },
        ),
        "caveats": Macro(
            "What may not be concluded from an indicator: caveats of its definition, then what is "
            "to be said of the data of its latest complete period.",
            ("indicator",),
            {
                "caveat_no": ("INTEGER", "1, 2, 3 and so on."),
                "about": ("VARCHAR", "definition, withheld, provisional, linkage or coverage."),
                "caveat": ("VARCHAR", "What to bear in mind, or may not be concluded."),
            },
        ),
    }
)
