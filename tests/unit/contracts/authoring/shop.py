"""A workshop for tests: contracts of the repository, and one judge for all of them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from insight_pipeline.contracts.authoring.products import Workshop
from insight_pipeline.contracts.judging.law import Law
from insight_pipeline.contracts.promise.contract import Contract, ContractProperties
from insight_pipeline.contracts.promise.odcs import load_contracts
from insight_pipeline.contracts.promise.vocabulary import load_vocabularies
from insight_pipeline.settings import Settings
from insight_pipeline.sql.model import load_macros
from tests.conftest import ROOT

SETTINGS = Settings(home=ROOT / "home", project=ROOT, threads=1, memory_limit="1GB")
PROVIDERS = ROOT / "data_contracts/providers"
STEMS = sorted(path.name.removesuffix(".odcs.yaml") for path in PROVIDERS.glob("*__*.odcs.yaml"))


@lru_cache(maxsize=1)
def law() -> Law:
    return Law(
        load_vocabularies(ROOT / "data_contracts/vocabularies"),
        load_macros(ROOT / "dbt_like_sql/functions"),
    )


@lru_cache(maxsize=1)
def contracts() -> dict[str, Contract]:
    """By name; an earlier version by the name of its file."""
    newest = load_contracts(PROVIDERS, ContractProperties)
    return {c.path.name.removesuffix(".odcs.yaml"): c for n in newest for c in (n, *n.earlier)}


def workshop(stem: str) -> Workshop:
    return Workshop(contracts()[stem], law(), SETTINGS)


def of(contract: Contract) -> Workshop:
    return Workshop(contract, law(), SETTINGS)


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")
