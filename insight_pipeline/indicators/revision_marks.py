"""What stood behind tonight's figures: marks that show, compared with last night's, what changed.

Belongs here: one mark for each thing an indicator rests on, made without looking at any figure.
Does not belong here: what a changed mark says about a figure (revision_reasons.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.staging import accepted_relation
from insight_pipeline.contracts.standing.accounts import read_accounts
from insight_pipeline.indicators.catalogue import INDICATORS, Catalogue
from insight_pipeline.indicators.feeders import Feeder, find_feeders
from insight_pipeline.kernel.fingerprint import fingerprint, tree_fingerprint
from insight_pipeline.settings import Settings
from insight_pipeline.sql.model import macro_fingerprints
from insight_pipeline.sql.runner import target_fingerprints
from insight_pipeline.warehouse.sources import source_columns

METHOD, CONTRACT, MATURITY = "method", "contract", "maturity"
PEOPLE, STATISTICS = "people", "statistics"
# What of a header counts nobody in or out: words, what a figure is held against, and when it may
# be final.
WORDS = {
    *("title", "question", "description", "grain", "tests", "columns", "feeds", "owner"),
    *("standard", "caveats", "benchmark", "target", "no_benchmark", "minimum_maturity_days"),
}
# What a provider's contract says about itself rather than about its data.
ABOUT = {
    *("provider_name", "national_return", "lawful_basis", "controller", "purposes"),
    *("special_category", "retention", "sharing_agreement", "drift"),
}
MARK_COLUMNS = dict.fromkeys(("kind", "indicator_id", "item", "mark"), pl.String)
FEED_COLUMNS = {"indicator_id": pl.String, "stem": pl.String, "is_event": pl.Boolean}
FOLLOW_COLUMNS = {
    "indicator_id": pl.String,
    "service_code": pl.String,
    "window_days": pl.Int32,
    "maturity_days": pl.Int32,
}
DELIVERY_COLUMNS = {
    "stem": pl.String,
    "delivery_id": pl.String,
    "period_from": pl.Date,
    "period_to": pl.Date,
    "is_accepted": pl.Boolean,
    "accepted_rows": pl.Int64,
    "superseded_rows": pl.Int64,
}


@dataclass(frozen=True)
class Marks:
    """What stood behind the figures of one night.

    marks: kind, indicator_id ('' for all), item (a file, a feed), mark. feeds: indicator_id, stem,
    is_event: the feeds an indicator is counted from. follows: indicator_id, service_code,
    window_days, maturity_days. deliveries: every delivery and what became of its rows.
    """

    marks: pl.DataFrame
    feeds: pl.DataFrame
    follows: pl.DataFrame
    deliveries: pl.DataFrame


def make_marks(catalogue: Catalogue, settings: Settings, people: str) -> Marks:
    """Tonight's marks. `people`: fingerprint of who is whom, and of what is known of them."""
    feeders = {name: tuple(find_feeders(catalogue, name)) for name in catalogue.indicators}
    rows = [
        (PEOPLE, "", "", people),
        (STATISTICS, "", "", _statistics_mark(catalogue)),
        *_method_marks(catalogue, feeders),
        *_contract_marks(catalogue, feeders),
    ]
    return Marks(
        marks=pl.DataFrame(rows, schema=MARK_COLUMNS, orient="row"),
        feeds=_feed_table(catalogue, feeders),
        follows=_follow_table(catalogue),
        deliveries=_delivery_table(catalogue, settings),
    )


def _statistics_mark(catalogue: Catalogue) -> str:
    """Code and macros that make a value of counts; looked at where the counts are as they were."""
    code = tree_fingerprint(Path(__file__).parent, "*.py")
    return fingerprint(code, macro_fingerprints(catalogue.macros))


def _method_marks(
    catalogue: Catalogue, feeders: dict[str, tuple[Feeder, ...]]
) -> Iterator[tuple[str, str, str, str]]:
    """SQL of an indicator and of all it reads, with macros, and its header; no data in any."""
    nothing = dict.fromkeys(source_columns(catalogue.internal), "")
    marks = target_fingerprints(catalogue.models, catalogue.macros, nothing)
    accepted = {accepted_relation(contract): "" for contract in catalogue.contracts}
    staged = target_fingerprints(catalogue.staging, catalogue.macros, accepted)
    for name, header in catalogue.indicators.items():
        yield METHOD, name, "sql", marks[f"{INDICATORS}.{name}"]
        said = header.model_dump(mode="json", exclude=WORDS)
        yield METHOD, name, "header", fingerprint(said)
        yield MATURITY, name, "", str(header.minimum_maturity_days)
        for model in sorted({feeder.model.relation for feeder in feeders[name]}):
            yield METHOD, name, model, staged[model]


def _contract_marks(
    catalogue: Catalogue, feeders: dict[str, tuple[Feeder, ...]]
) -> Iterator[tuple[str, str, str, str]]:
    """The promises an indicator's feeds keep, and who is commissioned for its services."""
    promised = {
        contract.stem: _promise_mark(contract, catalogue) for contract in catalogue.contracts
    }
    commissioned = {
        service.service_code: fingerprint(
            [
                [c.provider_id, c.from_date.isoformat(), c.to_date and c.to_date.isoformat()]
                for c in service.contracts
            ]
        )
        for service in catalogue.services.services
    }
    for name, header in catalogue.indicators.items():
        for stem in sorted({feeder.contract.stem for feeder in feeders[name]}):
            yield CONTRACT, name, stem, promised[stem]
        for service in header.services:
            yield CONTRACT, name, f"services.yaml: {service}", commissioned.get(service, "")


def _promise_mark(contract: Contract, catalogue: Catalogue) -> str:
    """Changes with the versions of a contract and with what they let through, not with words."""
    versions = [_substance(version) for version in (contract, *contract.earlier)]
    return fingerprint(versions, catalogue.law.code_lists(contract).rows())


def _substance(version: Contract) -> list[object]:
    columns = [replace(column, description="") for column in version.columns]
    return [
        version.version,
        repr(columns),
        [[rule.code, rule.predicate, rule.severity] for rule in version.row_rules],
        repr([replace(metric, sentence="", fix_hint="") for metric in version.metrics]),
        repr(version.references),
        version.promise.model_dump(mode="json", exclude=ABOUT),
    ]


def _feed_table(catalogue: Catalogue, feeders: dict[str, tuple[Feeder, ...]]) -> pl.DataFrame:
    rows = [
        (name, feeder.contract.stem, feeder.is_event)
        for name in catalogue.indicators
        for feeder in feeders[name]
    ]
    return pl.DataFrame(rows, schema=FEED_COLUMNS, orient="row").unique().sort(pl.all())


def _follow_table(catalogue: Catalogue) -> pl.DataFrame:
    rows = [
        (name, service, header.window_days, header.minimum_maturity_days)
        for name, header in catalogue.indicators.items()
        for service in header.services
    ]
    return pl.DataFrame(rows, schema=FOLLOW_COLUMNS, orient="row").unique().sort(pl.all())


def _delivery_table(catalogue: Catalogue, settings: Settings) -> pl.DataFrame:
    known = [read_accounts(settings, contract.stem) for contract in catalogue.contracts]
    rows = [
        (
            account.stem,
            account.delivery_id,
            account.period_from,
            account.period_to,
            account.outcome == "accepted",
            account.accepted,
            account.superseded,
        )
        for accounts in known
        if accounts
        for account in accounts.deliveries
    ]
    return pl.DataFrame(rows, schema=DELIVERY_COLUMNS, orient="row").sort(pl.all())
