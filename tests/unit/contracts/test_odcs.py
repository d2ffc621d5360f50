"""Contracts as files: strict at every depth, every fault told at once with its place."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from insight_pipeline.contracts.contract import Contract, ContractProperties, InternalProperties
from insight_pipeline.contracts.contract_faults import unknown_formats
from insight_pipeline.contracts.odcs import load_contract, load_contracts
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.kernel.outcome import Severity
from tests.conftest import ROOT
from tests.unit.contracts.rows import format_macros

PROPERTIES: dict[str, Any] = {
    "provider": "brightcare",
    "providerName": "BrightCare Ltd",
    "dataset": "cases",
    "nationalReturn": "None",
    "lawfulBasis": "Public task",
    "controller": "Ashmere Council",
    "purposes": ["commissioning"],
    "specialCategory": True,
    "retention": "P8Y",
    "sharingAgreement": "ASH-DSA-1",
    "reader": {"format": "csv", "delimiter": ";"},
    "resubmission": {"mode": "upsert", "key": ["Ref"]},
    "periodColumn": "Start",
    "maxBadShare": 0.1,
}
RULE: dict[str, Any] = {
    "name": "ref_is_not_name",
    "type": "sql",
    "query": '"Ref" <> "Name"',
    "mustBe": True,
    "severity": "warn",
    "description": "The reference is no name.",
    "customProperties": [{"property": "fixHint", "value": "Send the reference."}],
}
DOCUMENT: dict[str, Any] = {
    "apiVersion": "v3.1.0",
    "kind": "DataContract",
    "id": "brightcare__cases",
    "name": "Cases",
    "version": "1.2.0",
    "status": "active",
    "description": {"purpose": "Who is served."},
    "team": {"name": "Data", "members": [{"username": "data@brightcare.example"}]},
    "schema": [
        {
            "name": "cases",
            "logicalType": "object",
            "properties": [
                {"name": "Ref", "logicalType": "string", "required": True, "primaryKey": True},
                {
                    "name": "Start",
                    "logicalType": "date",
                    "logicalTypeOptions": {"format": "dd/MM/yyyy"},
                    "customProperties": [
                        {"property": "severity", "value": "warn"},
                        {"property": "emptyValues", "value": ["N/K"]},
                    ],
                },
                {"name": "Name", "logicalType": "string", "classification": "identifier"},
            ],
            "quality": [RULE],
        }
    ],
    "customProperties": [{"property": k, "value": v} for k, v in PROPERTIES.items()],
}


def document() -> dict[str, Any]:
    return copy.deepcopy(DOCUMENT)


def write(folder: Path, made: Any, name: str = "brightcare__cases") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.odcs.yaml"
    path.write_text(made if isinstance(made, str) else yaml.safe_dump(made, sort_keys=False))
    return path


def load(folder: Path, made: Any) -> Contract:
    return load_contract(write(folder, made), ContractProperties)


def faults(folder: Path, made: Any) -> str:
    with pytest.raises(InsightError) as caught:
        load(folder, made)
    words = str(caught.value)
    assert "brightcare__cases.odcs.yaml" in words, "a fault names its file"
    return words


def with_property(**changed: Any) -> dict[str, Any]:
    """The document with other customProperties; None takes one away."""
    made = document()
    values = {**PROPERTIES, **changed}
    made["customProperties"] = [
        {"property": k, "value": v} for k, v in values.items() if v is not None
    ]
    return made


def with_rule(**changed: Any) -> dict[str, Any]:
    made = document()
    rule = {**copy.deepcopy(RULE), **changed}
    made["schema"][0]["quality"] = [{k: v for k, v in rule.items() if v is not None}]
    return made


def with_column(**changed: Any) -> dict[str, Any]:
    made = document()
    made["schema"][0]["properties"][2].update(changed)
    return made


def with_another_column(name: str) -> dict[str, Any]:
    made = document()
    made["schema"][0]["properties"].append({"name": name, "logicalType": "string"})
    return made


def test_a_contract_is_read_as_it_is_written(tmp_path: Path) -> None:
    found = load(tmp_path, document())
    assert (found.stem, found.version, found.title) == ("brightcare__cases", "1.2.0", "Cases")
    assert (found.description, found.owner) == ("Who is served.", "data@brightcare.example")
    assert [column.name for column in found.columns] == ["Ref", "Start", "Name"]
    ref, start, name = found.columns
    assert (ref.required, ref.key, start.required, start.key) == (True, True, False, False)
    assert start.options == {"format": "dd/MM/yyyy"}
    assert start.properties.severity is Severity.WARN
    assert start.properties.empty_values == ("N/K",)
    assert name.properties.severity is Severity.RECORD
    assert name.classification == "identifier"
    assert found.promise.reader.delimiter == ";"
    assert (found.promise.period_column, found.promise.max_bad_share) == ("Start", 0.1)


def test_a_row_rule_is_read_with_its_words(tmp_path: Path) -> None:
    (rule,) = load(tmp_path, document()).row_rules
    assert rule.predicate == '"Ref" <> "Name"'
    assert (rule.code, rule.severity) == ("ref_is_not_name", Severity.WARN)
    assert (rule.sentence, rule.fix_hint) == ("The reference is no name.", "Send the reference.")


def test_a_rule_without_a_severity_holds_the_record(tmp_path: Path) -> None:
    assert load(tmp_path, with_rule(severity=None)).row_rules[0].severity is Severity.RECORD


def test_the_fingerprint_is_the_files(tmp_path: Path) -> None:
    one = load(tmp_path / "a", document())
    assert one.fingerprint == load(tmp_path / "b", document()).fingerprint
    assert one.fingerprint != load(tmp_path / "c", with_property(retention="P9Y")).fingerprint


@pytest.mark.parametrize("folder", ["providers", "internal"])
def test_every_contract_of_this_project_is_sound(folder: str) -> None:
    model = ContractProperties if folder == "providers" else InternalProperties
    assert load_contracts(ROOT / "data_contracts" / folder, model)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (with_property(retentoin="P8Y"), "did you mean 'retention'?"),
        (with_property(lawfulBasis=None), "lawfulBasis"),
        (with_property(purposes="commissioning"), "purposes"),
        (with_property(specialCategory="yes"), "specialCategory"),
        (with_property(reader={"format": "csv", "delimeter": ";"}), "delimeter"),
        (with_property(reader={"format": "docx"}), "reader.format"),
        (with_property(resubmission={"mode": "overwrite"}), "resubmission.mode"),
        (with_column(logicalTypo="string"), "logicalTypo"),
        (with_column(logicalType="text"), "schema.0.properties.2"),
        (with_column(logicalTypeOptions={"maxLenght": 5}), "maxLenght"),
        (with_column(customProperties=[{"property": "vocabluary", "value": "x"}]), "vocabluary"),
        (with_column(customProperties=[{"property": "severity", "value": "fatal"}]), "severity"),
        ({**document(), "stauts": "active"}, "stauts"),
        ({**document(), "apiVersion": "v9"}, "apiVersion"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, made: Any, words: str) -> None:
    assert words in faults(tmp_path, made)


@pytest.mark.parametrize("text", ["", "- a list", "a: [", "kind: DataContract\nkind: x\n", "5"])
def test_text_that_is_no_contract_is_refused(tmp_path: Path, text: str) -> None:
    faults(tmp_path, text)


@pytest.mark.parametrize(
    "made",
    [
        {k: v for k, v in document().items() if k != "schema"},
        {**document(), "schema": []},
        {**document(), "schema": [*document()["schema"], *document()["schema"]]},
    ],
    ids=["none", "empty", "two"],
)
def test_a_contract_promises_exactly_one_table(tmp_path: Path, made: Any) -> None:
    faults(tmp_path, made)


@pytest.mark.parametrize(
    "changed",
    [
        {"type": "library"},
        {"mustBe": False},
        {"mustBe": None},
        {"query": None},
        {"name": None},
        {"severity": "error"},
    ],
    ids=str,
)
def test_a_rule_of_another_shape_is_refused(tmp_path: Path, changed: dict[str, Any]) -> None:
    faults(tmp_path, with_rule(**changed))


@pytest.mark.parametrize(
    ("predicate", "words"),
    [
        ('"Ref" in (select ref from t)', "subquery"),
        ('"Reff" is not null', "did you mean 'Ref'?"),
        ('"Ref" is not', "does not parse"),
    ],
)
def test_a_rule_that_is_no_predicate_over_its_columns_is_refused(
    tmp_path: Path, predicate: str, words: str
) -> None:
    assert words in faults(tmp_path, with_rule(query=predicate))


@pytest.mark.parametrize(
    "made",
    [
        with_column(logicalTypeOptions={"pattern": r"\d+"}),
        with_column(logicalTypeOptions={"pattern": "[a-z"}),
        with_column(logicalType="integer", logicalTypeOptions={"exclusiveMinimum": 0}),
        with_column(logicalType="number", logicalTypeOptions={"minimum": 0.00000000001}),
        with_column(logicalType="integer", logicalTypeOptions={"maximum": 10**39}),
        with_column(logicalType="date", logicalTypeOptions={"minimum": "soon"}),
        with_column(logicalType="date", logicalTypeOptions={"format": "d/M/yyyy"}),
        with_column(logicalType="array"),
        with_column(quality=[{"type": "library", "metric": "nullValues", "mustBe": 0}]),
    ],
    ids=[
        "pattern",
        "broken pattern",
        "bound nobody checks",
        "fine bound",
        "huge bound",
        "no day",
        "date letters",
        "type",
        "rule nobody checks",
    ],
)
def test_a_promise_that_cannot_be_checked_is_refused_when_the_contract_is_read(
    tmp_path: Path, made: Any
) -> None:
    faults(tmp_path, made)


def test_a_format_without_its_macro_is_named_with_its_column(tmp_path: Path) -> None:
    form = "nhs_numbre"
    made = with_column(customProperties=[{"property": "format", "value": form}])
    (fault,) = unknown_formats([load(tmp_path, made)], format_macros())
    assert "brightcare__cases.odcs.yaml: Name" in fault.where
    assert "did you mean 'nhs_number'?" in fault.next_step


def test_every_format_of_this_project_has_its_macro() -> None:
    contracts = load_contracts(ROOT / "data_contracts" / "providers", ContractProperties)
    assert not list(unknown_formats(contracts, format_macros()))


@pytest.mark.parametrize(
    "made",
    [
        with_property(resubmission={"mode": "upsert", "key": ["Reff"]}),
        with_property(periodColumn="Begin"),
        with_property(dataset="case"),
        with_another_column("Ref"),
        with_another_column("_row"),
        with_another_column("REF"),
    ],
    ids=["key", "period", "stem", "column twice", "our own name", "column twice but for case"],
)
def test_names_that_do_not_agree_are_refused(tmp_path: Path, made: Any) -> None:
    faults(tmp_path, made)


def test_a_further_column_is_no_trouble_in_itself(tmp_path: Path) -> None:
    assert len(load(tmp_path, with_another_column("Other")).columns) == 4


def test_an_upsert_without_any_key_is_refused(tmp_path: Path) -> None:
    made = with_property(resubmission={"mode": "upsert"})
    made["schema"][0]["properties"][0].pop("primaryKey")
    faults(tmp_path, made)


@pytest.mark.parametrize("share", [-0.1, 1.5])
def test_a_share_is_between_none_and_all(tmp_path: Path, share: float) -> None:
    faults(tmp_path, with_property(maxBadShare=share))


def test_all_faults_of_all_files_are_told_together(tmp_path: Path) -> None:
    write(tmp_path, with_property(dataset="visits"), "brightcare__visits")
    write(tmp_path, with_property(retentoin="x"), "brightcare__cases")
    write(tmp_path, with_property(dataset="stays", provider=None), "brightcare__stays")
    with pytest.raises(InsightError) as caught:
        load_contracts(tmp_path, ContractProperties)
    words = str(caught.value)
    assert "brightcare__cases" in words
    assert "brightcare__stays" in words
    assert "brightcare__visits" not in words


def test_contracts_come_by_file_name_and_other_files_do_not_matter(tmp_path: Path) -> None:
    for dataset in ("visits", "cases"):
        write(tmp_path, with_property(dataset=dataset), f"brightcare__{dataset}")
    (tmp_path / "notes.yaml").write_text("notes: [")
    stems = [contract.stem for contract in load_contracts(tmp_path, ContractProperties)]
    assert stems == ["brightcare__cases", "brightcare__visits"]


def test_an_internal_contract_says_its_zone_and_types(tmp_path: Path) -> None:
    made = document()
    made["customProperties"] = [{"property": "zone", "value": "identity"}]
    made["schema"][0]["properties"][1]["physicalType"] = "DATE"
    found = load_contract(write(tmp_path, made, "person_evidence"), InternalProperties)
    assert (found.stem, found.zone) == ("person_evidence", "identity")
    assert found.physical_columns == {"Ref": "VARCHAR", "Start": "DATE", "Name": "VARCHAR"}
