"""The file of verdicts and its manifest."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from pathlib import Path

from insight_pipeline.landing.inbox import drops
from insight_pipeline.landing.manifest import MANIFEST_SUFFIX, read_manifest
from insight_pipeline.linkage.review.delivery import COLUMNS, Destination, write_delivery
from tests.conftest import ROOT
from tests.unit.linkage.review.judged import judgement

AT = datetime(2025, 7, 9, 8, 0, 0, 123, tzinfo=UTC)
CONTRACT = ROOT / "data_contracts" / "providers" / "council__linkage_decisions.odcs.yaml"


def to(inbox: Path) -> Destination:
    return Destination(inbox, "council", "linkage_decisions", "1.0.0")


def test_a_delivery_has_the_contract_s_columns_and_is_a_whole_drop(tmp_path: Path) -> None:
    rows = [judgement(2, decided_at="2025-07-08 10:00:00"), judgement(1)]
    path = write_delivery(rows, to(tmp_path), AT)
    manifest = read_manifest(path.with_name(path.name + MANIFEST_SUFFIX), "manifest")
    assert (manifest.stem, manifest.rows) == ("council__linkage_decisions", 2)
    assert (manifest.period_from, manifest.period_to) == (date(2025, 7, 8), date(2025, 7, 8))
    assert [drop.path.parent for drop in drops(tmp_path)] == [path.parent]
    with path.open(newline="") as file:
        header, *cells = csv.reader(file)
    assert header == list(COLUMNS)
    promised = CONTRACT.read_text()
    assert all(f"- name: {name}\n" in promised for name in header)
    assert [row[0] for row in cells] == ["d1", "d2"]
    assert cells[0][header.index("reason")] == "Moved, in May"
    assert cells[0][header.index("is_blind")] == "true"


def test_signs_that_part_a_list_are_written_so_that_they_do_not(tmp_path: Path) -> None:
    odd = judgement(1, records_l=("n:1;2", "n:50%"), reason='Said "no";\nthen yes')
    path = write_delivery([odd], to(tmp_path), AT)
    with path.open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["records_l"] == "n:1%3B2;n:50%25"
    assert row["reason"] == 'Said "no"; then yes'


def test_the_same_verdicts_give_the_same_bytes(tmp_path: Path) -> None:
    rows = [judgement(1), judgement(2)]
    one = write_delivery(rows, to(tmp_path / "a"), AT)
    other = write_delivery(rows[::-1], to(tmp_path / "b"), AT)
    assert (one.name, one.read_bytes()) == (other.name, other.read_bytes())
