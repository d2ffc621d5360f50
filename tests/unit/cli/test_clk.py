"""`insight clk`: encode here, encode there, link; no name, no secret, and wrong usage told."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from insight_pipeline.cli.clk import clk_command
from insight_pipeline.kernel.errors import InsightError
from tests.conftest import ROOT

SECRET = "canarysecret" * 4
MAPS = ("--map", "given_name=first", "--map", "family_name=last", "--map", "birth_date=dob")
PEOPLE = [
    ("1", "Amara", "Brackenfield", "1980-03-01"),
    ("2", "Bethan", "Caldmoor", "1991-11-23"),
    ("3", "Carlos", "Dunwick", "1975-06-30"),
]


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """Two tables of mostly the same people, and the secret."""
    schema = ["no", "first", "last", "dob"]
    theirs = [
        ("x", "Amarra", "Brackenfield", "1980-03-01"),
        ("y", "Carlos", "Dunwyck", "1975-06-30"),
        ("z", "Zadie", "Elmridge", "2001-01-02"),
    ]
    paths = {name: tmp_path / name for name in ("ours.csv", "theirs.csv", "key")}
    pl.DataFrame(PEOPLE, schema=schema, orient="row").write_csv(paths["ours.csv"])
    pl.DataFrame(theirs, schema=schema, orient="row").write_csv(paths["theirs.csv"])
    paths["key"].write_text(SECRET)
    paths["key"].chmod(0o600)
    return paths


def run(home: Path, *arguments: str | Path) -> Result:
    environment = {"INSIGHT_HOME": str(home / "no"), "INSIGHT_PROJECT": str(ROOT)}
    return CliRunner(env=environment).invoke(clk_command, [str(each) for each in arguments])


def encode(files: dict[str, Path], name: str, *more: str | Path) -> Path:
    out = files[name].with_suffix(".parquet")
    arguments = (*MAPS, "--record-id", "no", "--secret-file", files["key"], "--out", out, *more)
    result = run(out.parent, "encode", files[name], *arguments)
    assert result.exit_code == 0, result.output
    assert SECRET not in result.output
    return out


def test_two_encoded_files_link_without_a_name_or_the_secret_in_them(
    files: dict[str, Path], tmp_path: Path
) -> None:
    ours, theirs = encode(files, "ours.csv"), encode(files, "theirs.csv")
    pairs = tmp_path / "pairs.csv"
    result = run(tmp_path, "link", ours, theirs, "--out", pairs, "--threshold", "0.7")
    assert result.exit_code == 0, result.output
    found = pl.read_csv(pairs, infer_schema=False)
    assert sorted(found.select("record_id_a", "record_id_b").rows()) == [("1", "x"), ("3", "y")]
    raw = ours.read_bytes() + theirs.read_bytes()
    for canary in (SECRET, "Brackenfield", "brackenfield", "1980"):
        assert canary.encode() not in raw


def test_equal_tables_give_equal_files_in_any_order(files: dict[str, Path]) -> None:
    first = encode(files, "ours.csv").read_bytes()
    shuffled = pl.read_csv(files["ours.csv"], infer_schema=False).reverse()
    shuffled.write_csv(files["ours.csv"])
    assert encode(files, "ours.csv").read_bytes() == first


def test_files_of_two_secrets_or_schemes_are_refused(
    files: dict[str, Path], tmp_path: Path
) -> None:
    ours = encode(files, "ours.csv")
    folded = encode(files, "theirs.csv", "--fold")
    result = run(tmp_path, "link", ours, folded, "--out", tmp_path / "p.csv")
    assert "one scheme" in str(result.exception)
    files["key"].write_text(SECRET[::-1])
    result = run(tmp_path, "link", ours, encode(files, "theirs.csv"), "--out", tmp_path / "p.csv")
    assert isinstance(result.exception, InsightError) and "one secret" in str(result.exception)
    assert not (tmp_path / "p.csv").exists()


def test_files_that_map_different_fields_are_refused(
    files: dict[str, Path], tmp_path: Path
) -> None:
    ours = encode(files, "ours.csv")
    theirs = encode(files, "theirs.csv", "--map", "trusted_id.nino=no")
    result = run(tmp_path, "link", ours, theirs, "--out", tmp_path / "p.csv")
    assert isinstance(result.exception, InsightError)
    assert "the same fields" in str(result.exception)


def test_two_empty_files_have_no_pairs(files: dict[str, Path], tmp_path: Path) -> None:
    for name in ("ours.csv", "theirs.csv"):
        pl.read_csv(files[name], infer_schema=False).clear().write_csv(files[name])
    ours, theirs = encode(files, "ours.csv"), encode(files, "theirs.csv")
    result = run(tmp_path, "link", ours, theirs, "--out", tmp_path / "p.csv")
    assert result.exit_code == 0, result.output
    assert result.output.startswith("0 pairs") and "nan" not in result.output
    assert pl.read_csv(tmp_path / "p.csv").height == 0


@pytest.mark.parametrize("out", ["ours.csv", "nowhere/ours.parquet"])
def test_rows_go_only_to_a_parquet_file_in_a_folder_that_is_there(
    files: dict[str, Path], tmp_path: Path, out: str
) -> None:
    arguments = (*MAPS, "--secret-file", files["key"], "--out", tmp_path / out)
    assert run(tmp_path, "encode", files["theirs.csv"], *arguments).exit_code == 2
    assert "dob" in files["ours.csv"].read_text()


def test_pairs_go_only_to_a_folder_that_is_there(files: dict[str, Path], tmp_path: Path) -> None:
    ours = encode(files, "ours.csv")
    result = run(tmp_path, "link", ours, ours, "--out", tmp_path / "nowhere" / "p.csv")
    assert result.exit_code == 2
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    ("more", "words"),
    [(("--map", "uprn=no"), "uprn"), (("--map", "postcode=pc"), "'pc'")],
)
def test_fields_no_row_holds_and_unknown_columns_are_wrong_usage(
    files: dict[str, Path], tmp_path: Path, more: tuple[str, ...], words: str
) -> None:
    arguments = (*MAPS, *more, "--secret-file", files["key"], "--out", tmp_path / "x.parquet")
    result = run(tmp_path, "encode", files["ours.csv"], *arguments)
    assert result.exit_code == 2
    assert words in result.stderr
