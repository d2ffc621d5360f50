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

ID = "0123456789abcdef"


def test_an_approval_is_read_as_it_was_written(tmp_path: Path) -> None:
    given = Approval(delivery_id=ID, stem="a__b", by="R. Okafor", reason="service closed in May")
    write_approval(tmp_path, given)
    assert read_approval(tmp_path, ID) == given
    assert approved_deliveries(tmp_path) == {ID}


def test_nothing_is_approved_at_first(tmp_path: Path) -> None:
    assert read_approval(tmp_path, ID) is None
    assert approved_deliveries(tmp_path) == frozenset()


def test_other_files_beside_approvals_approve_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "approvals"
    folder.mkdir()
    (folder / "notes.json").write_text("{}")
    assert approved_deliveries(tmp_path) == frozenset()


def test_a_misspelt_approval_is_an_error(tmp_path: Path) -> None:
    folder = tmp_path / "approvals"
    folder.mkdir()
    (folder / f"{ID}.json").write_text('{"delivery_id": "x", "stem": "a__b", "bye": "me"}')
    with pytest.raises(InsightError, match="unknown key 'bye'"):
        read_approval(tmp_path, ID)
