"""Everything the project's files say, discovered by folder: contracts, models, indicators.

Belongs here: finding and checking files. Does not belong here: running them, or Dagster. No list
of providers, models or indicators exists anywhere; a file in its folder is all it takes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from insight_pipeline.contracts.authoring.todo import MARK
from insight_pipeline.contracts.judging.law import Law
from insight_pipeline.contracts.promise.contract import (
    Contract,
    ContractProperties,
    InternalProperties,
)
from insight_pipeline.contracts.promise.contract_faults import unknown_formats, unknown_vocabularies
from insight_pipeline.contracts.promise.governance import unknown_purposes
from insight_pipeline.contracts.promise.odcs import load_contracts
from insight_pipeline.contracts.promise.vocabulary import load_vocabularies
from insight_pipeline.contracts.staging import accepted_relation
from insight_pipeline.contracts.standing.accounts import accepted_columns
from insight_pipeline.indicators.header import IndicatorHeader
from insight_pipeline.indicators.maturity import settled
from insight_pipeline.indicators.pathway_windows import unwatched_pathways
from insight_pipeline.indicators.roles import shared_roles
from insight_pipeline.indicators.themes import unknown_themes
from insight_pipeline.kernel.errors import Fault, nearest, raise_all
from insight_pipeline.settings import Settings
from insight_pipeline.sql.dry_run import Columns, check_models
from insight_pipeline.sql.graph import in_order
from insight_pipeline.sql.header import ModelHeader
from insight_pipeline.sql.header_faults import more_than_a_file, unknown_code_lists
from insight_pipeline.sql.model import Macro, Model, load_macros, load_models
from insight_pipeline.sql.seeds import load_seeds
from insight_pipeline.warehouse.build import Plan
from insight_pipeline.warehouse.needs import Needs, known_needs
from insight_pipeline.warehouse.pathways import Pathways, known_pathways
from insight_pipeline.warehouse.services import Services, load_services
from insight_pipeline.warehouse.sources import source_columns
from insight_pipeline.warehouse.spend_themes import SpendThemes, known_spend_themes

INDICATORS = "indicators"
FIGURE_RELATION = f"{INDICATORS}.figure"
FIGURE_WORDS = (
    "Every indicator's value with its interval, linkage rate, coverage and maturity; not "
    "disclosure-controlled, never leaves the warehouse."
)
WAREHOUSE_FOLDERS = ("core", "journeys", INDICATORS)


@dataclass(frozen=True)
class Catalogue:
    """The project as its files describe it; models are in build order."""

    contracts: tuple[Contract, ...]
    internal: tuple[Contract, ...]
    vocabularies: pl.DataFrame
    services: Services
    needs: Needs
    pathways: Pathways
    spend_themes: SpendThemes
    macros: tuple[Macro, ...]
    staging: tuple[Model, ...]
    models: tuple[Model, ...]

    @cached_property
    def law(self) -> Law:
        return Law(self.vocabularies, self.macros)

    @cached_property
    def plan(self) -> Plan:
        return Plan(self.models, self.macros, self.internal)

    @cached_property
    def indicators(self) -> dict[str, IndicatorHeader]:
        """Indicator id → header, with its minimum maturity set."""
        return {
            model.name: settled(model.header, self.services, self.contracts)
            for model in self.models
            if isinstance(model.header, IndicatorHeader)
        }

    def feeders(self, internal: Contract) -> tuple[Model, ...]:
        """Staging models whose header says they feed this internal contract."""
        return tuple(model for model in self.staging if internal.stem in model.header.feeds)


def load_catalogue(settings: Settings) -> Catalogue:
    """Read and check every file; one InsightError lists all faults of a kind."""
    raise_all(_missing_folders(settings))
    contracts = load_contracts(settings.contracts / "providers", ContractProperties)
    internal = load_contracts(settings.contracts / "internal", InternalProperties)
    accepted = {accepted_relation(contract) for contract in contracts}
    staging_files = load_models(settings.sql / "staging")
    raise_all(more_than_a_file(staging_files))
    staging = in_order(staging_files, accepted)
    macros = load_macros(settings.sql / "functions")
    vocabularies = load_vocabularies(settings.contracts / "vocabularies")
    raise_all(
        [
            *unknown_formats(contracts, macros),
            *unknown_vocabularies(contracts, vocabularies),
            *unknown_purposes(contracts, vocabularies),
            *_unfinished(staging),
            *_unknown_feeds(staging, internal),
            *_unstaged(contracts, staging),
        ]
    )
    models = _warehouse_models(settings)
    raise_all(unknown_code_lists(models, set(vocabularies["vocabulary"])))
    raise_all(unknown_themes(models, vocabularies))
    raise_all(shared_roles(_indicator_headers(models)))
    pathways = known_pathways(settings.contracts, vocabularies)
    raise_all(unwatched_pathways(models, pathways))
    services = load_services(settings.contracts / "services.yaml")
    return Catalogue(
        contracts=contracts,
        internal=internal,
        vocabularies=vocabularies,
        services=services,
        needs=known_needs(settings.contracts, vocabularies),
        pathways=pathways,
        spend_themes=known_spend_themes(settings.contracts, services, vocabularies),
        macros=macros,
        staging=staging,
        models=in_order(models, source_columns(internal)),
    )


def _warehouse_models(settings: Settings) -> list[Model]:
    return [
        *load_seeds(settings.sql / "seeds"),
        *(
            model
            for folder in WAREHOUSE_FOLDERS
            for model in load_models(settings.sql / folder, _header_of(folder))
        ),
    ]


def _indicator_headers(models: Iterable[Model]) -> dict[str, IndicatorHeader]:
    return {str(m.path): m.header for m in models if isinstance(m.header, IndicatorHeader)}


def _missing_folders(settings: Settings) -> Iterable[Fault]:
    for folder in (settings.contracts, settings.sql):
        if not folder.is_dir():
            yield Fault(
                where=str(settings.project),
                expected=f"a project folder with {folder.name}/ in it",
                found=f"no {folder.name}/",
                consequence="there is nothing to run",
                next_step="start in the project folder, or name it in INSIGHT_PROJECT",
            )


def _header_of(folder: str) -> type[ModelHeader]:
    return IndicatorHeader if folder == INDICATORS else ModelHeader


def _unfinished(staging: Iterable[Model]) -> Iterable[Fault]:
    """A staging file begun from its skeleton is used when no question in it is open."""
    for model in staging:
        lines = model.path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines, start=1):
            if MARK in line:
                yield Fault(
                    where=f"{model.path}: line {number}",
                    expected="an answer",
                    found=f"a question left open: {line.strip()}",
                    consequence="the file is not used and its feed does not run",
                    next_step=f"write the answer in place of {MARK}",
                )


def _unknown_feeds(staging: Iterable[Model], internal: Iterable[Contract]) -> Iterable[Fault]:
    known = {contract.stem for contract in internal}
    for model in staging:
        for feed in model.header.feeds:
            if feed not in known:
                yield Fault(
                    where=f"{model.path} (header): feeds",
                    expected=f"one of {', '.join(sorted(known))}",
                    found=f"'{feed}'",
                    consequence="its rows would reach nobody",
                    next_step=nearest(feed, known),
                )


def _unstaged(contracts: Iterable[Contract], staging: Iterable[Model]) -> Iterable[Fault]:
    read = {relation for model in staging for relation in model.reads}
    for contract in contracts:
        if accepted_relation(contract) not in read:
            yield Fault(
                where=str(contract.path),
                expected=f"a file dbt_like_sql/staging/stg_{contract.stem}.sql that reads it",
                found="no staging file that does",
                consequence="its rows would reach nobody",
                next_step="write the staging file; docs/add-a-provider.md shows how",
            )


def check_types(catalogue: Catalogue, settings: Settings) -> dict[str, Columns]:
    """Columns of every model, by a dry run over empty tables; faults of all models at once."""
    accepted = {accepted_relation(c): accepted_columns(c) for c in catalogue.contracts}
    sources = {**accepted, **source_columns(catalogue.internal)}
    models = [*catalogue.staging, *catalogue.models]
    return check_models(models, catalogue.macros, sources, settings)
