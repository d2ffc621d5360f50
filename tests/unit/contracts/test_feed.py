"""From the inbox to the dataset as it stands: the same, in whatever order and nights drops come."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from insight_pipeline.contracts.feed import FeedResult, process_feed
from insight_pipeline.contracts.judging.law import Law
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.standing.accounts import current_path, read_accounts
from insight_pipeline.contracts.standing.approval import Approval, write_approval
from insight_pipeline.kernel.fingerprint import fingerprint
from insight_pipeline.landing.manifest import MANIFEST_SUFFIX
from insight_pipeline.landing.reception import receive
from insight_pipeline.settings import Settings
from tests.unit.contracts.promises import DATASET, PROVIDER, STEM, column, contract, home

LAW = Law(
    pl.DataFrame(
        schema=dict.fromkeys(
            ["vocabulary", "code", "label", "synonyms", "valid_from", "valid_to", "source"],
            pl.String,
        )
    ),
    (),
)
MODES = ["upsert", "replace_period", "replace", "append"]
Q1 = {"period_from": "2025-01-01", "period_to": "2025-03-31", "contract_version": "1.0.0"}
Q2 = {"period_from": "2025-04-01", "period_to": "2025-06-30", "contract_version": "2.0.0"}
OLD = "Ref,Start\n"
NEW = "Ref,Begun,Note\n"


def promise(mode: str) -> Contract:
    """Version 2 renamed a column, writes its dates otherwise and added a column."""
    key = column("Ref", required=True, key=True)
    first = contract(
        key,
        column("Start", "date", options={"format": "dd/MM/yyyy"}),
        mode=mode,
        key=("Ref",),
        mark="version 1",
        inForce={"to": "2025-03-31"},
    )
    second = contract(
        key,
        column("Begun", "date", headerSynonyms=["Start"]),
        column("Note"),
        mode=mode,
        key=("Ref",),
        version="2.0.0",
        mark="version 2",
        inForce={"from": "2025-04-01"},
    )
    return replace(second, earlier=(first,))


def drops() -> dict[str, tuple[str, dict[str, Any]]]:
    """Name → content and declaration: resubmissions, a repeat, a shrunken and refused ones."""
    many = "".join(f"{n},0{n}/01/2025\n" for n in range(1, 9))
    corrected = "".join(f"{n},1{n}/01/2025\n" for n in range(1, 8))
    later = "".join(f"{n},2025-04-0{n},x\n" for n in range(3, 9))
    return {
        "first": (OLD + many + "9,soon\n", {**Q1, "submitted_at": "2025-04-02T09:00:00Z"}),
        "repeat": (OLD + many + "9,soon\n", {**Q1, "submitted_at": "2025-05-02T09:00:00Z"}),
        "corrected": (OLD + corrected, {**Q1, "submitted_at": "2025-04-09T09:00:00Z"}),
        "shrunken": (OLD + "1,31/01/2025\n", {**Q1, "submitted_at": "2025-06-01T09:00:00Z"}),
        "next": (NEW + later, {**Q2, "submitted_at": "2025-07-02T09:00:00Z"}),
        "wrong": (
            NEW + later,
            {**Q2, "contract_version": "7", "submitted_at": "2025-07-03T09:00:00Z"},
        ),
        "back": (
            OLD + many.replace("2025", "2024"),
            {**Q1, "submitted_at": "2025-08-01T09:00:00Z"},
        ),
    }


def deliver(settings: Settings, names: Sequence[str]) -> None:
    for name in names:
        content, declared = drops()[name]
        path = settings.inbox / PROVIDER / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        values = {"provider": PROVIDER, "dataset": DATASET, "file": path.name, **declared}
        path.with_name(path.name + MANIFEST_SUFFIX).write_text(json.dumps(values))


def night(settings: Settings, mode: str) -> FeedResult:
    found = receive(settings.inbox, settings.landing)
    assert found.faults == ()
    return process_feed(promise(mode), LAW, settings)


def told(settings: Settings) -> tuple[str, bytes]:
    accounts = read_accounts(settings, STEM)
    assert accounts is not None
    assert all(account.balances for account in accounts.deliveries)
    return accounts.model_dump_json(), current_path(settings, STEM).read_bytes()


@pytest.mark.parametrize("mode", MODES)
def test_order_nights_repeats_and_reruns_change_nothing(tmp_path: Path, mode: str) -> None:
    at_once = home(tmp_path / "at once")
    deliver(at_once, list(drops()))
    night(at_once, mode)
    expected = told(at_once)
    for shuffle in ("one", "another"):
        settings = home(tmp_path / shuffle)
        order = sorted(drops(), key=lambda name: fingerprint(name, shuffle, mode))
        for first in range(0, len(order), 3):
            deliver(settings, order[first : first + 3])
            night(settings, mode)
        assert told(settings) == expected
        assert night(settings, mode).unchanged
        assert told(settings) == expected


def test_each_kind_is_recognised(tmp_path: Path) -> None:
    settings = home(tmp_path)
    deliver(settings, list(drops()))
    accounts = night(settings, "replace_period").accounts.deliveries
    found = [(a.outcome, set(a.notices)) for a in accounts]
    assert found == [
        ("accepted", {"duplicate", "stale"}),
        ("accepted", {"full_replacement", "stale"}),
        ("held", {"shrunken", "stale"}),
        ("accepted", set()),
        ("refused", {"wrong_version"}),
        ("accepted", {"full_replacement", "out_of_order"}),
    ]


def test_an_old_file_sent_again_as_the_next_period_is_recognised(tmp_path: Path) -> None:
    settings = home(tmp_path)
    deliver(settings, ["first"])
    manifest = settings.inbox / PROVIDER / f"first.csv{MANIFEST_SUFFIX}"
    earlier = {**json.loads(manifest.read_text()), "period_from": "2024-10-01"}
    again = {**earlier, "period_to": "2024-12-31", "submitted_at": "2025-05-05T09:00:00Z"}
    manifest.with_name(f"again{MANIFEST_SUFFIX}").write_text(json.dumps(again))
    accounts = night(settings, "append").accounts.deliveries
    assert ["same_content" in account.notices for account in accounts] == [False, True]


def test_an_approved_delivery_stands_from_the_next_night_on(tmp_path: Path) -> None:
    settings = home(tmp_path)
    deliver(settings, ["first", "shrunken"])
    _, held = night(settings, "replace").accounts.deliveries
    assert (held.outcome, held.quarantined) == ("held", 1)
    given = Approval(
        delivery_id=held.delivery_id,
        stem=STEM,
        by="R. Okafor",
        reason="closed",
        accepted=1,
        verdict="v",
    )
    write_approval(settings.landing, given)
    result = night(settings, "replace")
    assert [a.accepted for a in result.accounts.deliveries] == [0, 1]
    assert result.judged_now == frozenset(), "nothing is judged again"
    write_approval(settings.landing, given.model_copy(update={"accepted": 2}))
    _, again = night(settings, "replace").accounts.deliveries
    assert again.outcome == "held", "two rows were approved, one is left"


def test_staging_sees_the_newest_columns_alone(tmp_path: Path) -> None:
    settings = home(tmp_path)
    deliver(settings, ["first", "next"])
    night(settings, "append")
    rows = pl.read_parquet(current_path(settings, STEM))
    assert rows.columns[:3] == ["Ref", "Begun", "Note"]
    assert rows.height == 14
    assert rows["Begun"].str.to_date("%Y-%m-%d", strict=True).null_count() == 0
    assert rows["Note"].null_count() == 8
