"""Policies to disclose by, and the step itself without anything published before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from insight_pipeline.publication.disclosure.policy import DisclosurePolicy, load_policies, only
from insight_pipeline.publication.disclosure.step import Disclosure, disclose
from tests.conftest import ROOT

Disclose = Callable[..., Disclosure]
FILE = ROOT / "data_contracts" / "publication" / "disclosure.yaml"


@pytest.fixture(scope="session")
def policies() -> dict[str, DisclosurePolicy]:
    return dict(load_policies(FILE).policies)


@pytest.fixture
def hes(policies: dict[str, DisclosurePolicy]) -> DisclosurePolicy:
    return policies["nhs_hes"]


@pytest.fixture
def first_release(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> Disclose:
    """Discloses what was planted, as if nothing had been published before."""

    def run(policy: DisclosurePolicy) -> Disclosure:
        return disclose(connection, only(policy), tmp_path / "published")

    return run
