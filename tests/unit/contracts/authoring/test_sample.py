from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from insight_pipeline.contracts.authoring.broken import MODELS, broken_rows
from insight_pipeline.contracts.authoring.fake import fake_rows
from insight_pipeline.contracts.authoring.sample import Judge, failing, listed_issues, sample_rows
from insight_pipeline.contracts.judging.judge import bench
from insight_pipeline.contracts.judging.rules import compile_rules
from insight_pipeline.kernel.errors import InsightError
from tests.unit.contracts.authoring.shop import SETTINGS, STEMS, law, of, workshop
from tests.unit.contracts.promises import column, contract, row_rule

ROWS = 12


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    with bench(law(), SETTINGS) as desk, tempfile.TemporaryDirectory() as work:
        yield Judge(desk, law(), Path(work))


@pytest.mark.parametrize("stem", STEMS)
def test_the_sample_of_every_contract_keeps_it_and_the_broken_one_breaks_every_rule(
    judge: Judge, stem: str
) -> None:
    shop = workshop(stem)
    rows = sample_rows(shop.contract, shop.frame, judge, ROWS + len(MODELS), seed=3)
    kept = rows.head(ROWS)
    assert failing(kept, shop.contract, judge) == []
    assert listed_issues(kept, shop.contract, judge).is_empty()

    broken = broken_rows(shop.contract, shop.frame, judge, rows, seed=3)

    assert broken.unbroken == ()
    assert broken.rows.head(ROWS).equals(kept)
    told = {code for codes in broken.codes.values() for code in codes}
    assert told == {rule.code for rule in compile_rules(shop.contract) if rule.lists_rows}
    of_one_row = {rule.code for rule in compile_rules(shop.contract) if rule.limit is None}
    sound = {
        code
        for place, codes in broken.codes.items()
        for code in codes
        if place < ROWS and code in of_one_row and not _repeats(code)
    }
    assert sound == set()


def _repeats(code: str) -> bool:
    """Whether a sound row can break it by what a broken one repeats of it."""
    return code == "key_conflict" or code.endswith(".unique")


def test_the_same_seed_gives_the_same_rows_and_another_seed_others() -> None:
    shop = workshop(STEMS[0])
    one, same, other = (fake_rows(shop.contract, shop.frame, 20, seed) for seed in (1, 1, 2))
    assert one.equals(same) and not one.equals(other)


def test_rules_that_cannot_be_kept_together_are_named(judge: Judge) -> None:
    promised = contract(column("A", required=True), rules=(row_rule("never", '"A" is null'),))
    with pytest.raises(InsightError, match="0 of them"):
        sample_rows(promised, of(promised).frame, judge, 5, seed=1)


def test_a_format_nobody_invented_values_for_is_named() -> None:
    promised = contract(column("A", format="shoe_size"))
    with pytest.raises(InsightError, match="shoe_size"):
        fake_rows(promised, of(promised).frame, 5, seed=1)
