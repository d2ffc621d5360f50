"""Models in the Dagster UI: their tests as checks, how they stand, and what columns come from."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from insight_pipeline.defs.assembly import build_definitions
from insight_pipeline.defs.column_lineage import (
    CACHE,
    METADATA_KEY,
    _lineages,
    column_sources,
    lineage_metadata,
)
from insight_pipeline.defs.describe import check_results, model_checks
from insight_pipeline.indicators.catalogue import Catalogue, load_catalogue
from insight_pipeline.kernel.outcome import Outcome
from insight_pipeline.settings import Settings
from insight_pipeline.sql import checks
from insight_pipeline.sql.header import Materialised
from insight_pipeline.sql.header_tests import CheckSeverity
from insight_pipeline.sql.lineage import Edge, Kind, Node
from insight_pipeline.sql.model import Model
from insight_pipeline.sql.seeds import Seed
from tests.conftest import ROOT
from tests.unit.sql.files import model

TESTS = """tests:
  - not_null: [a]
  - unique: [a]
    severity: warn
  - relationships: {column: a, to: core.z}
"""


@pytest.fixture
def tested(tmp_path: Path) -> Model:
    return model(tmp_path, "core.a", "select 1 as a", TESTS)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(home=tmp_path_factory.mktemp("home"), project=ROOT)


@pytest.fixture(scope="module")
def catalogue(settings: Settings) -> Catalogue:
    return load_catalogue(settings)


def test_every_header_test_is_a_check_with_name_and_words(tested: Model) -> None:
    first, second, third = model_checks([tested], blocking=True)
    assert (first.name, first.description) == ("not_null_a", "Never NULL: a.")
    assert second.name == "unique_a"
    assert third.name == "relationships_a_in_core_z"


def test_only_a_check_of_severity_error_blocks(tested: Model) -> None:
    assert [check.blocking for check in model_checks([tested], blocking=True)] == [
        True,
        False,
        True,
    ]
    assert not any(check.blocking for check in model_checks([tested], blocking=False))
    assert [check.metadata["severity"] for check in model_checks([tested], blocking=True)] == [
        "error",
        "warn",
        "error",
    ]


def test_a_check_waits_for_the_table_it_looks_at(tested: Model) -> None:
    third = model_checks([tested], blocking=True)[2]
    assert [dep.asset_key.path for dep in third.additional_deps] == [["core", "z"]]


@pytest.mark.parametrize(
    ("outcome", "severity", "passed"),
    [
        (Outcome.PASSED, CheckSeverity.ERROR, True),
        (Outcome.SKIPPED, CheckSeverity.ERROR, True),
        (Outcome.FAILED, CheckSeverity.ERROR, False),
        (Outcome.WARNING, CheckSeverity.WARN, False),
        (Outcome.ERROR, CheckSeverity.WARN, False),
        (Outcome.ERROR, CheckSeverity.ERROR, False),
    ],
)
def test_an_outcome_is_told_as_dagster_tells_it(
    outcome: Outcome, severity: CheckSeverity, passed: bool
) -> None:
    (result,) = check_results("core.a", [checks.TestResult("not_null_a", outcome, 3, severity)])
    assert result.passed is passed
    assert result.severity.value.lower() == severity.value
    assert result.metadata["outcome"].value == outcome.value
    assert result.metadata["failing_rows"].value == 3


def test_seeds_and_ways_to_stand_are_shown(catalogue: Catalogue, settings: Settings) -> None:
    graph = build_definitions(settings).resolve_asset_graph()
    for each in catalogue.models:
        node = graph.get(dg.AssetKey(each.relation.split(".")))
        assert node.metadata["materialised"] == each.header.materialised.value
        assert ("csv" in node.kinds) is isinstance(each, Seed)
    stands = {each.header.materialised for each in catalogue.models}
    assert {Materialised.TABLE, Materialised.INCREMENTAL, Materialised.SNAPSHOT} <= stands


def test_a_column_is_told_what_it_is_made_from_and_not_what_decides_its_rows() -> None:
    a, b = Node("core.a", "x"), Node("core.b", "y")
    edges = [
        Edge(a, b, Kind.VALUE),
        Edge(a, Node("core.b", "*"), Kind.VALUE),
        Edge(Node("core.a", "*"), b, Kind.ROWS),
    ]
    assert column_sources(edges) == {"core.a": {"x": [("core.b", "y")]}}


def test_every_model_that_reads_another_tells_its_columns(
    catalogue: Catalogue, settings: Settings
) -> None:
    for each in (*catalogue.staging, *catalogue.models):
        found = lineage_metadata(catalogue, settings, each.relation)
        assert bool(found) is bool(each.reads), each.relation


def test_lineage_is_kept_between_nights_and_made_again_where_that_is_damaged_or_old(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path, project=ROOT)
    relation = next(each.relation for each in catalogue.models if each.reads)
    _lineages.cache_clear()
    told = lineage_metadata(catalogue, settings, relation)[METADATA_KEY]
    kept = settings.dagster_home / CACHE
    whole = kept.read_text()
    other = whole.replace(f'"{relation}":', '"core.other":')
    for stands, is_believed in ((other, True), (other.replace('"mark":"', '"mark":"x'), False)):
        kept.write_text(stands)
        _lineages.cache_clear()
        assert bool(lineage_metadata(catalogue, settings, relation)) is not is_believed
    for damaged in ("", whole[:100]):
        kept.write_text(damaged)
        _lineages.cache_clear()
        assert lineage_metadata(catalogue, settings, relation)[METADATA_KEY] == told
    assert kept.read_text() == whole
