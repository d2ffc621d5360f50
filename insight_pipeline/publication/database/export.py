"""Writes the files of a release from data that is already disclosure-controlled.

Belongs here: what is exported, in which order of rows, and as which file. Does not belong here:
deciding what is public (disclosure/), or the database made from these files (build.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb

from insight_pipeline.indicators.header import IndicatorHeader
from insight_pipeline.indicators.themes import VOCABULARY
from insight_pipeline.publication.alerts import PUBLIC_ALERT
from insight_pipeline.publication.database.marks import MARKED_TABLE, mark_figures
from insight_pipeline.publication.gaps import PUBLIC_DUPLICATION_COST, PUBLIC_VACUUM
from insight_pipeline.publication.judgement import PUBLIC_JUDGEMENT
from insight_pipeline.publication.reporting import PUBLIC_REPORTING
from insight_pipeline.publication.revision_reasons import PUBLIC_CORRECTION
from insight_pipeline.publication.revisions import PUBLIC_LEDGER
from insight_pipeline.publication.scorecard import PUBLIC_SCORECARD
from insight_pipeline.publication.spending.money import PUBLIC_SPEND
from insight_pipeline.publication.spending.unit_cost import PUBLIC_UNIT_COST
from insight_pipeline.sql.engines.duckdb import literal
from insight_pipeline.warehouse.services import OPEN_ENDED

SORT = "indicator_id, period_from, period_to, area_code, provider_id, breakdown_type, breakdown"
# Published as files of their own besides: name of the file → table of the database.
FILES = {
    "indicators": "figure",
    "judgements": "judgement",
    "scorecard": "scorecard",
    "revisions": "revision",
}
# What depends on the releases before, and is exported when these are known.
HISTORY = "revisions"
THEMES = "themes"
_SERVICES = f"""
select
    contracts.service_code,
    titles.title as service_title,
    contracts.provider_id,
    contracts.from_date,
    nullif(contracts.to_date, date '{OPEN_ENDED.isoformat()}') as to_date,
    contracts.annual_price_gbp
from reference.service_contract as contracts
left join reference.service as titles on contracts.service_code = titles.service_code
order by all
"""
_CONTRACT_CHANGES = """
select
    changes.service_code,
    changes.from_provider_id,
    changes.to_provider_id,
    changes.ended_date,
    changes.began_date,
    changes.changed_date,
    changes.gap_days,
    changes.overlap_days,
    changes.area_codes,
    changes.from_price_gbp,
    changes.to_price_gbp,
    changes.handover_days,
    changes.began_date + services.comparable_after_days as comparable_date
from journeys.fct_contract_change as changes
inner join reference.service as services on changes.service_code = services.service_code
order by all
"""
_THEMES = f"""
select code as theme_code, label as theme
from reference.vocabulary
where vocabulary = '{VOCABULARY}'
order by all
"""
# A cost bears every mark of the figure whose count it rests on.
_UNIT_COST = f"""
select cost.* replace (coalesce(figure.shorthand, cost.shorthand) as shorthand)
from {PUBLIC_UNIT_COST} as cost
left join {MARKED_TABLE} as figure
    on
        cost.unit_cost_gbp is not null
        and cost.indicator_id = figure.indicator_id
        and cost.period_from = figure.period_from
        and cost.period_to = figure.period_to
        and figure.breakdown_type = case when cost.kind = 'outcome' then 'total' else 'service' end
        and figure.breakdown = case when cost.kind = 'outcome' then 'all' else cost.service_code end
order by cost.kind, cost.indicator_id, cost.service_code, cost.period_from
"""
_PATHWAYS = """
select pathway_code, title as pathway, from_service_code, to_service_code, clock_days, standard
from reference.pathway
order by all
"""
_EXPORTS = {
    "indicators": f"select * from {MARKED_TABLE} order by {SORT}",
    "judgements": f"select * from {PUBLIC_JUDGEMENT} order by {SORT}",
    "scorecard": (
        f"select * from {PUBLIC_SCORECARD} "
        "order by provider_id, period_month, dataset <> 'all', dataset"
    ),
    "provider": "select provider_id, provider_name from reference.provider order by all",
    "area": "select area_code, area_name, area_type from core.dim_area order by all",
    "breakdown": "select breakdown_type, breakdown, label from core.dim_breakdown order by all",
    "service": _SERVICES,
    "reporting": f"select * from {PUBLIC_REPORTING} order by service_code, provider_id",
    "contract_change": _CONTRACT_CHANGES,
    "pathway": _PATHWAYS,
    THEMES: _THEMES,
    "spend": (
        f"select * from {PUBLIC_SPEND} order by theme_code, service_code, provider_id, period_from"
    ),
    "unit_cost": _UNIT_COST,
    "vacuum": f"select * from {PUBLIC_VACUUM} order by need_code, area_code, period_from",
    "duplication_cost": (
        f"select * from {PUBLIC_DUPLICATION_COST} order by need_code, period_from"
    ),
    "alert": (
        f"select * from {PUBLIC_ALERT} order by rule_code, service_code, provider_id, opened_month"
    ),
    "corrections": f"select * from {PUBLIC_CORRECTION} order by all",
    HISTORY: f"select * from {PUBLIC_LEDGER} order by {SORT}, revision_no",
}
# Tables of the database → the exported file that each is a copy of.
COPIES = {
    **{table: name for name, table in FILES.items()},
    **{name: name for name in ("provider", "area", "breakdown", "service", "reporting")},
    "contract_change": "contract_change",
    "pathway": "pathway",
    "correction": "corrections",
    "theme": THEMES,
    "spend": "spend",
    "unit_cost": "unit_cost",
    "vacuum": "vacuum",
    "duplication_cost": "duplication_cost",
    "alert": "alert",
}
# What a release says of things as they are now, file by file: its identity is made from these.
SAID = tuple(
    f"{name}.csv" if name in FILES else f"{name}.parquet" for name in _EXPORTS if name != HISTORY
)


def export_public(
    connection: duckdb.DuckDBPyConnection,
    headers: Mapping[str, IndicatorHeader],
    as_of: date,
    folder: Path,
) -> None:
    """Write the public tables as they are now as Parquet, FILES among them as CSV as well.

    Read besides the public tables: reference.provider, reference.service,
    reference.service_contract, reference.vocabulary, core.dim_area and core.dim_breakdown.
    """
    mark_figures(connection, headers, as_of)
    for name in _EXPORTS:
        if name != HISTORY:
            _export(connection, name, folder)


def export_history(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write the public ledger as Parquet and CSV, and again the scorecard, which tells of it."""
    for name in (HISTORY, "scorecard"):
        _export(connection, name, folder)


def _export(connection: duckdb.DuckDBPyConnection, name: str, folder: Path) -> None:
    query, target = _EXPORTS[name], folder / f"{name}.parquet"
    connection.execute(
        f"copy ({query}) to {literal(str(target))} (format parquet, compression zstd)"
    )
    if name in FILES:
        target = folder / f"{name}.csv"
        connection.execute(f"copy ({query}) to {literal(str(target))} (format csv, header true)")
