"""An approval is somebody's word about one content: kept, and read back as it was given."""

from __future__ import annotations

from pathlib import Path

import pytest

from insight_pipeline.contracts.standing.approval import (
    Approval,
    approved_deliveries,
    read_approval,
    write_approval,
)
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.settings import Settings
from tests.unit.contracts.promises import STEM, home
from tests.unit.contracts.sent import Sent, judged

ID = "0123456789abcdef"
GIVEN = Approval(
    delivery_id=ID, stem=STEM, by="R. Okafor", reason="closed in May", accepted=4, verdict="v"
)


@pytest.fixture
def options(tmp_path: Path) -> Settings:
    return home(tmp_path)


def test_an_approval_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_approval(tmp_path, GIVEN)
    assert read_approval(tmp_path, ID) == GIVEN


@pytest.mark.parametrize(("rows", "approved"), [(4, True), (5, True), (3, False), (0, False)])
def test_an_approval_holds_while_no_fewer_rows_are_sound(
    options: Settings, rows: int, approved: bool
) -> None:
    write_approval(options.landing, GIVEN)
    sent = Sent(ID, tuple((str(n), "x") for n in range(rows)))
    other = Sent("fedcba9876543210", sent.rows)
    verdicts = [judged(options, sent), judged(options, other)]
    assert approved_deliveries(options.landing, verdicts) == ({ID} if approved else set())


def test_nothing_is_approved_at_first(options: Settings) -> None:
    assert read_approval(options.landing, ID) is None
    assert approved_deliveries(options.landing, [judged(options, Sent(ID, ()))]) == frozenset()


def test_other_files_beside_approvals_approve_nothing(options: Settings) -> None:
    folder = options.landing / "approvals"
    folder.mkdir(parents=True)
    (folder / "notes.json").write_text("{}")
    assert approved_deliveries(options.landing, [judged(options, Sent(ID, ()))]) == frozenset()


def test_a_misspelt_approval_is_an_error(tmp_path: Path) -> None:
    folder = tmp_path / "approvals"
    folder.mkdir()
    (folder / f"{ID}.json").write_text('{"delivery_id": "x", "stem": "a__b", "bye": "me"}')
    with pytest.raises(InsightError, match="unknown key 'bye'"):
        read_approval(tmp_path, ID)
