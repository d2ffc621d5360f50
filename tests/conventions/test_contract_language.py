"""docs/contracts.md and the code know the same keys, and every example in it is a good one."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated, Any

import pytest
import yaml
from pydantic import BaseModel, TypeAdapter, ValidationError

from insight_pipeline.contracts.promise import contract as language
from insight_pipeline.contracts.promise.document_faults import INSTEAD, VERSIONS
from insight_pipeline.contracts.promise.governance import CLASSIFICATIONS
from insight_pipeline.contracts.promise.name_faults import SELF_NAMED
from insight_pipeline.contracts.promise.normalise import CONTRACT_NAMES
from insight_pipeline.contracts.promise.odcs import load_contract
from insight_pipeline.contracts.promise.odcs_metric import METRICS, OPERATORS
from insight_pipeline.contracts.promise.odcs_terms import LEVELS
from insight_pipeline.contracts.promise.option_faults import CHECKED_OPTIONS
from insight_pipeline.kernel.strict import StrictModel
from insight_pipeline.landing.reading import ReaderOptions
from tests.conftest import ROOT

PAGE = ROOT / "docs" / "contracts.md"
TEXT = PAGE.read_text(encoding="utf-8")
# Every model a contract's customProperties are read into.
MODELS: dict[str, type[BaseModel]] = {
    name: model
    for name, model in [*vars(language).items(), ("ReaderOptions", ReaderOptions)]
    if isinstance(model, type) and issubclass(model, StrictModel) and model is not StrictModel
}
ROW = re.compile(r"^\| `(\w+)` \| (.+?) \| `(.+)` \|$", re.MULTILINE)
WORDS = {
    *CONTRACT_NAMES,
    *CLASSIFICATIONS,
    *CHECKED_OPTIONS,
    *(option for options in CHECKED_OPTIONS.values() for option in options),
    *METRICS,
    *OPERATORS,
    *LEVELS,
    *INSTEAD,
    *SELF_NAMED.values(),
}


def tables(text: str) -> dict[str, dict[str, str]]:
    """Model → key → example, of every table that a comment says a model's name over."""
    found = {}
    for name, table in re.findall(r"<!-- (\w+) -->\n((?:\|.*\n)+)", text):
        found[name] = {key: example for key, _, example in ROW.findall(table)}
    return found


def keys(model: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}


def read(model: type[BaseModel], key: str, example: str) -> Any:
    """The value of an example `key: value`, as the model would read it."""
    (said,) = yaml.safe_load(example).items()
    assert said[0] == key
    field = next(f for name, f in model.model_fields.items() if key in (f.alias, name))
    kind: Any = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
    return TypeAdapter(kind).validate_json(json.dumps(said[1]), strict=True)


def test_every_model_of_the_language_has_a_table() -> None:
    assert set(tables(TEXT)) == set(MODELS)
    assert len(MODELS) >= 9


@pytest.mark.parametrize("name", MODELS)
def test_a_table_has_the_keys_of_its_model_and_no_others(name: str) -> None:
    assert set(tables(TEXT)[name]) == keys(MODELS[name])


@pytest.mark.parametrize("name", MODELS)
def test_every_example_is_read(name: str) -> None:
    for key, example in tables(TEXT)[name].items():
        assert read(MODELS[name], key, example) is not None, example


@pytest.mark.parametrize("word", sorted(WORDS))
def test_every_word_that_is_checked_is_on_the_page(word: str) -> None:
    assert re.search(rf"`{word}[`:]|`[^`\n]*\b{word}\b[^`\n]*`", TEXT), word


def test_the_versions_of_the_standard_are_named() -> None:
    for version in VERSIONS:
        assert version.removeprefix("v") in TEXT


def test_the_whole_contract_on_the_page_is_sound(tmp_path: Path) -> None:
    (text,) = re.findall(r"```yaml\n(apiVersion.*?)```", TEXT, re.DOTALL)
    path = tmp_path / "swimclub__sessions.odcs.yaml"
    path.write_text(text, encoding="utf-8")
    found = load_contract(path, language.ContractProperties)
    assert found.version == "2.0.0"
    assert len(found.metrics) == 2


def test_a_key_that_nobody_documents_is_found_out() -> None:
    class Grown(language.Drift):
        max_rows: int = 5

    assert keys(Grown) - set(tables(TEXT)["Drift"]) == {"max_rows"}


def test_a_bad_example_is_found_out() -> None:
    with pytest.raises(ValidationError):
        read(language.Drift, "maxPsi", "maxPsi: much")
