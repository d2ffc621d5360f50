"""`insight deliveries`: the table, one delivery in words, and approving one that is held."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from insight_pipeline.cli.main import main
from insight_pipeline.contracts.judging.verdict import Verdict, write_verdict
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.replay import Replay, Replayed
from insight_pipeline.contracts.standing.accounts import ACCOUNTS, Account, Accounts
from insight_pipeline.contracts.standing.approval import read_approval
from insight_pipeline.indicators.catalogue import Catalogue, load_catalogue
from insight_pipeline.landing.manifest import Manifest
from insight_pipeline.landing.receipt import Receipt, make_receipt, write_receipt
from insight_pipeline.settings import Settings
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


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(Settings(home=ROOT / "nowhere", project=ROOT))


@pytest.fixture(autouse=True)
def files_read_once(monkeypatch: pytest.MonkeyPatch, catalogue: Catalogue) -> None:
    monkeypatch.setattr("insight_pipeline.cli.deliveries.load_catalogue", lambda asked: catalogue)


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
    for each in known:
        write_receipt(tmp_path / "landing", receipt(each))
    return tmp_path


def receipt(known: Account) -> Receipt:
    declared = {
        "provider": known.provider,
        "dataset": "visits",
        "contract_version": "1.0.0",
        "period_from": known.period_from,
        "period_to": known.period_to,
        "submitted_at": known.submitted_at,
        "file": "visits.csv",
    }
    made = make_receipt(Manifest.model_validate(declared), "0" * 64, 4321, "utf-8")
    return made.model_copy(update={"delivery_id": known.delivery_id, "drops": ("a", "b")})


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
    assert "4,321 bytes, sent 2 times" in result.output
    assert "Read by      stg_activelife__visits" in result.output
    assert "people_served" in result.output
    assert "Visible in   no figure" in result.output


def replaying(monkeypatch: pytest.MonkeyPatch, **changed: object) -> list[set[str]]:
    """Replays are made up: the verdict that stood with these values; returns what was asked."""
    asked: list[set[str]] = []

    def replay(contract: Contract, law: object, settings: object, ids: list[str]) -> Replay:
        asked.append(set(ids))
        before = verdict(account(ids[0], "held"))
        now = before.model_copy(update=changed)
        return Replay(contract, (Replayed(before, now),), changed=bool(changed), faults=())

    monkeypatch.setattr("insight_pipeline.cli.deliveries.replay_deliveries", replay)
    return asked


def test_a_replay_with_the_same_verdict_says_so(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = replaying(monkeypatch)
    result = run(home, "replay", "bbbb")
    assert (result.exit_code, asked) == (0, [{OTHER}])
    assert f"{OTHER}  {STEM}  the same verdict" in result.output
    assert "All datasets are as they were." in result.output


def test_a_replay_with_another_verdict_ends_with_1_and_tells_the_counts(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replaying(monkeypatch, accepted=2, quarantined=2)
    result = run(home, "replay", OTHER)
    assert result.exit_code == 1
    for words in ("another verdict", "accepted: 3 before, 2 now", f"Changed: {STEM}. Feedback"):
        assert words in result.output


def test_an_engine_failure_in_a_replay_ends_with_1_and_says_what_stands(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replaying(monkeypatch, outcome="error", accepted=0)
    result = run(home, "replay", OTHER)
    assert result.exit_code == 1
    assert "the earlier verdict stands" in result.output
    assert "before" not in result.output


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (["--feed", STEM], {HELD, ACCEPTED, OTHER}),
        (["--from", "2025-03-31"], {HELD, ACCEPTED, OTHER}),
        (["--from", "2024-01-01", "--to", "2025-01-01", "--feed", STEM], {HELD, ACCEPTED, OTHER}),
    ],
)
def test_deliveries_of_a_feed_or_a_period_are_replayed_together(
    home: Path, monkeypatch: pytest.MonkeyPatch, asked: list[str], found: set[str]
) -> None:
    calls = replaying(monkeypatch)
    assert run(home, "replay", *asked).exit_code == 0
    assert calls == [found]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ([], "neither"),
        (["bbbb", "--feed", STEM], "both"),
        (["--feed", "activelife__visit"], f"did you mean '{STEM}'?"),
        (["--from", "2025-04-01"], "deliveries whose period touches these days"),
        (["--to", "2024-12-31"], "deliveries whose period touches these days"),
        (["cccc"], "no delivery with this id"),
    ],
)
def test_what_cannot_be_replayed_is_told_in_five_parts(
    home: Path, asked: list[str], words: str
) -> None:
    result = run(home, "replay", *asked)
    assert result.exit_code == 1
    for part in ("expected", "found", "consequence", "next step", words):
        assert part in result.output


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
