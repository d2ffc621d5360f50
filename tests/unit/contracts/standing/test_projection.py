"""Staging relies on the newest contract alone: earlier rows come in the newest columns."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from insight_pipeline.contracts.promise.contract import Column, Contract
from insight_pipeline.contracts.standing.accounts import current_path
from insight_pipeline.contracts.standing.reckoning import bring_up_to_date
from insight_pipeline.settings import Settings
from tests.unit.contracts.promises import STEM, column, contract, home
from tests.unit.contracts.sent import Sent, judged

OLD_DATE = column("When", "date", options={"format": "dd/MM/yyyy"})


@pytest.fixture
def options(tmp_path: Path) -> Settings:
    return home(tmp_path)


def versions(newest: Column, older: Column) -> Contract:
    first = contract(column("Ref", key=True), older, mark="contract 1")
    second = contract(column("Ref", key=True), newest, version="2.0.0", mark="contract 2")
    return replace(second, earlier=(first,))


def values(options: Settings, promise: Contract, *sent: Sent) -> list[object]:
    bring_up_to_date(promise, [judged(options, one) for one in sent], options)
    frame = pl.read_parquet(current_path(options, STEM))
    assert frame.columns[:2] == [each.name for each in promise.columns]
    return frame.sort("Ref")[promise.columns[1].name].to_list()


def old(value: str | None, name: str = "When") -> Sent:
    return Sent("a", (("1", value),), columns=("Ref", name))


def new(value: str, name: str) -> Sent:
    return Sent("b", (("2", value),), day=1, version="2.0.0", columns=("Ref", name))


def test_a_column_of_the_same_name_stays_as_it_is(options: Settings) -> None:
    promise = versions(column("Note"), column("Note"))
    assert values(options, promise, old("x", "Note"), new("y", "Note")) == ["x", "y"]


def test_a_renamed_column_is_found_by_its_header_synonym(options: Settings) -> None:
    promise = versions(column("Comment", headerSynonyms=["Note"]), column("Note"))
    assert values(options, promise, old("x", "Note"), new("y", "Comment")) == ["x", "y"]


def test_a_column_the_old_version_lacks_is_empty(options: Settings) -> None:
    promise = versions(column("Comment"), column("Note"))
    assert values(options, promise, old("x", "Note"), new("y", "Comment")) == [None, "y"]


@pytest.mark.parametrize(
    ("form", "expected"), [("yyyy-MM-dd", "2025-04-03"), ("MM/dd/yyyy", "04/03/2025")]
)
def test_a_date_is_rewritten_to_the_newest_format(
    options: Settings, form: str, expected: str
) -> None:
    promise = versions(column("When", "date", options={"format": form}), OLD_DATE)
    assert values(options, promise, old("03/04/2025")) == [expected]


def test_what_was_no_date_then_is_no_date_now(options: Settings) -> None:
    promise = versions(column("When", "date", options={"format": "MM/dd/yyyy"}), OLD_DATE)
    assert values(options, promise, old("04/25/2025")) == [None]
    assert values(options, promise, old("soon")) == ["soon"]


def test_a_key_holds_across_versions(options: Settings) -> None:
    promise = versions(column("Comment", headerSynonyms=["Note"]), column("Note"))
    replaced = Sent("b", (("1", "new"),), day=1, version="2.0.0", columns=("Ref", "Comment"))
    assert values(options, promise, old("x", "Note"), replaced) == ["new"]


def test_a_version_that_is_kept_no_more_is_read_by_its_columns(options: Settings) -> None:
    promise = versions(column("Note"), column("Note"))
    gone = replace(old("x", "Note"), version="0.9.0")
    assert values(options, promise, gone) == ["x"]
