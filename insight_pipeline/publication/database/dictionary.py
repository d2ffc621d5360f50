"""What commissioners find in a release: every public table and column, its type and its meaning.

Belongs here: the public vocabulary, in one place; comments in the release come from here. Does not
belong here: how a table is filled (export.py, reference.py). Table macros: macro_columns.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from insight_pipeline.publication.database.alert_columns import ALERT_COLUMNS
from insight_pipeline.publication.database.contract_change_columns import (
    CONTRACT_CHANGE_COLUMNS,
)
from insight_pipeline.publication.database.figure_columns import FIGURE_COLUMNS
from insight_pipeline.publication.database.gap_columns import (
    DUPLICATION_COST_COLUMNS,
    VACUUM_COLUMNS,
)
from insight_pipeline.publication.database.indicator_columns import (
    CAVEAT_COLUMNS,
    INDICATOR_COLUMNS,
    INDICATOR_SERVICE_COLUMNS,
    PERIOD_COLUMNS,
    SERIES_COLUMNS,
    SERVICE_COLUMNS,
)
from insight_pipeline.publication.database.judgement_columns import JUDGEMENT_COLUMNS
from insight_pipeline.publication.database.pathway_columns import PATHWAY_COLUMNS
from insight_pipeline.publication.database.reporting_columns import (
    AGE_COLUMNS,
    REPORTING_COLUMNS,
)
from insight_pipeline.publication.database.revision_columns import (
    CORRECTION_COLUMNS,
    REVISION_COLUMNS,
    TRIANGLE_COLUMNS,
)
from insight_pipeline.publication.database.scorecard_columns import SCORECARD_COLUMNS
from insight_pipeline.publication.database.spending_columns import (
    SPEND_COLUMNS,
    SPEND_UNSEEN_COLUMNS,
    THEME_COLUMNS,
    UNIT_COST_COLUMNS,
)
from insight_pipeline.publication.database.table import Table

TABLES: Mapping[str, Table] = MappingProxyType(
    {
        "figure": Table(
            "Every published figure: one row per indicator, period, area, provider and breakdown.",
            FIGURE_COLUMNS,
        ),
        "series": Table("Every series of figures: one row each, a point a period.", SERIES_COLUMNS),
        "judgement": Table(
            "What each figure says beside its benchmark, its like and its past; one row each.",
            JUDGEMENT_COLUMNS,
        ),
        "indicator": Table("What each indicator means.", INDICATOR_COLUMNS),
        "caveat": Table("What to bear in mind, one row a sentence.", CAVEAT_COLUMNS),
        "service": Table(
            "Services and who delivers them: one row per service and contract.", SERVICE_COLUMNS
        ),
        "reporting": Table(
            "How far each provider's data reach, and what is missing: one row per service and "
            "provider.",
            REPORTING_COLUMNS,
        ),
        "contract_change": Table(
            "Every time a service passed from one provider to another: one row per change.",
            CONTRACT_CHANGE_COLUMNS,
        ),
        "pathway": Table(
            "Ways from one service to the next, each with its clock: one row per pathway.",
            PATHWAY_COLUMNS,
        ),
        "indicator_service": Table(
            "Which services each indicator is about; two make a hand-off.",
            INDICATOR_SERVICE_COLUMNS,
        ),
        "provider": Table(
            "Organisations that deliver services.",
            {
                "provider_id": ("VARCHAR", "Short name, as in table figure."),
                "provider_name": ("VARCHAR", "Full name."),
            },
        ),
        "area": Table(
            "The borough and its wards.",
            {
                "area_code": ("VARCHAR", "Code, as in table figure."),
                "area_name": ("VARCHAR", "Name."),
                "area_type": ("VARCHAR", "borough or ward."),
            },
        ),
        "breakdown": Table(
            "Names of the groups of breakdowns that only some indicators have, as pathway.",
            {
                "breakdown_type": ("VARCHAR", "The kind of breakdown, as in table figure."),
                "breakdown": ("VARCHAR", "Code of the group, as in table figure."),
                "label": ("VARCHAR", "Its name."),
            },
        ),
        "period": Table("Periods that figures are given for.", PERIOD_COLUMNS),
        "scorecard": Table(
            "How providers keep what they promised to deliver: one row per provider, dataset and "
            "month.",
            SCORECARD_COLUMNS,
        ),
        "theme": Table("Outcome themes, whether or not an indicator is about them.", THEME_COLUMNS),
        "spend": Table(
            "Contract spend by outcome theme: one row per theme, service, provider and quarter.",
            SPEND_COLUMNS,
        ),
        "unit_cost": Table(
            "What was spent for each person served and each outcome achieved, with intervals.",
            UNIT_COST_COLUMNS,
        ),
        "vacuum": Table(
            "Where a service hardly reaches those seen to need it: one row per need, ward and "
            "financial year, from published counts alone.",
            VACUUM_COLUMNS,
        ),
        "duplication_cost": Table(
            "What assessments that repeat another provider's cost, as a range: one row per need "
            "and whole financial year, from published counts alone.",
            DUPLICATION_COST_COLUMNS,
        ),
        "alert": Table(
            "What went wrong long enough to be told: one row per rule, service, provider and run "
            "of months.",
            ALERT_COLUMNS,
        ),
        "revision": Table(
            "Every figure ever published and every revision of it, with reason and difference.",
            REVISION_COLUMNS,
        ),
        "correction": Table("Corrections that were declared, explained.", CORRECTION_COLUMNS),
        "release": Table(
            "This release; one row.",
            {
                "release": ("VARCHAR", "As-of date and the start of a hash of what it says."),
                "as_of_date": ("DATE", "Last day any provider had reported."),
                "closed_to_date": ("DATE", "Last day of the periods covered; later ones are out."),
                "is_preview": ("BOOLEAN", "True for internal eyes only: it is not published."),
                "disclosure_policy": ("VARCHAR", "The disclosure policy applied."),
                "policy_title": ("VARCHAR", "What that policy withholds and how it rounds."),
                "policy_source": ("VARCHAR", "Whose rule it is."),
                "figures": ("BIGINT", "Rows in table figure."),
                "withheld": ("BIGINT", "How many of them have no numbers."),
            },
        ),
    }
)

_MARKED_COLUMNS = {
    **FIGURE_COLUMNS,
    "shorthand": ("VARCHAR", "As in table figure, and [r] where the figure was revised."),
}

VIEWS: Mapping[str, Table] = MappingProxyType(
    {
        "marked_figures": Table("Every figure, those revised marked [r].", _MARKED_COLUMNS),
        "latest_figures": Table(
            "Figures of each indicator's latest complete period, those revised marked [r], with "
            "providers' names, how old they are and whom newer ones wait for.",
            {
                **_MARKED_COLUMNS,
                "provider_name": (
                    "VARCHAR",
                    "Name of the provider; empty when the figure is about all.",
                ),
                **AGE_COLUMNS,
            },
        ),
        "spend_unseen": Table(
            "Spend by theme and quarter, and how much of it has outcomes that cannot be seen yet.",
            SPEND_UNSEEN_COLUMNS,
        ),
        "revision_triangle": Table(
            "Every indicator's totals in every release, against the first and the latest value.",
            TRIANGLE_COLUMNS,
        ),
    }
)
