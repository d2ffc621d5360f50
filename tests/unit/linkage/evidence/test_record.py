"""One row per record out of many rows of evidence."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from insight_pipeline.linkage.evidence.load import count_values, load_evidence
from insight_pipeline.linkage.evidence.record import build_records, count_names
from tests.linkage.making import Row, person, town, write_evidence


def built(rows: list[Row], folder: Path, record_id: str) -> dict[str, Any]:
    with duckdb.connect() as con:
        load_evidence(con, [write_evidence(folder / "evidence.parquet", rows)])
        count_values(con)
        count_names(con)
        build_records(con)
        found = con.execute("select * from record where record_id = ?", [record_id])
        names = [column[0] for column in found.description or []]
        return dict(zip(names, found.fetchall()[0], strict=True))


def test_the_value_given_most_often_leads_and_no_value_is_lost(tmp_path: Path) -> None:
    born = date(1970, 1, 2)
    rows = [
        person("a:1", "Hannah", "Elmham", born, postcode="ZA1 1AA"),
        person("a:1", "Hannah", "Elmham", born, postcode="ZA1 1AA"),
        person("a:1", "Hannah", "Oakley-Norwick", date(1970, 2, 1), postcode="ZA2 2BB"),
    ]
    record = built(rows, tmp_path, "a:1")
    assert (record["family"], record["birth_date"], record["postcode"]) == (
        "elmham",
        born,
        "ZA11AA",
    )
    assert record["families"] == ["elmham", "norwick", "oakley", "oakleynorwick"]
    assert record["birth_dates"] == [born, date(1970, 2, 1)]
    assert record["postcodes"] == ["ZA11AA", "ZA22BB"]


def test_of_values_given_equally_often_the_latest_leads(tmp_path: Path) -> None:
    rows = [
        person("a:1", "H", "Elmham", None, postcode="ZA9 9AA", valid_from_date=date(2025, 1, 1)),
        person("a:1", "H", "Elmham", None, postcode="ZA1 1AA", valid_from_date=date(2024, 1, 1)),
    ]
    assert built(rows, tmp_path, "a:1")["postcode"] == "ZA99AA"


def test_former_names_and_second_given_names_are_kept(tmp_path: Path) -> None:
    rows = [person("a:1", "Mary Ann", "Elmham", None, previous_family_name="Kelton")]
    record = built(rows, tmp_path, "a:1")
    assert "kelton" in record["families"]
    assert (record["given_first"], record["middle"]) == ("mary", "ann")
    assert "mary" in record["nicks"]


def test_names_in_each_others_field_are_put_right_where_the_town_knows_better(
    tmp_path: Path,
) -> None:
    townsfolk = town(60, seed=7)
    given, family = "Farida", townsfolk[0]["family_name"]
    record = built([*townsfolk, person("x:1", family, given, None)], tmp_path, "x:1")
    assert (record["given"], record["family"]) == ("farida", family.lower())


def test_trusted_numbers_are_split_by_issuer_and_invalid_ones_left_out(tmp_path: Path) -> None:
    ids = ["NHS_number: 943 476 5919", "nino:QQ123456C", "nino:", "0000", "ssn:000000000"]
    record = built([person("a:1", "H", "Elmham", None, trusted_ids=ids)], tmp_path, "a:1")
    assert record["trusted"] == ["nhs_number:9434765919", "nino:QQ123456C"]
    assert record["trusted_issuers"] == ["nhs_number", "nino"]


def test_a_record_is_numbered_by_its_id_alone(tmp_path: Path) -> None:
    one = person("a:1", "K", "Oakley", None)
    others = [person("b:1", "H", "Elmham", None), person("0:1", "L", "Ash", None)]
    alone = built([one], tmp_path, "a:1")["rid"]
    assert built([*others, one], tmp_path, "a:1")["rid"] == alone
    assert 0 <= alone < 2**63


def test_what_other_records_say_changes_a_record_only_through_the_frozen_counts(
    tmp_path: Path,
) -> None:
    swapped = person("x:1", "Elmham", "Farida", None)
    with duckdb.connect() as con:
        rows = [swapped, person("y:1", "Farida", "Oakley", None)]
        load_evidence(con, [write_evidence(tmp_path / "evidence.parquet", rows)])
        count_values(con)
        con.execute("create table name_use (name varchar, as_given bigint, as_family bigint)")
        con.execute("insert into name_use values ('farida', 90, 0), ('elmham', 0, 90)")
        build_records(con)
        found = con.execute("select given from record where record_id = 'x:1'").fetchall()
    assert found == [("farida",)]
