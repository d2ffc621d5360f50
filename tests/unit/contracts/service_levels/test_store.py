"""The scorecard's file: made once, left alone, made anew when anything behind it changed."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from insight_pipeline.contracts.judging.verdict import Verdict, write_verdict
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.service_levels.store import (
    bring_scorecard_up_to_date,
    read_scorecard,
    scorecard_path,
)
from insight_pipeline.contracts.standing.accounts import ACCOUNTS, Accounts
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.settings import Settings
from tests.unit.contracts.promises import STEM, home
from tests.unit.contracts.service_levels.deliveries import Q1, Q2, account, promised, verdict

FIRST = verdict("a", Q1, date(2025, 4, 7), accepted=10)
SECOND = verdict("b", Q2, date(2025, 7, 7), accepted=10)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = home(tmp_path)
    stand(made, FIRST)
    return made


def stand(settings: Settings, *verdicts: Verdict, notices: tuple[str, ...] = ()) -> None:
    for found in verdicts:
        write_verdict(settings.accepted, found)
    accounts = Accounts(
        fingerprint="stands", deliveries=tuple(account(v, notices=notices) for v in verdicts)
    )
    path = settings.accepted / STEM / ACCOUNTS
    path.write_text(accounts.model_dump_json(), encoding="utf-8")


def bring(settings: Settings, contract: Contract | None = None, **ends: date) -> bool:
    """Whether the scorecard stood already as it should."""
    made = bring_scorecard_up_to_date([contract or promised()], None, ends, settings)
    assert made.frame.equals(read_scorecard(settings))
    return made.unchanged


def digest(settings: Settings) -> str:
    return hashlib.sha256(scorecard_path(settings).read_bytes()).hexdigest()


def test_there_is_none_before_the_first(settings: Settings) -> None:
    with pytest.raises(InsightError, match=r"materialise service_levels\.scorecard first"):
        read_scorecard(settings)


def test_what_has_not_changed_is_left_alone_and_the_same_bytes_are_made_again(
    settings: Settings,
) -> None:
    assert bring(settings) is False
    first, changed_at = digest(settings), scorecard_path(settings).stat().st_mtime_ns
    assert bring(settings) is True
    assert scorecard_path(settings).stat().st_mtime_ns == changed_at
    scorecard_path(settings).unlink()
    assert bring(settings) is False
    assert digest(settings) == first


def test_whatever_changes_what_it_says_makes_it_anew(settings: Settings) -> None:
    bring(settings)
    stand(settings, FIRST, SECOND)
    assert bring(settings) is False
    stand(settings, FIRST, SECOND, notices=("duplicate",))
    assert bring(settings) is False
    assert bring(settings, replace(promised(latency=5), fingerprint="contract 2")) is False
    assert bring(settings, brightcare=date(2025, 3, 31)) is False
    assert bring(settings, brightcare=date(2025, 3, 31)) is True


def test_the_order_in_which_contracts_are_named_does_not_change_the_lines(
    settings: Settings,
) -> None:
    other = promised(dataset="notes")
    write_verdict(settings.accepted, verdict("n", Q1, stem=other.stem, accepted=3))
    path = settings.accepted / other.stem / ACCOUNTS
    told = Accounts(fingerprint="x", deliveries=(account(verdict("n", Q1, stem=other.stem)),))
    path.write_text(told.model_dump_json(), encoding="utf-8")
    one = bring_scorecard_up_to_date([promised(), other], None, {}, settings).frame
    scorecard_path(settings).unlink()
    assert bring_scorecard_up_to_date([other, promised()], None, {}, settings).frame.equals(one)
