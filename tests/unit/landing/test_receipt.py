"""A receipt's identity: the same bytes under the same declaration are the same receipt."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from insight_pipeline.kernel.strict import validate
from insight_pipeline.landing.manifest import Manifest
from insight_pipeline.landing.receipt import (
    Receipt,
    make_receipt,
    read_receipts,
    receipt_path,
    received_stems,
    write_receipt,
)

DECLARED: dict[str, Any] = {
    "provider": "activelife",
    "dataset": "visits",
    "contract_version": "1.0.0",
    "period_from": "2025-01-01",
    "period_to": "2025-03-31",
    "submitted_at": "2025-04-07T09:00:00Z",
    "file": "visits.csv",
}
CONTENT = "c0" * 32


def receipt(content: str = CONTENT, **changed: Any) -> Receipt:
    return make_receipt(
        validate({**DECLARED, **changed}, Manifest, "manifest"), content, 5, "ascii"
    )


def test_a_receipt_is_read_as_it_was_written(tmp_path: Path) -> None:
    written = receipt(rows=3)
    write_receipt(tmp_path, written)
    assert read_receipts(tmp_path, "activelife__visits") == (written,)
    assert received_stems(tmp_path) == ("activelife__visits",)


@pytest.mark.parametrize(
    "changed",
    [
        {"provider": "homestead"},
        {"dataset": "members"},
        {"contract_version": "1.1.0"},
        {"period_from": "2025-01-02"},
        {"period_to": "2025-04-01"},
        {"content": "d0" * 32},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_another_declaration_or_content_is_another_receipt(changed: dict[str, str]) -> None:
    assert receipt(**changed).delivery_id != receipt().delivery_id


@pytest.mark.parametrize(
    "changed", [{"file": "again.csv"}, {"submitted_at": "2025-05-01T09:00:00Z"}]
)
def test_another_file_name_or_another_day_is_the_same_receipt(changed: dict[str, str]) -> None:
    assert receipt(**changed).delivery_id == receipt().delivery_id


def test_the_same_delivery_sent_twice_keeps_the_earlier_submission_in_any_order(
    tmp_path: Path,
) -> None:
    sent = [
        receipt(submitted_at="2025-04-07T09:00:00Z"),
        receipt(submitted_at="2025-04-07T09:00:00.250Z"),
        receipt(submitted_at="2025-04-07T09:30:00+02:00"),
    ]
    for number, order in enumerate(permutations(sent)):
        landing = tmp_path / str(number)
        for one in order:
            write_receipt(landing, one)
        assert read_receipts(landing, "activelife__visits") == (sent[2],)


def test_copies_of_one_submission_that_say_different_things_leave_one_receipt_in_any_order(
    tmp_path: Path,
) -> None:
    sent = [receipt(rows=3), receipt(rows=4), receipt(file="b.csv")]
    kept = set()
    for number, order in enumerate(permutations(sent)):
        landing = tmp_path / str(number)
        for one in order:
            write_receipt(landing, one)
        kept.add(read_receipts(landing, "activelife__visits"))
    assert len(kept) == 1


def test_receipts_are_read_by_declared_submission(tmp_path: Path) -> None:
    late = receipt(period_from="2024-10-01", submitted_at="2025-06-01T00:00:00Z")
    early = receipt(submitted_at="2025-04-07T09:00:00Z")
    for one in (late, early):
        write_receipt(tmp_path, one)
    assert read_receipts(tmp_path, "activelife__visits") == (early, late)


def test_nothing_received_is_no_receipt(tmp_path: Path) -> None:
    assert read_receipts(tmp_path, "activelife__visits") == ()
    assert received_stems(tmp_path) == ()


def test_a_receipt_that_stands_is_not_written_again(tmp_path: Path) -> None:
    write_receipt(tmp_path, receipt())
    path = receipt_path(tmp_path, receipt())
    before = path.stat().st_ino
    write_receipt(tmp_path, receipt(submitted_at="2025-05-01T09:00:00Z"))
    assert path.stat().st_ino == before


def test_receipts_of_several_drops_unite_whatever_their_order(tmp_path: Path) -> None:
    days = ("2025-04-07", "2025-04-09", "2025-04-08")
    found = set()
    for number, order in enumerate(permutations(days)):
        for day in [*order, order[0]]:
            declared = validate(
                {**DECLARED, "submitted_at": f"{day}T09:00:00Z"}, Manifest, "manifest"
            )
            write_receipt(tmp_path / str(number), make_receipt(declared, CONTENT, 5, "x", day))
        found |= set(read_receipts(tmp_path / str(number), "activelife__visits"))
    (one,) = found
    assert one.drops == tuple(sorted(days))
    assert one.manifest.submitted_at.day == 7
