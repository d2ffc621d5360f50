"""Rule 6: a misspelt key is an error that names the file, the key and the nearest known key."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from insight_pipeline.contracts.promise.contract import ContractProperties, InternalProperties
from insight_pipeline.contracts.promise.odcs import load_contract
from insight_pipeline.contracts.promise.vocabulary import load_vocabularies
from insight_pipeline.governance.access import load_access
from insight_pipeline.indicators.corrections import load_corrections
from insight_pipeline.indicators.header import IndicatorHeader
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.kernel.strict import load_yaml
from insight_pipeline.landing.manifest import read_manifest
from insight_pipeline.linkage.policy import load_linkage_policy
from insight_pipeline.operations.policy import OperationsPolicy
from insight_pipeline.publication.disclosure.policy import load_policies
from insight_pipeline.publication.releasing.cadence import ReleasePolicy
from insight_pipeline.sql.header import ModelHeader, read
from insight_pipeline.sql.seeds import SeedHeader
from insight_pipeline.warehouse.alert_rules import load_rules
from insight_pipeline.warehouse.needs import load_needs
from insight_pipeline.warehouse.pathways import load_pathways
from insight_pipeline.warehouse.services import load_services
from insight_pipeline.warehouse.spend_themes import load_spend_themes
from tests.conftest import ROOT
from tests.conventions.tree import write

# Which reader a file is for, by where it stands; the first pattern that matches counts.
READERS: dict[str, Callable[[Path], object]] = {
    "data_contracts/providers/*.odcs.yaml": lambda p: load_contract(p, ContractProperties),
    "data_contracts/internal/*.odcs.yaml": lambda p: load_contract(p, InternalProperties),
    "data_contracts/publication/*.odcs.yaml": lambda p: load_contract(p, InternalProperties),
    "data_contracts/publication/corrections.yaml": lambda p: load_corrections(p, ()),
    "data_contracts/publication/disclosure.yaml": load_policies,
    "data_contracts/publication/release_policy.yaml": lambda p: load_yaml(p, ReleasePolicy),
    "data_contracts/access.yaml": load_access,
    "data_contracts/early_warning.yaml": load_rules,
    "data_contracts/linkage.yaml": load_linkage_policy,
    "data_contracts/needs.yaml": load_needs,
    "data_contracts/operations.yaml": lambda p: load_yaml(p, OperationsPolicy),
    "data_contracts/pathways.yaml": load_pathways,
    "data_contracts/services.yaml": load_services,
    "data_contracts/spend_themes.yaml": load_spend_themes,
    "dbt_like_sql/seeds/*.yaml": lambda p: load_yaml(p, SeedHeader),
    "dbt_like_sql/indicators/*.sql": lambda p: read(p, IndicatorHeader),
    "dbt_like_sql/*/*.sql": lambda p: read(p, ModelHeader),
}
WRITTEN_BY_PEOPLE = ("data_contracts/**/*.yaml", "dbt_like_sql/**/*.sql", "dbt_like_sql/**/*.yaml")
FILES = sorted({path for pattern in WRITTEN_BY_PEOPLE for path in ROOT.glob(pattern)})


def reader_of(name: str) -> Callable[[Path], object] | None:
    return next((read for pattern, read in READERS.items() if Path(name).match(pattern)), None)


def misspelt(text: str) -> tuple[str, str, str]:
    """The text with its first key once more, misspelt; the misspelt key; the key it resembles."""
    found = re.search(r"^([a-z]\w*):", text, re.MULTILINE | re.IGNORECASE)
    assert found
    key = found[1]
    junk = f"{key}{key[-1]}"
    return f"{text[: found.start()]}{junk}: junk\n{text[found.start() :]}", junk, key


def faults_of(read: Callable[[Path], object], path: Path) -> str:
    """The words of the error with which a reader refuses a file; none when it accepts it."""
    try:
        read(path)
    except InsightError as error:
        return str(error)
    return ""


def mappings(value: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where a document has mappings: one place for each shape, the first of every list."""
    if isinstance(value, dict):
        yield place
        for key, inner in value.items():
            yield from mappings(inner, (*place, key))
    elif isinstance(value, list) and value:
        yield from mappings(value[0], (*place, 0))


def names(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", FILES, ids=names)
def test_a_misspelt_key_is_refused_with_file_key_and_nearest(path: Path, tmp_path: Path) -> None:
    read_file = reader_of(names(path))
    assert read_file, f"no strict reader is known for {names(path)}"
    text, junk, key = misspelt(path.read_text(encoding="utf-8"))
    words = faults_of(read_file, write(tmp_path, names(path), text))
    assert path.name in words
    assert f"'{junk}'" in words
    assert f"did you mean '{key}'?" in words


CONTRACT = ROOT / "data_contracts" / "providers" / "brightcare__client_level_data.odcs.yaml"
DOCUMENT = yaml.safe_load(CONTRACT.read_text(encoding="utf-8")) if CONTRACT.exists() else {}


@pytest.mark.parametrize(
    "place", list(mappings(DOCUMENT)), ids=lambda place: ".".join(map(str, place)) or "top"
)
def test_a_misspelt_key_is_refused_at_every_depth_of_a_contract(
    place: tuple[str | int, ...], tmp_path: Path
) -> None:
    document = yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))
    target = document
    for step in place:
        target = target[step]
    key = next(iter(target))
    target[f"{key}{key[-1]}"] = "junk"
    path = write(tmp_path, CONTRACT.name, yaml.safe_dump(document, sort_keys=False))
    words = faults_of(READERS["data_contracts/providers/*.odcs.yaml"], path)
    assert CONTRACT.name in words
    assert f"'{key}{key[-1]}'" in words
    assert f"did you mean '{key}'?" in words


@pytest.mark.parametrize("path", FILES, ids=names)
def test_the_file_as_it_stands_is_accepted(path: Path, tmp_path: Path) -> None:
    read_file = reader_of(names(path))
    assert read_file, f"no strict reader is known for {names(path)}"
    copy = write(tmp_path, names(path), "")
    shutil.copy(path, copy)
    assert faults_of(read_file, copy) == ""


def test_a_misspelt_key_of_a_manifest_is_refused(tmp_path: Path) -> None:
    manifest = {
        "provider": "activelife",
        "dataset": "visits",
        "contract_version": "1.0.0",
        "period_from": "2025-01-01",
        "period_to": "2025-03-31",
        "submitted_at": "2025-04-07T09:00:00Z",
        "file": "visits.parquet",
    }
    good = write(tmp_path, "good.manifest.json", json.dumps(manifest))
    bad = write(tmp_path, "bad.manifest.json", json.dumps({**manifest, "fiel": "x"}))
    assert faults_of(lambda path: read_manifest(path, path.name), good) == ""
    words = faults_of(lambda path: read_manifest(path, path.name), bad)
    assert "bad.manifest.json" in words
    assert "'fiel'" in words
    assert "did you mean 'file'?" in words


def test_a_misspelt_column_of_a_vocabulary_is_refused(tmp_path: Path) -> None:
    good = "code,label,synonyms,valid_from,valid_to,source\n"
    path = write(tmp_path, "outcome.csv", good)
    assert faults_of(lambda path: load_vocabularies(path.parent), path) == ""
    path = write(tmp_path, "outcome.csv", good.replace("synonyms", "synonms"))
    words = faults_of(lambda path: load_vocabularies(path.parent), path)
    assert "outcome.csv" in words
    assert "synonms" in words


def test_a_reader_that_lets_a_misspelt_key_pass_is_found_out(tmp_path: Path) -> None:
    careless = write(tmp_path, "services.yaml", misspelt("services: []\n")[0])
    assert faults_of(lambda path: yaml.safe_load(path.read_text()), careless) == ""
    assert "did you mean 'services'?" in faults_of(load_services, careless)


def test_a_file_without_a_strict_reader_is_found_out() -> None:
    assert reader_of("data_contracts/new_kind/thing.yaml") is None
