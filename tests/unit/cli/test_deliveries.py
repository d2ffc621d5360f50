"""`insight deliveries`: the table, one delivery in words, and approving one that is held."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from insight_pipeline.cli.main import main
from insight_pipeline.contracts.judging.verdict import Verdict, write_verdict
from insight_pipeline.contracts.standing.accounts import ACCOUNTS, Account, Accounts
from insight_pipeline.contracts.standing.approval import read_approval
from tests.conftest import ROOT

STEM = "activelife__visits"
HELD, ACCEPTED, OTHER = "aaaa000000000001", "aaaa000000000002", "bbbb000000000003"


def account(delivery_id: str, outcome: str, *notices: str) -> Account:
    values = {
        "delivery_id": delivery_id,
        "stem": STEM,
        "provider": "activelife",
        "period_from": "2025-01-01",
        "period_to": "2025-03-31",
        "submitted_at": "2025-04-07T09:00:00Z",
        "outcome": outcome,
        "reasons": ["declared_period"] if outcome == "refused" else [],
        "notices": notices,
        "received": 4,
        "accepted": 4 if outcome == "accepted" else 0,
        "quarantined": 4 if outcome == "held" else 0,
        "superseded": 0,
        "rejected": 4 if outcome == "refused" else 0,
    }
    return Account.model_validate(values, strict=False)


def verdict(held: Account) -> Verdict:
    """Of four rows received, three are sound and one is held back by itself."""
    told = held.model_dump(exclude={"reasons", "notices"}, mode="json")
    counts = {"outcome": "accepted", "accepted": 3, "quarantined": 1}
    more = {"contract_version": "1.0.0", "rules": [], "fingerprint": "verdict 1"}
    return Verdict.model_validate({**told, **counts, **more}, strict=False)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    known = (
        account(HELD, "held", "shrunken", "late"),
        account(ACCEPTED, "accepted", "drift.activity"),
        account(OTHER, "refused", "wrong_period"),
    )
    path = tmp_path / "accepted" / STEM / ACCOUNTS
    path.parent.mkdir(parents=True)
    path.write_text(Accounts(fingerprint="x", deliveries=known).model_dump_json())
    write_verdict(tmp_path / "accepted", verdict(known[0]))
    return tmp_path


def run(home: Path, *arguments: str) -> Result:
    environment = {"INSIGHT_HOME": str(home), "INSIGHT_PROJECT": str(ROOT)}
    return CliRunner(env=environment).invoke(main, ["deliveries", *arguments])


def approve(home: Path, delivery_id: str, by: str = "R. Okafor", reason: str = "closed") -> Result:
    return run(home, "approve", delivery_id, "--by", by, "--reason", reason)


def test_without_a_word_more_it_shows_the_table_with_notices(home: Path) -> None:
    result = run(home)
    assert result.exit_code == 0
    assert "shrunken, late" in result.output
    assert "3 deliveries" in result.output


def test_one_delivery_is_shown_in_words(home: Path) -> None:
    result = run(home, "show", "bbbb")
    assert result.exit_code == 0
    for words in (OTHER, STEM, "2025-03-31", "refused", "4 rejected", "declared_period"):
        assert words in result.output
    assert "wrong_period: Too many of its rows lie outside" in result.output


def test_drift_has_words_whatever_its_column(home: Path) -> None:
    assert "drift.activity: A column's values" in run(home, "show", ACCEPTED).output


def test_a_held_delivery_is_approved_with_name_and_reason(home: Path) -> None:
    result = approve(home, HELD[:16])
    assert result.exit_code == 0, result.output
    given = read_approval(home / "landing", HELD)
    assert given is not None
    assert (given.by, given.reason, given.stem) == ("R. Okafor", "closed", STEM)
    assert (given.accepted, given.verdict) == (3, "verdict 1")
    assert "by R. Okafor: closed" in run(home, "show", HELD).output


@pytest.mark.parametrize(
    ("delivery_id", "words"),
    [
        ("bbbb00000000003", "did you mean 'bbbb000000000003'?"),
        ("aaaa", "2 deliveries that begin so"),
        ("", "id"),
        (ACCEPTED, "one that is accepted"),
        (OTHER, "one that is refused"),
    ],
)
def test_what_cannot_be_approved_is_told_in_five_parts(
    home: Path, delivery_id: str, words: str
) -> None:
    result = approve(home, delivery_id)
    assert result.exit_code == 1
    for part in ("expected", "found", "consequence", "next step", words):
        assert part in result.output
    assert not (home / "landing" / "approvals").exists()


@pytest.mark.parametrize(("by", "reason"), [(" ", "closed"), ("R. Okafor", "")])
def test_nobody_approves_without_name_and_reason(home: Path, by: str, reason: str) -> None:
    assert approve(home, HELD, by, reason).exit_code == 1
    assert read_approval(home / "landing", HELD) is None


def test_name_and_reason_must_be_given(home: Path) -> None:
    assert run(home, "approve", HELD).exit_code == 2
