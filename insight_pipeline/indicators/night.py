"""From the feeds and the people to figures: the warehouse's night, put together.

Belongs here: which source goes where. Does not belong here: SQL, swapping files, or Dagster.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

import duckdb
import polars as pl

from insight_pipeline.contracts.service_levels.store import read_scorecard
from insight_pipeline.contracts.staging import accepted_relation, read_feed
from insight_pipeline.contracts.standing.accounts import read_accounts
from insight_pipeline.indicators.catalogue import FIGURE_RELATION, Catalogue
from insight_pipeline.indicators.corrections import CORRECTIONS_FILE, load_corrections
from insight_pipeline.indicators.early_warning.alerts import build_alerts
from insight_pipeline.indicators.early_warning.points import MEASURES
from insight_pipeline.indicators.figure import build_figures
from insight_pipeline.indicators.linkage_range import measure_linkage_range
from insight_pipeline.indicators.paths import reads
from insight_pipeline.indicators.revision import RevisionCounts, record_revisions
from insight_pipeline.indicators.revision_marks import make_marks
from insight_pipeline.kernel.fingerprint import fingerprint, tree_fingerprint
from insight_pipeline.settings import Settings
from insight_pipeline.sql.model import macro_fingerprints
from insight_pipeline.sql.reach import reach
from insight_pipeline.sql.runner import ModelRun
from insight_pipeline.warehouse.alert_rules import RULES_FILE, alert_rules, load_rules
from insight_pipeline.warehouse.build import Build, build
from insight_pipeline.warehouse.need_tables import (
    need_assessment_table,
    need_service_event_table,
    need_sign_table,
    need_table,
)
from insight_pipeline.warehouse.pathways import pathway_table, pickup_table
from insight_pipeline.warehouse.population import population
from insight_pipeline.warehouse.services import service_contracts, service_titles
from insight_pipeline.warehouse.sources import EVENTS, Population, Sources, warehouse_contracts
from insight_pipeline.warehouse.spend_themes import spend_shares


def build_warehouse(
    catalogue: Catalogue,
    settings: Settings,
    selected: Collection[str] | None = None,
    progress: Callable[[ModelRun], None] = lambda _: None,
) -> Build:
    """Bring warehouse.duckdb, its figures and their ledger up to date with feeds, people and files.

    The build's `finished` is what became of the figures (RevisionCounts), None where none was made.
    Figures, their range and their ledger stay as they were while a test of what they are made from
    is broken.
    """
    headers = catalogue.indicators
    declared = load_corrections(settings.contracts / CORRECTIONS_FILE, headers)
    mark = fingerprint(
        tree_fingerprint(Path(__file__).parent, "*.py"),
        macro_fingerprints(catalogue.macros),
        {name: header.model_dump(mode="json") for name, header in headers.items()},
        load_rules(settings.contracts / RULES_FILE).model_dump(mode="json"),
    )
    with population(settings) as people:

        def finish(connection: duckdb.DuckDBPyConnection) -> RevisionCounts:
            build_figures(connection, headers)
            build_alerts(connection)
            measure_linkage_range(connection, catalogue.models, catalogue.macros)
            marks = make_marks(catalogue, settings, people.fingerprint)
            return record_revisions(connection, marks, declared, settings.warehouse)

        return build(
            catalogue.plan,
            _sources(catalogue, settings, people),
            settings,
            finish=finish,
            finished_relation=FIGURE_RELATION,
            finish_fingerprint=mark,
            selected=selected,
            progress=progress,
            finished_from=reach([FIGURE_RELATION, MEASURES], reads(catalogue)),
        )


def _sources(catalogue: Catalogue, settings: Settings, people: Population) -> Sources:
    contracts = warehouse_contracts(catalogue.internal)
    return Sources(
        feeds={contract.stem: read_feed(contract, settings) for contract in contracts},
        population=people,
        references={
            "reference.service_contract": service_contracts(catalogue.services),
            "reference.service": service_titles(catalogue.services),
            "reference.provider": _providers(catalogue),
            "reference.vocabulary": catalogue.vocabularies.select("vocabulary", "code", "label"),
            "reference.event_feed": _event_feeds(catalogue),
            **_deliveries(catalogue, settings),
            "reference.scorecard": read_scorecard(settings),
            "reference.alert_rule": alert_rules(load_rules(settings.contracts / RULES_FILE)),
            "reference.need": need_table(catalogue.needs),
            "reference.need_sign": need_sign_table(catalogue.needs),
            "reference.need_service_event": need_service_event_table(catalogue.needs),
            "reference.need_assessment": need_assessment_table(catalogue.needs),
            "reference.pathway": pathway_table(catalogue.pathways),
            "reference.pathway_pickup": pickup_table(catalogue.pathways),
            "reference.spend_share": spend_shares(catalogue.spend_themes),
        },
    )


def _providers(catalogue: Catalogue) -> pl.DataFrame:
    names = {c.promise.provider: c.promise.provider_name for c in catalogue.contracts}
    schema = {"provider_id": pl.String, "provider_name": pl.String}
    return pl.DataFrame(sorted(names.items()), schema=schema, orient="row")


def _event_feeds(catalogue: Catalogue) -> pl.DataFrame:
    """Every feed that should tell of service events, whether or not it ever came."""
    read = {
        relation
        for model in catalogue.staging
        if EVENTS in model.header.feeds
        for relation in model.reads
    }
    rows = [
        (
            contract.stem,
            contract.promise.provider,
            contract.service_levels.frequency_months,
            contract.service_levels.latency_days,
        )
        for contract in catalogue.contracts
        if accepted_relation(contract) in read
    ]
    schema = {
        "stem": pl.String,
        "provider_id": pl.String,
        "frequency_months": pl.Int32,
        "latency_days": pl.Int32,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _deliveries(catalogue: Catalogue, settings: Settings) -> dict[str, pl.DataFrame]:
    """The days every delivery says it covers: of those accepted, and of those not used."""
    rows = []
    for contract in catalogue.contracts:
        accounts = read_accounts(settings, contract.stem)
        rows += [
            (each.stem, each.provider, each.period_from, each.period_to, each.outcome)
            for each in (accounts.deliveries if accounts else ())
        ]
    schema = {
        "stem": pl.String,
        "provider_id": pl.String,
        "period_from": pl.Date,
        "period_to": pl.Date,
        "outcome": pl.String,
    }
    found = pl.DataFrame(rows, schema=schema, orient="row").unique().sort(pl.all())
    is_accepted = pl.col("outcome") == "accepted"
    return {
        "reference.feed_period": found.filter(is_accepted).drop("outcome"),
        "reference.unused_delivery": found.filter(~is_accepted),
    }
