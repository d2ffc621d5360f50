"""Linkage from files to store: what must hold whoever the people are."""

from __future__ import annotations

import random
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.linkage.link import link
from insight_pipeline.linkage.quality.evaluate import pairwise
from insight_pipeline.linkage.store import hand_over
from insight_pipeline.linkage.summary import LinkageInputs, LinkageSummary
from tests.linkage.making import (
    Row,
    keys,
    parts,
    person,
    query,
    settings_for,
    town,
    town_truth,
    write_evidence,
)

NOTHING = LinkageInputs()
HOUSEHOLDS = 60


def link_rows(rows: list[Row], folder: Path, **more: Any) -> tuple[Path, LinkageSummary]:
    store = folder / "identity.duckdb"
    path = write_evidence(folder / "evidence.parquet", rows)
    return store, link(path, store, more.pop("lookups", NOTHING), settings_for(folder), **more)


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return town(HOUSEHOLDS, seed=11)


@pytest.fixture(scope="module")
def first_night(rows: list[Row], tmp_path_factory: pytest.TempPathFactory) -> Path:
    store, _ = link_rows(rows, tmp_path_factory.mktemp("first"))
    return store


def test_people_of_one_town_are_found_and_their_families_kept_apart(first_night: Path) -> None:
    found = sorted(keys(first_night).items())
    quality = pairwise(
        pl.Series([key for _, key in found]), pl.Series([town_truth(record) for record, _ in found])
    )
    assert quality.precision == 1.0
    assert quality.recall > 0.95


def test_order_of_rows_and_files_and_number_of_threads_change_nothing(
    rows: list[Row], first_night: Path, tmp_path: Path
) -> None:
    shuffled = list(rows)
    random.Random(5).shuffle(shuffled)  # noqa: S311
    files = [
        write_evidence(tmp_path / name, shuffled[start::3])
        for start, name in enumerate(["z.parquet", "a.parquet", "m.parquet"])
    ]
    store = tmp_path / "identity.duckdb"
    link(files, store, NOTHING, settings_for(tmp_path, threads=1))
    assert keys(store) == keys(first_night)
    for table in ("pair", "block_key", "citizen", "ledger_event"):
        everything = f"select * from {table} order by all"
        assert query(store, everything) == query(first_night, everything), table


def test_a_night_without_news_is_skipped_and_says_so(rows: list[Row], tmp_path: Path) -> None:
    store, first = link_rows(rows[:90], tmp_path)
    written = store.stat().st_mtime_ns
    _, second = link_rows(rows[:90], tmp_path)
    assert not first.unchanged and second.unchanged
    assert store.stat().st_mtime_ns == written
    assert second.citizens == first.citizens and second.cluster_sizes == first.cluster_sizes
    assert (second.created, second.merged, second.split, second.retired) == (0, 0, 0, 0)


def test_ids_of_untouched_people_survive_news_about_others(
    rows: list[Row], first_night: Path, tmp_path: Path
) -> None:
    store = tmp_path / "identity.duckdb"
    store.write_bytes(first_night.read_bytes())
    shutil.copytree(first_night.parent / "models", tmp_path / "models")
    newcomers = town(5, seed=99)
    news = [{**row, "record_id": f"{row['record_id']}-new"} for row in newcomers]
    _, summary = link_rows(rows + news, tmp_path)
    before, after = keys(first_night), keys(store)
    kept = sum(after[record] == key for record, key in before.items())
    assert kept == len(before)
    assert summary.created > 0 and summary.retired == 0


BRIDGE = [
    person("north:1", "Olwen", "Pemberthy", date(1951, 3, 9), postcode="ZA1 1AA"),
    person("south:1", "Olwen", "Pemberthy", None, postcode="ZA9 9ZZ", email="o.p@example.org"),
]


def test_a_merge_keeps_the_oldest_id_and_undoing_it_gives_the_other_back_both_logged(
    tmp_path: Path,
) -> None:
    others = town(20, seed=3)
    numbered = {**BRIDGE[0], "trusted_ids": ["nhs_number:9434765919"]}
    vague = person("south:1", "O", None, None, email="o.p@example.org")
    told = {**numbered, "record_id": "south:1", "provider_id": "south"}
    store, _ = link_rows([*others, numbered, vague], tmp_path)
    apart = keys(store)
    assert apart["north:1"] != apart["south:1"]

    _, merged = link_rows([*others, numbered, vague, told], tmp_path)
    together = keys(store)
    assert together["north:1"] == together["south:1"]
    assert merged.merged == 1
    kept, lost = sorted([apart["north:1"], apart["south:1"]])
    assert together["north:1"] == kept
    logged = "select citizen_key, other_key, night from ledger_event where event = '{}'"
    assert query(store, logged.format("merged")) == [(lost, kept, 2)]

    _, undone = link_rows([*others, numbered, vague], tmp_path)
    assert undone.returned == 1
    assert keys(store) == apart
    assert query(store, logged.format("returned")) == [(lost, kept, 3)]


def test_twins_and_a_father_and_son_of_one_name_are_four_people(tmp_path: Path) -> None:
    home = {"address_line": "4 Heron Street", "postcode": "ZA2 2AB", "phone": "01632 960001"}
    born = date(2009, 6, 2)
    family = [
        person("north:t1", "Bethan", "Caldcombe", born, **home),
        person("south:t1", "Bethan", "Caldcombe", born, **home,
               trusted_ids=["nhs_number:9434765919"]),
        person("north:t2", "Marek", "Caldcombe", born, **home),
        person("south:t2", "Marek", "Caldcombe", born, **home,
               trusted_ids=["nhs_number:9434765870"]),
        person("west:t2", "Caldcombe", "Marek", born, **home),
        person("north:f", "Edwin", "Caldcombe", date(1971, 2, 27), **home),
        person("south:f", "Edwin", "Caldcombe", date(1971, 2, 27), **home),
        person("north:s", "Edwin", "Caldcombe", date(1999, 11, 4), **home),
        person("south:s", "Eddie", "Caldcombe", date(1999, 11, 4), **home),
    ]  # fmt: skip
    store, summary = link_rows([*town(40, seed=8), *family], tmp_path)
    ours = {p for p in parts(store) if any(r.split(":")[1][0] in "tfs" for r in p)}
    assert ours == {
        frozenset({"north:t1", "south:t1"}),
        frozenset({"north:t2", "south:t2", "west:t2"}),
        frozenset({"north:f", "south:f"}),
        frozenset({"north:s", "south:s"}),
    }
    assert summary.vetoes["twins"] >= 4 and summary.vetoes["father and son"] >= 4


def test_two_numbers_of_one_issuer_never_meet_however_long_the_chain(tmp_path: Path) -> None:
    chain = [
        person(f"north:c{i}", "Ximena", "Walridge", date(1980, 8, 8), postcode="ZA3 3AB")
        for i in range(6)
    ]
    chain[0]["trusted_ids"] = ["ssn:123456789"]
    chain[5]["trusted_ids"] = ["ssn:987654321"]
    store, summary = link_rows([*town(20, seed=6), *chain], tmp_path)
    found = keys(store)
    assert found["north:c0"] != found["north:c5"]
    assert summary.vetoes["different ssn"] >= 1


def test_numbers_one_record_bears_together_are_aliases_and_no_veto(tmp_path: Path) -> None:
    same = ("Ximena", "Walridge", date(1980, 8, 8))
    renumbered = [
        person("north:1", *same, trusted_ids=["nhs_number:9434765919"]),
        person("south:1", *same, trusted_ids=["nhs_number:9434765919", "nhs_number:9434765870"]),
        person("west:1", *same, trusted_ids=["nhs_number:9434765870"]),
    ]
    store, _ = link_rows([*town(20, seed=6), *renumbered], tmp_path)
    assert len({keys(store)[r["record_id"]] for r in renumbered}) == 1


def test_people_who_object_stay_in_the_ledger_and_leave_everything_handed_over(
    tmp_path: Path,
) -> None:
    town_rows = town(10, seed=2)
    objection = {**town_rows[0], "record_id": "council:opt-1", "provider_id": "council"}
    opt_out = tmp_path / "opt_out.parquet"
    pl.DataFrame(
        {"record_id": ["council:opt-1"], "opted_out_date": [date(2025, 5, 1)]}
    ).write_parquet(opt_out)
    areas = tmp_path / "areas.parquet"
    pl.DataFrame(
        {"postcode": [town_rows[0]["postcode"], "ZA10AL"], "area_code": ["E05900001", "E05900002"]}
    ).write_parquet(areas)
    store, summary = link_rows(
        [*town_rows, objection], tmp_path, lookups=LinkageInputs([areas], [opt_out])
    )
    person_of = keys(store)
    objector = person_of["council:opt-1"]
    theirs = {record for record, key in person_of.items() if key == objector}
    assert len(theirs) == 4 and summary.opted_out == 1
    handed = hand_over(store, tmp_path / "out")
    records, citizens = pl.read_parquet(handed.record_citizen), pl.read_parquet(handed.citizen)
    assert objector not in citizens["citizen_key"].to_list()
    assert objector not in records["citizen_key"].to_list()
    assert set(records.filter("is_opted_out")["record_id"]) == theirs
    assert records.height == len(person_of)
    assert citizens.columns == [
        "citizen_key", "birth_month", "sex_code", "area_code", "death_date", "record_count",
        "provider_count",
    ]  # fmt: skip
    assert hand_over(store, tmp_path / "again").fingerprint == handed.fingerprint


def test_nothing_said_about_a_night_holds_a_personal_value(tmp_path: Path) -> None:
    canary = person(
        "north:1", "Zzyzxgiven", "Zzyzxfamily", date(1933, 3, 3), email="zzyzx@example.org",
        phone="07700900123", trusted_ids=["nhs_number:9434765919"], address_line="7 Zzyzx Road",
    )  # fmt: skip
    lines: list[str] = []
    _, summary = link_rows([*town(10, seed=2), canary], tmp_path, progress=lines.append)
    models = [path.read_text() for path in settings_for(tmp_path).models.rglob("*.json")]
    assert models
    said = " ".join([*lines, repr(summary), *models]).lower()
    assert lines
    assert not any(word in said for word in ("zzyzx", "9434765919", "7700900123", "1933"))


def test_a_row_without_a_record_id_stops_the_night_naming_the_provider_and_no_one_else(
    tmp_path: Path,
) -> None:
    nameless = {**BRIDGE[0], "record_id": None}
    with pytest.raises(InsightError) as stopped:
        link_rows([*town(2, seed=1), nameless], tmp_path)
    assert "provider north" in str(stopped.value) and "Pemberthy" not in str(stopped.value)
    assert not (tmp_path / "identity.duckdb").exists()


def test_evidence_of_a_wrong_type_stops_the_night_without_quoting_the_value(tmp_path: Path) -> None:
    path = tmp_path / "evidence.parquet"
    pl.DataFrame({"record_id": ["a:1"], "birth_date": ["Zzyzx"]}).write_parquet(path)
    with pytest.raises(InsightError) as stopped:
        link(path, tmp_path / "identity.duckdb", NOTHING, settings_for(tmp_path))
    assert "Zzyzx" not in str(stopped.value)


def test_a_store_that_cannot_be_read_stops_the_night_and_is_left_as_it_is(tmp_path: Path) -> None:
    store = tmp_path / "identity.duckdb"
    store.write_bytes(b"not a database")
    with pytest.raises(InsightError, match="every citizen id would change"):
        link_rows(BRIDGE, tmp_path)
    assert store.read_bytes() == b"not a database"


def test_a_store_of_an_earlier_layout_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    store = tmp_path / "identity.duckdb"
    with duckdb.connect(str(store)) as con:
        con.execute("create table meta (fingerprint varchar, night bigint)")
    before = store.read_bytes()
    with pytest.raises(InsightError, match="move the file away"):
        link_rows(BRIDGE, tmp_path)
    assert store.read_bytes() == before


@pytest.mark.parametrize("count", [0, 2])
def test_hardly_any_evidence_is_no_error(tmp_path: Path, count: int) -> None:
    store, summary = link_rows(BRIDGE[:count], tmp_path)
    assert summary.records == count == len(keys(store))


def test_rows_that_say_what_too_many_say_are_counted_and_not_passed_over_in_silence(
    tmp_path: Path,
) -> None:
    equal = [
        person(f"north:e{n:03d}", "Ximena", "Walridge", date(1980, 8, 8), postcode="ZA3 3AB")
        for n in range(450)
    ]
    lines: list[str] = []
    _, summary = link_rows([*town(10, seed=6), *equal], tmp_path, progress=lines.append)
    assert summary.left_out == 450
    assert any("450 records" in line and "not compared" in line for line in lines)
