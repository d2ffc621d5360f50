"""`insight check`: the verdict before sending, its exit codes, and what it never says.

The tests of contracts/offline.py and cli/check_report.py stand here as well: judging imports Great
Expectations, and one module of tests pays for it once.
"""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from click.testing import CliRunner, Result

from insight_pipeline.cli import check as check_module
from insight_pipeline.cli.main import main
from insight_pipeline.contracts import offline
from tests.conftest import ROOT

MEMBERS = "activelife__members"
HEADER = "MemberNo;Forename;Surname;DOB;Sex;Address;Postcode;Email;Mobile;Joined;Referral"
GOOD = "M1;Ann;Abel;01/02/1990;F;1 High Street;ZA1 2BC;;;03/04/2024;Y"
NOT_JOINED = "M2;Bo;Bell;01/02/1990;F;1 High Street;ZA1 2BC;;;;Y"
CANARY = "Zzyzx-Canary"
SCHEMA = jsonschema_rs.validator_for(
    json.loads((ROOT / "docs" / "check.schema.json").read_text(encoding="utf-8"))
)


@pytest.fixture
def nowhere(tmp_path: Path) -> Path:
    return tmp_path / "no" / "home"


def run(nowhere: Path, *arguments: str | Path, project: Path = ROOT) -> Result:
    environment = {"INSIGHT_HOME": str(nowhere), "INSIGHT_PROJECT": str(project)}
    return CliRunner(env=environment).invoke(main, ["check", *map(str, arguments)])


def write(folder: Path, *rows: str, name: str = "members.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([HEADER, *rows, ""]), encoding="cp1252")
    return path


def declare(file: Path, **declared: Any) -> Path:
    manifest = {
        "provider": "activelife",
        "dataset": "members",
        "contract_version": "1.0.0",
        "period_from": "2025-01-01",
        "period_to": "2025-03-31",
        "submitted_at": "2025-04-07T09:00:00Z",
        "file": file.name,
        **declared,
    }
    path = file.with_name(f"{file.name}.manifest.json")
    path.write_text(json.dumps(manifest), encoding="utf-8")
    return path


def answer(result: Result) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(result.stdout)
    SCHEMA.validate(document)
    parts = sum(document[n] for n in ("accepted", "quarantined", "superseded", "rejected"))
    assert document["received"] == parts
    return document


def test_a_sound_file_ends_with_zero_and_touches_no_home(tmp_path: Path, nowhere: Path) -> None:
    result = run(nowhere, write(tmp_path, GOOD), "--contract", MEMBERS)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("TAKEN IN FULL")
    assert "Not checked: contract_version, rows_as_declared, declared_period" in result.stdout
    assert not nowhere.exists() and not (ROOT / "home" / "tmp" / "check").exists()


def test_warnings_alone_end_with_zero(tmp_path: Path, nowhere: Path) -> None:
    file = write(tmp_path, GOOD.replace("ZA1 2BC", "nowhere"))
    result = run(nowhere, file, "--contract", MEMBERS, "--format", "json")
    assert result.exit_code == 0, result.output
    document = answer(result)
    assert [(i["line"], i["column"], i["severity"]) for i in document["issues"]] == [
        (2, "Postcode", "warn")
    ]


def test_held_rows_and_broken_lines_end_with_one(tmp_path: Path, nowhere: Path) -> None:
    file = write(tmp_path, *([GOOD.replace("M1", f"N{n}") for n in range(9)]), NOT_JOINED, "a;b")
    result = run(nowhere, file, "--contract", MEMBERS, "--format", "json")
    assert result.exit_code == 1
    document = answer(result)
    assert (document["received"], document["accepted"]) == (11, 9)
    assert (document["quarantined"], document["rejected"]) == (1, 1)
    assert [(i["line"], i["code"]) for i in document["issues"]] == [
        (None, "readable_rows"),
        (11, "joined.required"),
        (12, "wrong_field_count"),
    ]
    assert document["issues"][1]["sentence"] == "Joined is empty."


def test_a_refused_file_ends_with_one_and_says_so(tmp_path: Path, nowhere: Path) -> None:
    file = write(tmp_path, GOOD)
    declare(file, rows=5)
    result = run(nowhere, file, "--contract", MEMBERS)
    assert result.exit_code == 1
    assert result.stdout.startswith("REFUSED.")
    assert "rows_as_declared" in result.stdout
    assert "Not checked" not in result.stdout


def test_notes_about_the_file_are_told_in_words(tmp_path: Path, nowhere: Path) -> None:
    file = tmp_path / "members.csv"
    file.write_text("\n".join([HEADER, GOOD.replace("Ann", "Zoë"), ""]), encoding="utf-8")
    document = answer(run(nowhere, file, "--contract", MEMBERS, "--format", "json"))
    assert [note["code"] for note in document["notes"]] == ["encoding_seems"]
    said = run(nowhere, file, "--contract", MEMBERS).stdout
    _, _, about = said.partition("About the file")
    assert "seems to be written in UTF-8, agreed is Windows-1252" in about


def test_another_separator_is_told_first_and_once(tmp_path: Path, nowhere: Path) -> None:
    file = write(tmp_path, GOOD)
    file.write_text(file.read_text(encoding="cp1252").replace(";", ","), encoding="cp1252")
    declare(file, rows=5)
    words = "The file seems to be separated by , (comma), agreed is ; (semicolon)."
    said = run(nowhere, file, "--contract", MEMBERS).stdout
    assert said.count(words) == 1 and "About the file" not in said
    assert said.index(words) < said.index("as many rows as its manifest")
    document = answer(run(nowhere, file, "--contract", MEMBERS, "--format", "json"))
    assert [note["sentence"] for note in document["notes"]] == [words]


def test_a_file_nobody_can_read_is_refused_with_the_readers_code(
    tmp_path: Path, nowhere: Path
) -> None:
    file = tmp_path / "members.csv"
    file.write_bytes(b"")
    result = run(nowhere, file, "--contract", MEMBERS, "--format", "json")
    assert result.exit_code == 1
    document = answer(result)
    assert (document["outcome"], document["unreadable"]) == ("refused", "empty_file")
    assert document["issues"][0]["code"] == "readable"
    assert document["issues"][0]["sentence"] == "The file is empty."


def test_the_manifest_given_comes_before_the_one_beside_the_file(
    tmp_path: Path, nowhere: Path
) -> None:
    file = write(tmp_path, GOOD)
    given = declare(file, rows=1).rename(tmp_path / "given.json")
    declare(file, rows=5)
    result = run(nowhere, file, "--contract", MEMBERS, "--manifest", given, "--format", "json")
    assert result.exit_code == 0, result.output
    assert answer(result)["manifest"] is True


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_value_and_no_file_name_is_said_but_the_list_has_the_values(
    tmp_path: Path, nowhere: Path, form: str
) -> None:
    file = write(
        tmp_path, GOOD, f"M2;{CANARY};Bell;{CANARY};{CANARY};;;;;{CANARY};Y", name=f"{CANARY}.csv"
    )
    listed = tmp_path / "list.csv"
    arguments = ("--contract", MEMBERS, "--format", form, "--list", listed)
    result = run(nowhere, file, *arguments)
    assert result.exit_code == 1
    assert CANARY not in result.output and CANARY not in result.stderr
    with listed.open(encoding="utf-8-sig", newline="") as stream:
        values = {row["code"]: row["value"] for row in csv.DictReader(stream)}
    assert values["joined.type"] == CANARY


def test_a_limit_cuts_the_list_and_says_so(tmp_path: Path, nowhere: Path) -> None:
    rows = [GOOD.replace("M1", f"N{n}").replace("ZA1 2BC", "nowhere") for n in range(5)]
    file = write(tmp_path, *rows)
    document = answer(run(nowhere, file, "--contract", MEMBERS, "--format", "json", "--limit", "2"))
    assert (document["issues_found"], document["issues_listed"]) == (5, 2)
    assert len(document["issues"]) == 2


def test_a_contract_may_be_a_file_with_its_own_code_lists(tmp_path: Path, nowhere: Path) -> None:
    source = ROOT / "data_contracts"
    own = tmp_path / "data_contracts"
    (own / "providers").mkdir(parents=True)
    shutil.copytree(source / "vocabularies", own / "vocabularies")
    for path in (own / "vocabularies").glob("sex_code.csv"):
        text = path.read_text(encoding="utf-8").splitlines()
        path.write_text("\n".join([text[0], "Q,Queried,,,,ours"]) + "\n", encoding="utf-8")
    contract = own / "providers" / f"{MEMBERS}.odcs.yaml"
    shutil.copy(source / "providers" / contract.name, contract)
    file = write(tmp_path, GOOD.replace(";F;", ";Q;"))
    result = run(nowhere, file, "--contract", contract, "--format", "json")
    assert answer(result)["issues"] == []
    assert answer(run(nowhere, file, "--contract", MEMBERS, "--format", "json"))["issues"]


def test_wrong_usage_ends_with_two_and_names_what_is_near(tmp_path: Path, nowhere: Path) -> None:
    file = write(tmp_path, GOOD)
    result = run(nowhere, file, "--contract", "activelife__member")
    assert result.exit_code == 2
    assert f"did you mean '{MEMBERS}'?" in result.stderr
    assert run(nowhere, tmp_path / "none.csv", "--contract", MEMBERS).exit_code == 2
    assert run(nowhere, file, "--contract", tmp_path / "none.odcs.yaml").exit_code == 2
    listed = tmp_path / "none" / "list.csv"
    assert run(nowhere, file, "--contract", MEMBERS, "--list", listed).exit_code == 2
    declare(file, dataset="visits")
    assert run(nowhere, file, "--contract", MEMBERS).exit_code == 2
    file.with_name("members.csv.manifest.json").write_text("{", encoding="utf-8")
    assert run(nowhere, file, "--contract", MEMBERS).exit_code == 2


def test_a_contract_that_cannot_be_used_ends_with_three(tmp_path: Path, nowhere: Path) -> None:
    contract = tmp_path / f"{MEMBERS}.odcs.yaml"
    text = (ROOT / "data_contracts/providers" / contract.name).read_text(encoding="utf-8")
    contract.write_text(text.replace("schema:", "shcema:", 1), encoding="utf-8")
    result = run(nowhere, write(tmp_path, GOOD), "--contract", contract)
    assert result.exit_code == 3
    assert "shcema" in result.stderr and result.stdout == ""


def test_an_engine_that_fails_ends_with_three_and_blames_nobody(
    tmp_path: Path, nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError(f"could not convert '{CANARY}'")

    monkeypatch.setattr(offline, "check_file", fails)
    result = run(nowhere, write(tmp_path, GOOD), "--contract", MEMBERS)
    assert result.exit_code == check_module.OURS
    assert "says nothing about the file" in result.stderr
    assert CANARY not in result.output


def test_a_pass_that_fails_is_an_error_of_ours(
    tmp_path: Path, nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError(f"could not convert '{CANARY}'")

    monkeypatch.setattr("insight_pipeline.contracts.judging.scan.find_exceptions", fails)
    file = write(tmp_path, GOOD)
    result = run(nowhere, file, "--contract", MEMBERS, "--format", "json")
    assert result.exit_code == 3
    assert answer(result)["outcome"] == "error"
    assert CANARY not in result.output
    assert run(nowhere, file, "--contract", MEMBERS).stdout.startswith("NOT CHECKED.")
