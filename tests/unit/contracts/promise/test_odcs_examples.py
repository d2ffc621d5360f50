"""Every official example of ODCS is accepted or refused as it should be, for the reasons it should.

odcs_examples.yaml says what is right for each file, and why.
"""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
import yaml

from insight_pipeline.contracts.promise.contract import ContractProperties
from insight_pipeline.contracts.promise.odcs import load_contract
from insight_pipeline.contracts.promise.odcs_document import read_document
from insight_pipeline.kernel.errors import InsightError

Shared = Callable[[str], Path]
TABLE: dict[str, Any] = yaml.safe_load(
    Path(__file__).with_name("odcs_examples.yaml").read_text(encoding="utf-8")
)
EXAMPLES: dict[str, Any] = TABLE["examples"]


def told(path: Path) -> list[str]:
    """The faults of a file as a provider's contract: place | expected | found."""
    with pytest.raises(InsightError) as caught:
        load_contract(path, ContractProperties)
    return [
        f"{fault.where.removeprefix(str(path)).lstrip(': ')} | {fault.expected} | {fault.found}"
        for fault in caught.value.faults
    ]


def test_the_table_is_about_every_official_example(shared_path: Shared) -> None:
    found = {
        path.name.removesuffix(".odcs.yaml") for path in shared_path("data/odcs").glob("*.yaml")
    }
    assert found == set(EXAMPLES)
    assert len(found) == 18


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_official_example_is_a_document_of_the_standard(name: str, shared_path: Shared) -> None:
    assert EXAMPLES[name]["document"] == "accepted"
    document = read_document(shared_path(f"data/odcs/{name}.odcs.yaml"))
    assert document["kind"] == "DataContract"


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_official_example_is_refused_as_a_contract_for_just_these_reasons(
    name: str, shared_path: Shared
) -> None:
    faults = told(shared_path(f"data/odcs/{name}.odcs.yaml"))
    own, common = EXAMPLES[name]["faults"], TABLE["everywhere"]["faults"]
    missing = [line for line in own if not any(fnmatchcase(fault, line) for fault in faults)]
    assert missing == []
    surplus = [f for f in faults if not any(fnmatchcase(f, line) for line in [*own, *common])]
    assert surplus == []


def test_an_example_with_a_misspelt_key_is_no_document(shared_path: Shared, tmp_path: Path) -> None:
    text = shared_path("data/odcs/all__full-example.odcs.yaml").read_text(encoding="utf-8")
    bad = tmp_path / "full.odcs.yaml"
    bad.write_text(text.replace("primaryKeyPosition:", "primaryKeyPositon:", 1), encoding="utf-8")
    with pytest.raises(InsightError, match="did you mean 'primaryKeyPosition'"):
        read_document(bad)
