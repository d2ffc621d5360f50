"""How the dates of a column are written: found out where that is possible, asked for otherwise."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.linkage.standalone.dates import date_sql, find_form


def read(values: list[str | None], given: str | None = None) -> list[date | None]:
    with duckdb.connect() as con:
        con.execute("create table v (place integer, value varchar)")
        con.executemany("insert into v values (?, ?)", [list(pair) for pair in enumerate(values)])
        form = find_form(con, "select value from v", "birth_date", given)
        rows = con.execute(f"select {date_sql('value', form.patterns)} from v order by place")
        return [row[0] for row in rows.fetchall()]


@pytest.mark.parametrize(
    "text",
    [
        "1990-02-13",
        "1990/02/13",
        "19900213",
        "1990-02-13T00:00:00",
        "1990-02-13 00:00:00.000",
        "13 Feb 1990",
        "13 February 1990",
        "13-FEB-1990",
        "13/02/1990",
        "02/13/1990",
        "13.02.1990",
    ],
)
def test_usual_forms_are_read_without_being_named(text: str) -> None:
    assert read([text]) == [date(1990, 2, 13)]


def test_one_value_tells_for_all_whether_the_day_comes_first() -> None:
    assert read(["03/04/1990", "31/12/1990"])[0] == date(1990, 4, 3)
    assert read(["03/04/1990", "12/31/1990"])[0] == date(1990, 3, 4)


def test_forms_may_be_mixed_as_long_as_each_means_one_day() -> None:
    assert read(["1990-02-13", "14/02/1990", None]) == [date(1990, 2, 13), date(1990, 2, 14), None]


def test_a_single_slip_does_not_make_a_column_ambiguous_but_two_ways_of_writing_do() -> None:
    assert read(["31/12/1990"] * 40 + ["12/31/1990"])[-1] is None
    with pytest.raises(InsightError, match="day first"):
        read(["31/12/1990", "12/31/1990"])


def test_dates_that_can_be_read_both_ways_are_an_error_that_tells_what_to_pass() -> None:
    with pytest.raises(InsightError) as caught:
        read(["03/04/1990", "05/06/1991"])
    said = str(caught.value)
    assert "--date-format %d/%m/%Y" in said and "2 either way" in said
    assert "03/04" not in said
    assert read(["03/04/1990"], "%d/%m/%Y") == [date(1990, 4, 3)]


def test_a_column_that_holds_hardly_any_date_is_an_error_and_shows_no_value() -> None:
    with pytest.raises(InsightError, match="2 of 3 values") as caught:
        read(["Featherstone", "19.2", "1990-02-13"])
    assert "Featherstone" not in str(caught.value)


def test_two_digit_years_need_a_format() -> None:
    with pytest.raises(InsightError, match="four digits"):
        read(["13/02/90"])
    assert read(["13/02/90"], "%d/%m/%y") == [date(1990, 2, 13)]


def test_no_dates_at_all_are_no_fault() -> None:
    assert read([None, None]) == [None, None]
