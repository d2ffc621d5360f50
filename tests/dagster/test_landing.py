"""Landing at the rim: remote trouble is a failed check, references are an order."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import dagster as dg
import pytest

from insight_pipeline.contracts.promise.contract import Reference
from insight_pipeline.defs.contracts import contract_assets
from insight_pipeline.defs.landing import INBOX_CHECK, landing_assets
from insight_pipeline.indicators.catalogue import Catalogue, load_catalogue
from insight_pipeline.kernel.outcome import Severity
from insight_pipeline.settings import Settings
from tests.conftest import ROOT

CHILD, PARENT = "activelife__visits", "activelife__members"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", project=ROOT, threads=1, memory_limit="1GB")


@pytest.fixture
def catalogue(settings: Settings) -> Catalogue:
    found = load_catalogue(settings)
    kept = [contract for contract in found.contracts if contract.stem in (CHILD, PARENT)]
    return replace(found, contracts=tuple(kept))


def test_an_unreachable_server_is_told_in_the_check_and_the_inbox_is_received(
    settings: Settings, catalogue: Catalogue
) -> None:
    server = {"server": "share", "type": "sftp", "location": "sftp://127.0.0.1:1/out"}
    contracts = [replace(contract, servers=(server,)) for contract in catalogue.contracts]
    assets = landing_assets(replace(catalogue, contracts=tuple(contracts)), settings)
    with dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize(assets, instance=instance)
    assert result.success
    (check,) = [c for c in result.get_asset_check_evaluations() if c.check_name == INBOX_CHECK]
    assert not check.passed
    assert check.metadata["faults"].value == 1, "two contracts name it, it is tried once"
    assert "secrets/servers/share.json" in str(check.metadata["details"].value)


def test_a_dataset_is_reckoned_after_those_it_refers_to(
    settings: Settings, catalogue: Catalogue
) -> None:
    reference = Reference("member_ref", PARENT, "member_ref", Severity.WARN)
    contracts = tuple(
        replace(contract, references=(reference,)) if contract.stem == CHILD else contract
        for contract in catalogue.contracts
    )
    graph = dg.Definitions(
        assets=contract_assets(replace(catalogue, contracts=contracts), settings)
    ).resolve_asset_graph()
    parents = graph.get(dg.AssetKey(["accepted", CHILD])).parent_keys
    assert dg.AssetKey(["accepted", PARENT]) in parents
    assert graph.get(dg.AssetKey(["accepted", PARENT])).parent_keys == {
        dg.AssetKey(["landing", PARENT])
    }
