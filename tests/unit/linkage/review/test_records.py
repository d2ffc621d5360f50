"""What records say, side by side."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from insight_pipeline.linkage.review.records import Described, describe, side_by_side
from tests.linkage.making import person, write_evidence


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    rows = [
        person("n:1", "Ada", "Ashby", date(1980, 1, 2), trusted_ids=["upn:A1", "nhs_number:9"]),
        person("n:1", "Ada", "Ashby", date(1980, 1, 2), postcode="ZA1 1AA"),
        person("n:1", "Ada", "Ashbee", None),
        person("s:2", "ADA", "Brook", date(1980, 1, 2), email="ada@x.example"),
        person("s:3", None, None, None),  # type: ignore[arg-type]
    ]
    path = write_evidence(tmp_path / "evidence.parquet", rows)
    with duckdb.connect() as opened:
        opened.execute(f"create table person_evidence as from read_parquet('{path}')")
        yield opened


def test_every_value_is_told_the_most_frequent_first(con: duckdb.DuckDBPyConnection) -> None:
    told = describe(con, ["n:1", "s:3", "gone:4"])
    assert set(told) == {"n:1", "s:3"}
    assert told["n:1"].provider == "n"
    assert told["n:1"].values["family_name"] == ("Ashby", "Ashbee")
    assert told["n:1"].values["trusted_ids"] == ("nhs_number:9", "upn:A1")
    assert told["s:3"].values == {}


def test_facts_are_compared_whatever_their_case_and_signs(con: duckdb.DuckDBPyConnection) -> None:
    told = describe(con, ["n:1", "s:2"])
    lines = {line.label: line for line in side_by_side(told["n:1"], told["s:2"])}
    assert {label: line.state for label, line in lines.items()} == {
        "First name": "agrees",
        "Family name": "differs",
        "Born": "agrees",
        "Number": "one side only",
        "Postcode": "one side only",
        "E-mail": "one side only",
    }
    assert lines["Family name"].right == ((("Brook", True),),)
    assert lines["First name"].left == ((("Ada", False),),)


def test_only_words_the_other_side_lacks_are_marked() -> None:
    one = Described("a", "a", {"address_line": ("3 Alder Street",)})
    other = Described("b", "b", {"address_line": ("7 Alder Street", "Quay")})
    (line,) = side_by_side(one, other)
    assert line.left == ((("3", True), ("Alder", False), ("Street", False)),)
    assert line.right == ((("7", True), ("Alder", False), ("Street", False)), (("Quay", True),))
