"""datapackage.json, checked by Frictionless."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from frictionless import Package

from tests.unit.publication.open_data.conftest import FILES, Planted

PLANTED = {
    "a value of another type": ("indicators", "numerator", "many"),
    "a share above one": ("indicators", "coverage", "1.5000"),
    "a symbol nobody knows": ("indicators", "shorthand", "[q]"),
    "a line twice": ("revisions", "again", ""),
    "a judgement of no figure": ("judgements", "breakdown", "nobody"),
}
ABOUT_FILES = ("bytes", "hash")
TYPES = {pl.String: "string", pl.Date: "date", pl.Boolean: "boolean", pl.Decimal: "number"}


def descriptor(folder: Path) -> dict[str, Any]:
    said: dict[str, Any] = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    return said


def faults(folder: Path, *, ignoring: tuple[str, ...] = ()) -> list[Any]:
    """What Frictionless finds wrong with the CSV files.

    Parquet it reads through pandas, where a whole number that is missing becomes `nan`: those files
    are held against the description without it.
    """
    said = descriptor(folder)
    said["resources"] = [
        {key: value for key, value in each.items() if key not in ignoring}
        for each in said["resources"]
        if each["format"] == "csv"
    ]
    package = Package.from_descriptor(said, basepath=str(folder))
    found: list[Any] = package.validate().flatten(["type", "fieldName"])
    return found


def test_the_package_is_one_and_its_csv_files_are_what_it_says(release: Path) -> None:
    assert list(Package.metadata_validate(descriptor(release))) == []
    assert faults(release) == []


@pytest.mark.parametrize("what", PLANTED)
def test_a_planted_mistake_is_refused_for_what_it_is(planted: Planted, what: str) -> None:
    folder = planted(*PLANTED[what])
    assert faults(folder, ignoring=ABOUT_FILES)
    assert "hash-count" in {kind for kind, _ in faults(folder)}


def test_every_file_has_its_size_and_hash_and_stands_in_both_forms(release: Path) -> None:
    resources = descriptor(release)["resources"]
    assert [each["path"] for each in resources] == [
        f"{file}.{form}" for file in FILES for form in ("csv", "parquet")
    ]
    assert len({each["name"] for each in resources}) == len(resources)
    for each in resources:
        content = (release / each["path"]).read_bytes()
        assert each["bytes"] == len(content)
        assert each["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"


@pytest.mark.parametrize("file", FILES)
def test_a_parquet_file_has_the_columns_and_types_that_are_said(release: Path, file: str) -> None:
    said = next(e for e in descriptor(release)["resources"] if e["path"] == f"{file}.parquet")
    found = pl.read_parquet(release / f"{file}.parquet").schema
    assert [(each["name"], each["type"]) for each in said["schema"]["fields"]] == [
        (name, TYPES.get(type(kind), "integer")) for name, kind in found.items()
    ]


def test_it_names_release_licence_and_where_the_figures_come_from(release: Path) -> None:
    said = descriptor(release)
    assert said["version"].startswith("2026-06-30-")
    assert [each["name"] for each in said["licenses"]] == ["OGL-UK-3.0"]
    assert {"title": "Deliveries of Homestead Homes"} in said["sources"]
