"""`insight link`: what it says, what it writes, how it ends, and what it never shows."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from insight_pipeline.cli.link import link_command
from insight_pipeline.cli.main import main
from insight_pipeline.kernel.errors import InsightError
from tests.conftest import ROOT
from tests.linkage.making import town, town_truth

MAPS = (
    "--map", "given_name=first", "--map", "family_name=last", "--map", "birth_date=dob",
    "--map", "address_line=address", "--map", "postcode=pc",
)  # fmt: skip
CANARY = "Zzyzxcanary"


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town's records as one CSV file, shuffled, with whose they are."""
    rows = [
        {
            "no": row["record_id"],
            "first": row["given_name"],
            "last": row["family_name"],
            "dob": row["birth_date"].strftime("%d/%m/%Y"),
            "address": row["address_line"],
            "pc": row["postcode"],
            "team": row["provider_id"],
            "who": town_truth(row["record_id"]),
        }
        for row in town(25, seed=4)
    ]
    path = tmp_path_factory.mktemp("town") / f"{CANARY}.csv"
    pl.DataFrame(rows).sample(fraction=1.0, shuffle=True, seed=1).write_csv(path)
    return path


def run(home: Path, *arguments: str | Path) -> Result:
    environment = {"INSIGHT_HOME": str(home), "INSIGHT_PROJECT": str(ROOT)}
    return CliRunner(env=environment).invoke(link_command, [str(each) for each in arguments])


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_row_comes_out_once_in_order_and_people_are_found(
    people: Path, tmp_path: Path
) -> None:
    out = tmp_path / "linked.csv"
    result = run(
        tmp_path / "nowhere", people, *MAPS, "--record-id", "no", "--out", out,
        "--evaluate", "who", "--by", "team", "--format", "json",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    given, linked = read(people), read(out)
    assert [row["record_id"] for row in linked] == [row["no"] for row in given]
    assert set(linked[0]) == {
        "record_id", "cluster_id", "cluster_size", "weakest_link", "needs_review",
    }  # fmt: skip
    answer = json.loads(result.stdout)
    assert answer["records"] == len(given) == 225
    assert answer["clusters"] == len({row["cluster_id"] for row in linked})
    evaluation = answer["evaluation"]
    assert evaluation["pairwise"]["f1"] > 0.95 and evaluation["b_cubed"]["f1"] > 0.95
    assert set(evaluation["groups"]["team"]) == {"north", "south", "west"}
    assert not (tmp_path / "nowhere").exists()


def test_the_columns_of_the_file_are_guessed_and_the_guess_is_shown(
    people: Path, tmp_path: Path
) -> None:
    renamed = tmp_path / "people.parquet"
    names = {"first": "First Name", "last": "Surname", "no": "unique_id", "pc": "Postcode"}
    pl.read_csv(people, infer_schema=False).rename(names).write_parquet(renamed)
    result = run(tmp_path, renamed, "--evaluate", "who")
    assert result.exit_code == 0, result.output
    for words in (
        "--map given_name=First Name", "--map family_name=Surname", "--map birth_date=dob",
        "--map address_line=address", "--record-id unique_id", "not used: team, who",
    ):  # fmt: skip
        assert words in result.stderr
    assert "pairwise" in result.stdout and "found exactly" in result.stdout


def test_a_home_keeps_the_ids_from_one_run_to_the_next(people: Path, tmp_path: Path) -> None:
    home, first, second = tmp_path / "home", tmp_path / "one.parquet", tmp_path / "two.parquet"
    arguments = (*MAPS, "--record-id", "no", "--home", home)
    assert run(tmp_path, people, *arguments, "--out", first).exit_code == 0
    fewer = tmp_path / "fewer.csv"
    pl.read_csv(people, infer_schema=False).tail(-5).write_csv(fewer)
    assert run(tmp_path, fewer, *arguments, "--out", second).exit_code == 0
    both = pl.read_parquet(second).join(pl.read_parquet(first), on="record_id", how="left")
    kept = both.filter(pl.col("cluster_id") == pl.col("cluster_id_right"))
    assert kept.height == both.height == 220


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--map", "famly_name=last", "--out", "x.csv"), "did you mean 'family_name'?"),
        (("--map", "family_name=lst", "--out", "x.csv"), "did you mean 'last'?"),
        ((*MAPS, "--record-id", "nmb", "--out", "x.csv"), "--record-id"),
        ((*MAPS, "--evaluate", "hwo"), "did you mean 'who'?"),
        ((*MAPS, "--evaluate", "who", "--by", "tean"), "did you mean 'team'?"),
        ((*MAPS, "--evaluate", "who", "--by", "no"), "at most 50 values"),
        (MAPS, "nothing would come of it"),
        ((*MAPS, "--out", "x.csv", "--by", "team"), "--evaluate"),
        ((*MAPS, "--out", "x.xlsx"), ".csv or .parquet"),
        ((*MAPS, "--out", "none/such/x.csv"), "folder does not exist"),
        ((*MAPS, "--evaluate", "who", "--by", "last"), "mapped to family_name"),
        ((*MAPS, "--evaluate", "who", "--date-format", "%Q"), "--date-format"),
        ((*MAPS, "--evaluate", "who", "--date-format", "dd/mm/yyyy"), "--date-format"),
    ],
)
def test_wrong_usage_ends_with_two_and_names_what_is_near(
    people: Path, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    result = run(tmp_path, people, *arguments)
    assert result.exit_code == 2
    assert words in result.stderr


def test_a_table_that_cannot_be_linked_is_told_without_its_values(
    people: Path, tmp_path: Path
) -> None:
    repeated = tmp_path / "repeated.csv"
    pl.read_csv(people, infer_schema=False).with_columns(no=pl.lit(CANARY)).write_csv(repeated)
    result = run(tmp_path, repeated, *MAPS, "--record-id", "no", "--out", tmp_path / "x.csv")
    assert isinstance(result.exception, InsightError)
    assert "225 rows that share 1 ids" in str(result.exception)
    assert CANARY not in str(result.exception) + result.output
    assert not (tmp_path / "x.csv").exists()


def test_neither_names_nor_the_name_of_the_file_are_shown(people: Path, tmp_path: Path) -> None:
    result = run(tmp_path, people, *MAPS, "--record-id", "no", "--evaluate", "who")
    assert result.exit_code == 0, result.output
    names = {row[column] for row in read(people) for column in ("last", "address", "pc", "no")}
    assert not [name for name in {*names, CANARY} if name in result.output + result.stderr]


@pytest.mark.parametrize("arguments", [MAPS, ()])
def test_a_home_without_ids_of_records_would_move_people_and_is_refused(
    people: Path, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    names = {"first": "first_name", "last": "surname"} if not arguments else {}
    table = tmp_path / "people.csv"
    pl.read_csv(people, infer_schema=False).rename(names).write_csv(table)
    result = run(tmp_path, table, *arguments, "--evaluate", "who", "--home", tmp_path / "home")
    assert result.exit_code == 2
    assert "--home needs --record-id" in result.stderr
    assert not (tmp_path / "home/identity.duckdb").exists()


def test_a_home_of_the_nightly_is_refused_and_left_as_it_is(people: Path, tmp_path: Path) -> None:
    kept = [tmp_path / "identity.duckdb", tmp_path / "tmp/rows.parquet"]
    for path in kept:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"theirs")
    result = run(
        tmp_path, people, *MAPS, "--record-id", "no", "--evaluate", "who", "--home", tmp_path
    )
    assert isinstance(result.exception, InsightError)
    assert "insight-link.json" in str(result.exception)
    assert [path.read_bytes() for path in kept] == [b"theirs", b"theirs"]


@pytest.mark.parametrize("way", ["itself", "link"])
def test_the_file_to_link_is_never_written_over(people: Path, tmp_path: Path, way: str) -> None:
    table = tmp_path / "people.csv"
    table.write_bytes(people.read_bytes())
    out = table if way == "itself" else tmp_path / "other.csv"
    if way == "link":
        out.symlink_to(table)
    result = run(tmp_path, table, *MAPS, "--out", out)
    assert result.exit_code == 2 and "the file to link itself" in result.stderr
    assert table.read_bytes() == people.read_bytes()


def test_an_out_that_cannot_be_written_is_told_before_anything_is_read(people: Path) -> None:
    environment = {"INSIGHT_PROJECT": str(ROOT)}
    arguments = ["link", str(people), "--out", "/proc/linked.csv"]
    result = CliRunner(env=environment).invoke(main, arguments)
    assert result.exit_code == 1
    assert "/proc/linked.csv\n    expected " in result.stderr
    assert "Reading the file" not in result.stderr and "Traceback" not in result.output


def test_without_labels_there_is_nothing_to_measure(people: Path, tmp_path: Path) -> None:
    table = tmp_path / "people.csv"
    pl.read_csv(people, infer_schema=False).with_columns(who=pl.lit(" ")).write_csv(table)
    arguments = (table, *MAPS, "--record-id", "no", "--evaluate", "who", "--by", "team")
    text, document = run(tmp_path, *arguments), run(tmp_path, *arguments, "--format", "json")
    assert (text.exit_code, document.exit_code) == (0, 0)
    assert "nothing to measure" in text.stdout and "1.0" not in text.stdout
    assert json.loads(document.stdout)["evaluation"] is None


def test_the_table_in_clear_is_gone_from_the_home_when_the_run_ends(
    people: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    arguments = (*MAPS, "--record-id", "no", "--evaluate", "who", "--home", home)
    assert run(tmp_path, people, *arguments).exit_code == 0
    assert (home / "insight-link.json").is_file()
    assert not list(home.rglob("rows.parquet")) and not list(home.rglob("insight-link-*"))
