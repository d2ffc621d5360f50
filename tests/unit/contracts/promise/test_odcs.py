"""Contracts as files: strict at every depth, every fault told at once with its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from insight_pipeline.contracts.promise.contract import ContractProperties, InternalProperties
from insight_pipeline.contracts.promise.contract_faults import unknown_formats, unknown_vocabularies
from insight_pipeline.contracts.promise.odcs import load_contract, load_contracts
from insight_pipeline.contracts.promise.vocabulary import load_vocabularies
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.kernel.outcome import Severity
from tests.conftest import ROOT
from tests.unit.contracts.documents import (
    document,
    faults,
    load,
    with_another_column,
    with_column,
    with_property,
    with_rule,
    write,
)
from tests.unit.contracts.rows import format_macros


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
        {"type": "text"},
        {"type": "custom", "engine": "soda", "implementation": "checks: []"},
        {"mustBe": False},
        {"mustBe": None},
        {"query": None},
        {"name": None},
        {"description": None},
        {"severity": "fatal"},
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
        with_column(logicalType="integer", logicalTypeOptions={"format": "i32"}),
        with_column(logicalType="integer", logicalTypeOptions={"multipleOf": 0.5}),
        with_column(logicalType="timestamp", logicalTypeOptions={"timezone": True}),
        with_column(logicalType="number", logicalTypeOptions={"minimum": 0.00000000001}),
        with_column(logicalType="integer", logicalTypeOptions={"maximum": 10**39}),
        with_column(logicalType="date", logicalTypeOptions={"minimum": "soon"}),
        with_column(logicalType="date", logicalTypeOptions={"format": "d/M/yyyy"}),
        with_column(logicalType="array"),
        with_column(quality=[{"type": "text", "description": "It should be right."}]),
        with_column(physicalName="name_of_person"),
    ],
    ids=[
        "pattern",
        "broken pattern",
        "format nobody checks",
        "part of a whole number",
        "zone",
        "fine bound",
        "huge bound",
        "no day",
        "date letters",
        "type",
        "rule nobody checks",
        "name in no file",
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


def test_a_code_list_without_its_file_is_named_with_the_nearest(tmp_path: Path) -> None:
    made = with_column(customProperties=[{"property": "vocabulary", "value": "sex_cod"}])
    words = load_vocabularies(ROOT / "data_contracts" / "vocabularies")
    (fault,) = unknown_vocabularies([load(tmp_path, made)], words)
    assert "brightcare__cases.odcs.yaml: Name" in fault.where
    assert "did you mean 'sex_code'?" in fault.next_step


def test_every_code_list_of_this_project_has_its_file() -> None:
    contracts = load_contracts(ROOT / "data_contracts" / "providers", ContractProperties)
    words = load_vocabularies(ROOT / "data_contracts" / "vocabularies")
    assert not list(unknown_vocabularies(contracts, words))


def test_options_that_are_checked_are_taken(tmp_path: Path) -> None:
    options = {"exclusiveMinimum": 0, "exclusiveMaximum": 10, "multipleOf": 0.5}
    made = with_column(logicalType="number", logicalTypeOptions=options)
    assert load(tmp_path / "a", made).columns[2].options == options
    options = {"exclusiveMinimum": "2000-01-01", "timezone": False}
    made = with_column(logicalType="timestamp", logicalTypeOptions=options)
    assert load(tmp_path / "b", made).columns[2].options == options


def test_a_document_of_3_2_is_read_by_the_schema_of_3_2(tmp_path: Path) -> None:
    made = {**document(), "apiVersion": "v3.2.0"}
    made.pop("status")
    made["schema"][0]["properties"][2]["deprecated"] = True
    assert load(tmp_path, made).version == "1.2.0"
    assert "deprecated" in faults(tmp_path / "older", {**made, "apiVersion": "v3.1.0"})


def test_a_document_of_3_0_is_no_contract_of_ours(tmp_path: Path) -> None:
    words = faults(tmp_path, {**document(), "apiVersion": "v3.0.2"})
    assert "written to ODCS v3.2.0 or v3.1.0" in words


@pytest.mark.parametrize(
    ("changed", "instead"),
    [
        ({"enum": [{"value": "A"}]}, "vocabulary"),
        ({"synonyms": [{"synonym": "Nom"}]}, "headerSynonyms"),
    ],
)
def test_words_of_3_2_that_nobody_would_check_are_refused_with_what_to_write_instead(
    tmp_path: Path, changed: dict[str, Any], instead: str
) -> None:
    assert instead in faults(tmp_path, {**with_column(**changed), "apiVersion": "v3.2.0"})


def test_a_condition_of_being_required_is_a_predicate_over_columns(tmp_path: Path) -> None:
    def when(predicate: str, **more: Any) -> Any:
        return with_column(
            customProperties=[{"property": "requiredIf", "value": predicate}], **more
        )

    found = load(tmp_path / "a", when('"Start" is not null')).columns[2]
    assert found.properties.required_if == '"Start" is not null'
    assert "did you mean 'Start'?" in faults(tmp_path / "b", when('"Strt" is not null'))
    assert "requiredIf" in faults(tmp_path / "c", when("read_text('x') is null"))
    assert "both" in faults(tmp_path / "d", when('"Start" is not null', required=True))


def test_a_property_that_stands_twice_is_refused(tmp_path: Path) -> None:
    made = document()
    made["customProperties"].append({"property": "retention", "value": "P1Y"})
    assert "'retention' 2 times" in faults(tmp_path, made)


def test_faults_of_every_part_are_told_in_one_reading(tmp_path: Path) -> None:
    made = with_property(lawfulBasis="Public task", retentoin="P8Y")
    made["schema"][0]["properties"][0]["logicalTypeOptions"] = {"format": "uuid"}
    made["schema"][0]["quality"] = [{"type": "text", "description": "It should be right."}]
    made["slaProperties"] = [{"property": "availability", "value": 99}]
    words = faults(tmp_path, made)
    for part in ("Art 6(1)", "retentoin", "'format'", "nobody checks it", "nobody measures"):
        assert part in words
