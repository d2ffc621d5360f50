from __future__ import annotations

import re
from datetime import date
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from insight_pipeline.contracts.authoring.fake import fake_cell, fake_rows
from insight_pipeline.contracts.authoring.identities import FORMATS
from insight_pipeline.contracts.authoring.pattern import matching
from insight_pipeline.sql.runner import install_macros
from tests.unit.contracts.authoring.shop import law, of
from tests.unit.contracts.promises import column, contract

SEEDS = st.integers(0, 2**32 - 1)


@pytest.mark.parametrize(
    "pattern",
    [
        "[A-Z]{2}[0-9]{6}",
        "(BC|HS)-[0-9]+",
        "[^a-z]{3}x?",
        "a{2,5}[.]b*",
        "(?:ab|cd){2}",
        ".[!-/]",
        "^[0-9]{3}$",
    ],
)
@given(seed=SEEDS)
def test_a_text_drawn_from_a_pattern_matches_it(pattern: str, seed: int) -> None:
    assert re.fullmatch(pattern, matching(pattern, np.random.default_rng(seed)))


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    opened = duckdb.connect()
    install_macros(opened, law().macros)
    return opened


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_invented_identities_are_valid_and_every_format_we_know_has_some(
    connection: duckdb.DuckDBPyConnection, form: str
) -> None:
    rng = np.random.default_rng(1)
    made = [FORMATS[form](n, rng) for n in range(1, 400)]
    for value in made:
        assert connection.execute(f"select valid_{form}(?)", [value]).fetchall()[0][0] is not None
    if form not in ("phone", "postcode"):
        assert len(set(made)) == len(made)


def test_every_named_format_has_invented_values() -> None:
    named = {m.name.removeprefix("valid_") for m in law().macros if m.name.startswith("valid_")}
    assert named == set(FORMATS)


def test_invented_identities_belong_to_ranges_that_are_never_issued() -> None:
    rng = np.random.default_rng(1)
    starts = {"nhs_number": "999", "postcode": "ZA", "phone": "07700 900", "uprn": "999"}
    for form, start in starts.items():
        assert FORMATS[form](5, rng).startswith(start)


def cells(kind: str, **difference: Any) -> list[str]:
    promised = contract(column("A", kind, required=True, **difference))
    return fake_rows(promised, of(promised).frame, 60, seed=1)["A"].to_list()


def test_numbers_keep_their_limits_and_steps() -> None:
    options = {"exclusiveMinimum": 2, "maximum": 10, "multipleOf": 2}
    assert set(cells("integer", options=options)) == {"4", "6", "8", "10"}


def test_texts_keep_their_lengths() -> None:
    assert {len(cell) for cell in cells("string", options={"maxLength": 4, "minLength": 4})} == {4}


def test_dates_keep_their_format_and_their_limits() -> None:
    options = {"format": "dd/MM/yyyy", "minimum": "2025-02-01", "maximum": "2025-02-28"}
    assert all(cell.endswith("/02/2025") for cell in cells("date", options=options))


def test_codes_are_those_in_force() -> None:
    assert set(cells("string", vocabulary="sex_code")) == {"F", "M", "U"}


def test_a_key_tells_all_rows_apart_and_optional_cells_are_sometimes_empty() -> None:
    promised = contract(column("A", required=True), column("B"), key=("A",))
    rows = fake_rows(promised, of(promised).frame, 200, seed=1)
    assert rows["A"].n_unique() == 200 and rows["A"].null_count() == 0
    assert 0 < rows["B"].null_count() < 100


def test_births_come_long_before_what_happens_in_the_period() -> None:
    promised = contract(column("DOB", "date", required=True), column("Seen", "date", required=True))
    rows = fake_rows(promised, of(promised).frame, 50, seed=1).select(
        pl.all().str.to_date("%Y-%m-%d")
    )
    assert rows["DOB"].max() < date(2010, 1, 1) < rows["Seen"].min()  # type: ignore[operator]


@given(seed=SEEDS, n=st.integers(1, 10**6))
def test_one_cell_is_a_function_of_its_seed(seed: int, n: int) -> None:
    promised = column("A", "integer", options={"minimum": 1, "maximum": 99})
    frame = of(contract(promised)).frame
    one, two = (fake_cell(promised, frame, n, np.random.default_rng(seed)) for _ in range(2))
    assert one == two and 1 <= int(one) <= 99
