"""Who may look behind a figure."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from insight_pipeline.governance.access import Access, Grant, is_granted, load_access, refusal
from insight_pipeline.kernel.errors import InsightError
from tests.conftest import ROOT

ACCESS = Access(
    grants=(
        Grant(
            user="ama",
            purposes=("commissioning", "geography"),
            until=date(2026, 3, 31),
            granted_by="guardian@ashmere.example",
        ),
    )
)


@pytest.mark.parametrize(
    ("user", "purpose", "today", "granted"),
    [
        ("ama", "commissioning", date(2026, 3, 31), True),
        ("ama", "geography", date(2020, 1, 1), True),
        ("ama", "commissioning", date(2026, 4, 1), False),
        ("ama", "denominators", date(2026, 3, 31), False),
        ("Ama", "commissioning", date(2026, 3, 31), False),
        ("ben", "commissioning", date(2026, 3, 31), False),
    ],
)
def test_a_grant_holds_for_its_account_its_purposes_and_to_its_last_day(
    user: str, purpose: str, today: date, granted: bool
) -> None:
    assert is_granted(ACCESS, user, purpose, today) is granted


def test_without_the_file_nobody_may(tmp_path: Path) -> None:
    access = load_access(tmp_path / "access.yaml")
    assert not is_granted(access, "ama", "commissioning", date(2026, 1, 1))


def test_the_projects_own_file_can_be_read() -> None:
    assert load_access(ROOT / "data_contracts" / "access.yaml").grants


def test_a_misspelt_key_is_told(tmp_path: Path) -> None:
    path = tmp_path / "access.yaml"
    path.write_text("grants:\n  - {user: a, purpose: [b], until: '2026-01-01', granted_by: c}\n")
    with pytest.raises(InsightError, match="purposes"):
        load_access(path)


def test_a_refusal_says_what_is_missing_and_not_who_else_may(tmp_path: Path) -> None:
    words = str(refusal("ben", "commissioning", tmp_path / "access.yaml"))
    assert "'ben'" in words
    assert "ama" not in words
