"""A citizen's one value per fact, and who is not a citizen of anything handed over."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from insight_pipeline.linkage.citizens.golden import describe_citizens, load_lookups
from insight_pipeline.linkage.evidence.load import count_values, load_evidence
from tests.linkage.making import Row, person, write_evidence

AREAS = {"ZA1 1AA": "E05900001", "ZA22BB": "E05900002"}


def described(
    rows: list[Row], people: dict[str, str], folder: Path, objections: list[str] | None = None
) -> list[tuple[object, ...]]:
    areas, opted = folder / "areas.parquet", folder / "opted.parquet"
    pl.DataFrame({"postcode": list(AREAS), "area_code": list(AREAS.values())}).write_parquet(areas)
    pl.DataFrame(
        {
            "record_id": objections or [],
            "opted_out_date": [date(2025, 1, 1)] * len(objections or []),
        },
        schema={"record_id": pl.String, "opted_out_date": pl.Date},
    ).write_parquet(opted)
    with duckdb.connect() as con:
        load_evidence(con, [write_evidence(folder / "evidence.parquet", rows)])
        count_values(con)
        load_lookups(con, [areas], [opted])
        con.execute("create table person (record_id varchar, citizen_key varchar)")
        con.executemany("insert into person values (?, ?)", list(people.items()))
        con.execute("create table touched_citizen as select distinct citizen_key from person")
        describe_citizens(con)
        return con.execute("select * from citizen").fetchall()


def test_facts_are_the_most_frequent_and_the_area_that_of_the_latest_known_postcode(
    tmp_path: Path,
) -> None:
    right, wrong = date(1970, 5, 17), date(1970, 6, 17)
    rows = [
        person("a:1", "H", "E", right, sex_code="F", postcode="ZA1 1AA",
               valid_from_date=date(2020, 1, 1)),
        person("b:1", "H", "E", right, sex_code="M", postcode="ZA2 2BB",
               valid_from_date=date(2024, 1, 1)),
        person("b:2", "H", "E", wrong, sex_code="F", postcode="ZA7 7XX",
               valid_from_date=date(2025, 1, 1), death_date=date(2025, 2, 3)),
    ]  # fmt: skip
    found = described(rows, {"a:1": "k", "b:1": "k", "b:2": "k"}, tmp_path)
    assert found == [("k", date(1970, 5, 1), "F", "E05900002", date(2025, 2, 3), 3, 2)]


def test_one_objection_takes_the_whole_person_out(tmp_path: Path) -> None:
    rows = [person(record, "H", "E", None) for record in ("a:1", "b:1", "c:1")]
    people = {"a:1": "k", "b:1": "k", "c:1": "other"}
    found = described(rows, people, tmp_path, objections=["b:1", "unknown:9"])
    assert found == [("other", None, None, None, None, 1, 1)]
