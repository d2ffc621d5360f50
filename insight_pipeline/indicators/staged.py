"""Staging files and feeds brought up to date, each from what the catalogue says of it.

Belongs here: which accepted datasets a staging model is made from, and which files a feed unites.
Does not belong here: running the SQL (contracts/staging.py), or Dagster.
"""

from __future__ import annotations

from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.staging import (
    Written,
    accepted_relation,
    read_staged,
    run_staging,
    unite_feed,
)
from insight_pipeline.contracts.standing.accounts import read_accounts
from insight_pipeline.indicators.catalogue import Catalogue
from insight_pipeline.settings import Settings
from insight_pipeline.sql.model import Model


def accepted_marks(catalogue: Catalogue, settings: Settings) -> dict[str, str]:
    """Accepted relation → fingerprint of the rows that stand in it."""
    marks = {}
    for contract in catalogue.contracts:
        accounts = read_accounts(settings, contract.stem)
        marks[accepted_relation(contract)] = accounts.fingerprint if accounts else "nothing"
    return marks


def stage(model: Model, catalogue: Catalogue, settings: Settings) -> Written:
    """Bring one staging file up to date."""
    marks = accepted_marks(catalogue, settings)
    return run_staging(model, catalogue.contracts, marks, catalogue.macros, settings)


def unite(contract: Contract, catalogue: Catalogue, settings: Settings) -> Written:
    """Bring one internal contract's rows up to date."""
    staged = {model.name: read_staged(model, settings) for model in catalogue.feeders(contract)}
    return unite_feed(contract, staged, settings)
