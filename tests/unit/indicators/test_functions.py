"""The statistical macros of functions/ against published vectors and against scipy."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.stats import binom, binomtest, chi2, norm

RELATIVE = 1e-9  # the vectors' own tolerance
LEVELS = ((0.95, "95_0"), (0.998, "99_8"))
once = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _number(text: str) -> float | None:
    return float(text) if text else None


def _count(text: str) -> int | float | None:
    number = _number(text)
    return int(number) if number is not None and number == int(number) else number


def _call(connection: duckdb.DuckDBPyConnection, macro: str, *values: object) -> float | None:
    places = ", ".join("?" for _ in values)
    result = connection.execute(f"select {macro}({places})", list(values)).fetchall()[0][0]
    return None if result is None else float(result)


def _agrees(found: float | None, expected: float | None) -> bool:
    if found is None or expected is None:
        return found is expected
    return math.isclose(found, expected, rel_tol=RELATIVE, abs_tol=1e-15)


@pytest.mark.shared
@pytest.mark.parametrize("statistic", ["proportion", "rate"])
def test_figures_equal_the_published_vectors(
    connection: duckdb.DuckDBPyConnection,
    shared_path: Callable[[str], Path],
    statistic: str,
) -> None:
    rows = _rows(shared_path(f"vectors/phe/{statistic}.csv"))
    assert rows
    for row in rows:
        x, n, m = (_count(row[key]) for key in ("Numerator", "Denominator", "multiplier"))
        where = f"{row['Area']} x {m}"
        assert _agrees(_call(connection, "figure_value", x, n, m), _number(row["value"])), where
        for level, name in LEVELS:
            for side in ("lower", "upper"):
                found = _call(connection, f"figure_{side}", statistic, x, n, n, None, m, level)
                assert _agrees(found, _number(row[f"{side}{name}cl"])), (where, side, level)


@pytest.mark.shared
def test_methods_are_named_as_in_the_published_vectors(
    connection: duckdb.DuckDBPyConnection, shared_path: Callable[[str], Path]
) -> None:
    for row in _rows(shared_path("vectors/phe/rate.csv")):
        query = "select rate_method(?::bigint)"
        found = connection.execute(query, [_count(row["Numerator"])]).fetchall()[0][0]
        assert (found or "") == row["method"], row["Area"]


@pytest.mark.shared
def test_bare_limits_equal_the_published_vectors(
    connection: duckdb.DuckDBPyConnection, shared_path: Callable[[str], Path]
) -> None:
    rows = _rows(shared_path("vectors/phe/interval_primitives.csv"))
    assert rows
    for row in rows:
        inputs = [_number(row["x"]), *([_number(row["n"])] if row["method"] == "Wilson" else [])]
        family = {"Wilson": "wilson", "Byars": "poisson_byar"}[row["method"]]
        level = round(float(row["confidence"]), 3)
        for side in ("lower", "upper"):
            found = _call(connection, f"{family}_{side}", *inputs, level)
            assert _agrees(found, _number(row[f"{side}cl"])), (row, side)


@once
@given(n=st.integers(1, 10_000_000), share=st.floats(0, 1), level=st.sampled_from([0.95, 0.998]))
def test_wilson_equals_scipy(
    connection: duckdb.DuckDBPyConnection, n: int, share: float, level: float
) -> None:
    x = round(n * share)
    expected = binomtest(x, n).proportion_ci(confidence_level=level, method="wilson")
    for side, limit in (("lower", expected.low), ("upper", expected.high)):
        found = _call(connection, f"wilson_{side}", x, n, level)
        assert found is not None
        assert math.isclose(found, limit, rel_tol=1e-9, abs_tol=1e-12)


@pytest.mark.parametrize("level", [0.95, 0.998])
@pytest.mark.parametrize("x", range(10))
def test_exact_limits_equal_scipy(
    connection: duckdb.DuckDBPyConnection, x: int, level: float
) -> None:
    lower = chi2.ppf((1 - level) / 2, 2 * x) / 2 if x else 0.0
    upper = chi2.ppf((1 + level) / 2, 2 * x + 2) / 2
    assert _agrees(_call(connection, "rate_lower", x, level), float(lower))
    assert _agrees(_call(connection, "rate_upper", x, level), float(upper))


@once
@given(x=st.integers(10, 10_000_000), level=st.sampled_from([0.95, 0.998]))
def test_byar_equals_its_formula(
    connection: duckdb.DuckDBPyConnection, x: int, level: float
) -> None:
    z = float(norm.ppf(0.5 + level / 2))
    lower = x * (1 - 1 / (9 * x) - z / (3 * math.sqrt(x))) ** 3
    upper = (x + 1) * (1 - 1 / (9 * (x + 1)) + z / (3 * math.sqrt(x + 1))) ** 3
    assert _agrees(_call(connection, "rate_lower", x, level), lower)
    assert _agrees(_call(connection, "rate_upper", x, level), upper)


@pytest.mark.parametrize("level", [0.95, 0.998])
def test_none_of_n_and_all_of_n_end_at_the_edges(
    connection: duckdb.DuckDBPyConnection, level: float
) -> None:
    assert _call(connection, "wilson_lower", 0, 12, level) == 0
    assert _call(connection, "wilson_upper", 12, 12, level) == 1


@pytest.mark.parametrize(("x", "n"), [(-1, 10), (11, 10), (0, 0), (None, 10), (1, None)])
def test_a_proportion_that_cannot_be_has_no_limits(
    connection: duckdb.DuckDBPyConnection, x: int | None, n: int | None
) -> None:
    for side in ("lower", "upper"):
        query = f"select wilson_{side}(?::bigint, ?::bigint, 0.95)"
        assert connection.execute(query, [x, n]).fetchall() == [(None,)]


def test_a_level_that_is_none_has_no_limits(connection: duckdb.DuckDBPyConnection) -> None:
    for macro in ("wilson_lower(5, 10, 0.8)", "rate_upper(5, 1)", "rate_lower(50, 89)"):
        assert connection.execute(f"select {macro}").fetchall() == [(None,)]


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        ("1960-06-01", "2025-05-31", 64),
        ("1960-06-01", "2025-06-01", 65),
        ("1960-02-29", "2025-02-28", 64),
        ("1960-02-29", "2025-03-01", 65),
        ("2025-03-01", "2025-03-01", 0),
        (None, "2025-03-01", None),
    ],
)
def test_age_is_in_completed_years(
    connection: duckdb.DuckDBPyConnection, born: str | None, day: str, age: int | None
) -> None:
    query = "select age_in_years(?::date, ?::date)"
    assert connection.execute(query, [born, day]).fetchall() == [(age,)]


@pytest.mark.parametrize(
    ("day", "quarter", "year"),
    [
        ("2025-03-31", ("2025-01-01", "2025-03-31"), ("2024-04-01", "2025-03-31")),
        ("2025-04-01", ("2025-04-01", "2025-06-30"), ("2025-04-01", "2026-03-31")),
        ("2024-12-31", ("2024-10-01", "2024-12-31"), ("2024-04-01", "2025-03-31")),
        ("2024-02-29", ("2024-01-01", "2024-03-31"), ("2023-04-01", "2024-03-31")),
        ("2025-06-30", ("2025-04-01", "2025-06-30"), ("2025-04-01", "2026-03-31")),
    ],
)
def test_periods_hold_their_first_and_last_day(
    connection: duckdb.DuckDBPyConnection,
    day: str,
    quarter: tuple[str, str],
    year: tuple[str, str],
) -> None:
    names = ("quarter_start", "quarter_end", "financial_year_start", "financial_year_end")
    calls = ", ".join(f"{name}(date '{day}')" for name in names)
    found = connection.execute(f"select {calls}").fetchall()[0]
    assert found == tuple(date.fromisoformat(text) for text in (*quarter, *year))


@pytest.mark.parametrize(
    ("count", "base", "rounded"),
    [(0, 5, 0), (8, 5, 10), (12, 5, 10), (13, 5, 15), (10023, 5, 10025), (15, 10, 20), (7, 1, 7)],
)
def test_counts_are_rounded_to_the_nearest_multiple(
    connection: duckdb.DuckDBPyConnection, count: int, base: int, rounded: int
) -> None:
    assert _call(connection, "round_to_base", count, base) == rounded


@once
@given(n=st.integers(1, 2_000), share=st.floats(0, 1), p=st.floats(0.001, 0.999))
def test_the_lower_tail_of_a_binomial_equals_scipy(
    connection: duckdb.DuckDBPyConnection, n: int, share: float, p: float
) -> None:
    x = round(n * share)
    found = _call(connection, "binomial_lower_tail", x, n, p)
    assert found is not None
    assert math.isclose(found, float(binom.cdf(x, n, p)), rel_tol=1e-8, abs_tol=1e-12)


@pytest.mark.parametrize(("x", "n", "p"), [(-1, 9, 0.5), (10, 9, 0.5), (1, 9, 0.0), (1, 9, 1.0)])
def test_a_binomial_that_cannot_be_has_no_tail(
    connection: duckdb.DuckDBPyConnection, x: int, n: int, p: float
) -> None:
    assert _call(connection, "binomial_lower_tail", x, n, p) is None
