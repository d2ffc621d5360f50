"""Which tables come into the warehouse, in which columns, and when they are others."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from insight_pipeline.warehouse.sources import (
    LINKAGE_RATE_COLUMNS,
    Sources,
    pseudonymous_columns,
    source_columns,
    source_fingerprints,
    warehouse_contracts,
)
from tests.unit.warehouse.night import INTERNAL, sources


def test_only_contracts_of_the_warehouse_come_in() -> None:
    stems = [contract.stem for contract in warehouse_contracts(INTERNAL)]
    assert stems == ["service_event", "contract_spend"]
    assert "internal.person_evidence" not in source_columns(INTERNAL)


def test_the_citizen_stands_where_the_record_stood() -> None:
    assert list(pseudonymous_columns(INTERNAL[0])) == [
        *("event_id", "citizen_id", "provider_id", "service_code", "event_from_date")
    ]


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    assert before.keys() == after.keys()
    return {relation for relation in before if before[relation] != after[relation]}


def test_other_people_change_all_that_names_people_and_nothing_else(tmp_path: Path) -> None:
    before = source_fingerprints(INTERNAL, sources(tmp_path))
    after = source_fingerprints(INTERNAL, sources(tmp_path, people="people 2"))
    assert changed(before, after) == {
        "internal.citizen",
        "internal.linkage_draw",
        "internal.linkage_rate",
        "internal.service_event",
    }


def test_other_draws_change_the_draws_and_nothing_else(tmp_path: Path) -> None:
    other = "select 1 as draw, 'b:1' as record_id, 'c9' as citizen_id"
    before = source_fingerprints(INTERNAL, sources(tmp_path / "1"))
    after = source_fingerprints(INTERNAL, sources(tmp_path / "2", draws=other))
    assert changed(before, after) == {"internal.linkage_draw"}


def test_a_changed_reference_changes_its_own_fingerprint_only(tmp_path: Path) -> None:
    night = sources(tmp_path)
    before = source_fingerprints(INTERNAL, night)
    titles = pl.DataFrame({"service_code": ["leisure"], "title": ["Sport"]})
    other = Sources(
        night.feeds, night.population, {**night.references, "reference.service": titles}
    )
    assert changed(before, source_fingerprints(INTERNAL, other)) == {"reference.service"}


def test_fingerprints_do_not_depend_on_where_files_lie(tmp_path: Path) -> None:
    one = source_fingerprints(INTERNAL, sources(tmp_path / "one"))
    assert one == source_fingerprints(INTERNAL, sources(tmp_path / "two"))


def test_every_source_has_a_fingerprint_and_every_fingerprint_a_source(tmp_path: Path) -> None:
    marks = source_fingerprints(INTERNAL, sources(tmp_path))
    assert set(marks) == set(source_columns(INTERNAL))


def test_rows_counted_by_other_keys_are_counted_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = source_fingerprints(INTERNAL, sources(tmp_path))
    monkeypatch.setitem(LINKAGE_RATE_COLUMNS, "ward_code", "VARCHAR")
    after = source_fingerprints(INTERNAL, sources(tmp_path))
    assert changed(before, after) == {"internal.linkage_rate"}
