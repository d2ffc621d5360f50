"""The scorecard against an example worked by hand."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from insight_pipeline.contracts.service_levels.facts import Feed, gather
from insight_pipeline.contracts.service_levels.scorecard import COLUMNS, scorecard
from insight_pipeline.settings import Settings
from tests.unit.contracts.promises import home
from tests.unit.contracts.service_levels.deliveries import (
    Q1,
    Q3,
    account,
    feed,
    promised,
    verdict,
)

# Cases, first quarter: refused; then 96 sound or held rows, late; then 100 sound ones.
A1 = verdict("a1", Q1, date(2025, 4, 7), outcome="refused", rejected=100)
A2 = verdict(
    "a2",
    Q1,
    date(2025, 4, 17),
    profile={"case_id": {"*": 96}, "Outcome code": {"*": 72, "A": 70, "": 24}, "else": {"": 96}},
    accepted=90,
    quarantined=6,
    superseded=4,
)
A3 = verdict(
    "a3",
    Q1,
    date(2025, 4, 29),
    profile={"case_id": {"*": 100, "": 0}, "Outcome code": {"*": 100, "A": 80, "B": 20}},
    accepted=100,
)
# Nothing came for the second quarter; the third quarter's file was sent twice.
A4 = verdict("a4", Q3, date(2025, 10, 7), accepted=50)
SENT_TWICE = account(A4, notices=("duplicate",))
# Notes, of the same provider: sound and on time.
NOTES = "brightcare__notes"
B1 = verdict("b1", Q1, date(2025, 4, 7), stem=NOTES, accepted=100)
B3 = verdict("b3", Q3, date(2025, 10, 6), stem=NOTES, accepted=50)
B2_REFUSED = verdict(
    "b2",
    (date(2025, 4, 1), date(2025, 6, 30)),
    date(2025, 10, 6),
    "refused",
    stem=NOTES,
    rejected=5,
)

# Person one is known by number in both datasets, two by name, the others not well enough.
EVIDENCE = """
    select * from (values
        ('a3', 'b:1', ['nhs:9990000018'], null, null, null, null),
        ('a3', 'b:1', [], null, null, null, null),
        ('a3', 'b:2', [], 'Ada', 'Moss', date '1990-01-02', 'ZA11AA'),
        ('a3', 'b:3', [], 'Ben', null, date '1990-01-02', 'ZA11AA'),
        ('a3', 'b:4', [], 'Cy', 'Dell', null, 'ZA11AA'),
        ('b1', 'b:1', [], null, null, null, null),
        ('stranger', 'x:1', ['nhs:9990000018'], null, null, null, null)
    ) e(delivery_id, record_id, trusted_ids, given_name, family_name, birth_date, postcode)
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return home(tmp_path)


@pytest.fixture
def evidence(tmp_path: Path) -> Path:
    path = tmp_path / "person_evidence.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"copy ({EVIDENCE}) to '{path}' (format parquet)")
    return path


def feeds() -> list[Feed]:
    return [
        feed(promised(), A1, A2, A3, A4, accounts=(SENT_TWICE,)),
        feed(promised(dataset="notes"), B1, B2_REFUSED, B3),
    ]


def line(card: pl.DataFrame, stem: str | None, month: date) -> dict[str, Any]:
    of_month = card.filter(pl.col("period_month") == month)
    (found,) = of_month.filter(pl.col("stem").eq_missing(pl.lit(stem))).to_dicts()
    return {name: float(v) if isinstance(v, Decimal) else v for name, v in found.items()}


def test_a_month_with_a_refused_a_late_and_a_sound_delivery(
    settings: Settings, evidence: Path
) -> None:
    card = scorecard(gather(feeds(), {}), evidence, settings)
    assert line(card, "brightcare__cases", date(2025, 3, 1)) == {
        "provider_id": "brightcare",
        "stem": "brightcare__cases",
        "period_month": date(2025, 3, 1),
        "deliveries_expected": 1,
        "deliveries_received": 3,
        "on_time_share": 0,
        "worst_late_days": 3,  # a2 came on the 17th, due on the 14th
        "rows_received": 300,
        "rows_accepted": 190,
        "rows_rejected": 100,
        "completeness": 0.9388,  # (96 + 72 + 200) of (192 + 200) cells
        "validity": 0.6419,  # 190 of 300 less 4 repeats
        "rejected_share": 0.3333,
        "duplicates_share": 0.0133,  # 4 of 300
        "record_count": 4,
        "linkability": 0.5,
        "deliveries_at_fault": 2,
        "deliveries_mended": 2,
        "correction_days": 11.0,  # 10 days from a1 to a2, 12 from a2 to a3
        "is_frequency_kept": True,
        "is_latency_kept": False,
    }


def test_a_month_that_never_came(settings: Settings) -> None:
    card = scorecard(gather(feeds(), {}), None, settings)
    missed = line(card, "brightcare__cases", date(2025, 6, 1))
    assert missed["deliveries_expected"] == 1
    assert missed["deliveries_received"] == missed["rows_received"] == 0
    assert missed["worst_late_days"] == 85, "14 July to the scorecard's today, 7 October"
    assert (missed["is_frequency_kept"], missed["is_latency_kept"]) == (False, False)
    assert missed["on_time_share"] == 0
    shares = ("completeness", "validity", "rejected_share", "duplicates_share", "linkability")
    assert [missed[name] for name in shares] == [None] * 5
    assert missed["correction_days"] is None


def test_a_file_sent_twice_counts_once_and_as_duplicate(settings: Settings) -> None:
    card = scorecard(gather(feeds(), {}), None, settings)
    sent = line(card, "brightcare__cases", date(2025, 9, 1))
    assert (sent["deliveries_received"], sent["rows_received"]) == (1, 50)
    assert (sent["duplicates_share"], sent["validity"]) == (0.5, 1)
    assert (sent["on_time_share"], sent["worst_late_days"]) == (1, 0)
    assert (sent["is_frequency_kept"], sent["is_latency_kept"]) == (True, True)


def test_a_provider_s_line_is_about_all_its_datasets(settings: Settings, evidence: Path) -> None:
    card = scorecard(gather(feeds(), {}), evidence, settings)
    both = line(card, None, date(2025, 3, 1))
    assert (both["deliveries_expected"], both["deliveries_received"]) == (2, 4)
    assert (both["on_time_share"], both["worst_late_days"]) == (0.5, 3)
    assert (both["rows_received"], both["rows_accepted"]) == (400, 290)
    assert both["validity"] == 0.7323, "290 of 396, not the mean of two shares"
    assert (both["record_count"], both["linkability"]) == (4, 0.5), "a record counts once"
    assert both["is_latency_kept"] is False


def test_a_record_is_judged_by_the_month_s_evidence_alone(
    settings: Settings, evidence: Path
) -> None:
    card = scorecard(gather(feeds(), {}), evidence, settings)
    notes = line(card, NOTES, date(2025, 3, 1))
    assert (notes["record_count"], notes["linkability"]) == (1, 0)


def test_a_refused_delivery_after_its_day_leaves_the_month_owed(settings: Settings) -> None:
    owed = line(scorecard(gather(feeds(), {}), None, settings), NOTES, date(2025, 6, 1))
    assert (owed["deliveries_expected"], owed["deliveries_received"]) == (1, 1)
    assert (owed["is_frequency_kept"], owed["worst_late_days"]) == (False, 85)
    assert (owed["rejected_share"], owed["validity"]) == (1, 0)
    assert (owed["deliveries_at_fault"], owed["deliveries_mended"]) == (1, 0)


def test_a_delivery_our_engine_failed_on_says_nothing_about_its_rows(settings: Settings) -> None:
    failed = verdict("e", Q1, date(2025, 4, 7), outcome="error", rejected=7)
    card = scorecard(gather([feed(promised(), failed)], {}), None, settings)
    said = line(card, None, date(2025, 3, 1))
    assert (said["deliveries_received"], said["rows_received"]) == (1, 0)
    assert (said["validity"], said["rejected_share"]) == (None, None)
    assert said["is_latency_kept"] is True


def test_columns_are_as_described_and_lines_in_one_order(settings: Settings) -> None:
    card = scorecard(gather(feeds(), {}), None, settings)
    assert card.columns == list(COLUMNS)
    months = [date(2025, 3, 1), date(2025, 6, 1), date(2025, 9, 1)]
    stems = [None, "brightcare__cases", NOTES]
    assert card.select("period_month", "stem").rows() == [(m, s) for m in months for s in stems]
    assert scorecard(gather([], {}), None, settings).columns == list(COLUMNS)


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_feeds_and_deliveries_changes_nothing(
    settings: Settings, evidence: Path, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311
    mixed = [
        Feed(f.contract, tuple(chance.sample(f.accounts, len(f.accounts))), f.verdicts)
        for f in chance.sample(feeds(), 2)
    ]
    expected = scorecard(gather(feeds(), {}), evidence, settings)
    assert scorecard(gather(mixed, {}), evidence, settings).equals(expected)
