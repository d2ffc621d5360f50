"""How the dates of one column are written, found out from the whole column or asked for.

Belongs here: the forms, and day or month first. Does not belong here: whether a date is plausible
for a person (evidence/cleaning). Year-first forms and months in letters mean one day; 03/04/1990
may mean two, and values such as 31/12/1990 tell which of them the column means.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.sql.engines.duckdb import literal

CLEAR = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d",
    "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%d-%B-%Y",
)  # fmt: skip
DAY_FIRST = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y")
MONTH_FIRST = ("%m/%d/%Y", "%m-%d-%Y", "%m.%d.%Y")
# Typing errors put a few values the wrong way round; more than this and nobody can tell.
WRONG_WAY_ROUND = 0.05
# A column most of whose values are no dates is mapped wrongly or written in a form of its own.
FEWEST_DATES = 0.5


@dataclass(frozen=True)
class DateForm:
    """strptime patterns of a column, tried in turn."""

    patterns: tuple[str, ...]


def date_sql(text: str, patterns: tuple[str, ...]) -> str:
    """A DATE from a text without its time of day, or NULL; years have four digits."""
    listed = ", ".join(literal(pattern) for pattern in patterns)
    day = f"try_strptime(regexp_replace({text}, '[T ][0-9]{{2}}:[0-9]{{2}}.*$', ''), [{listed}])"
    return f"case when year({day}) between 1000 and 9999 then {day}::date end"


def refuse_unusable_format(given: str | None) -> None:
    """Raise where a day written in the pattern cannot be read back from it."""
    if given is None:
        return
    there_and_back = (
        f"select try_strptime(strftime(date '1987-06-25', {literal(given)}), {literal(given)})"
        "::date = date '1987-06-25'"
    )
    try:
        with duckdb.connect() as con:
            usable = con.execute(there_and_back).fetchall()[0][0]
    except duckdb.Error:
        usable = False
    if not usable:
        raise InsightError([_no_format(given)])


def find_form(
    con: duckdb.DuckDBPyConnection, values: str, field: str, given: str | None
) -> DateForm:
    """The form of the texts that the query `values`(value) gives, or an InsightError."""
    patterns = (given,) if given else (*CLEAR, *_order(con, values, field))
    total, read = con.execute(f"""
        select count(value), count({date_sql("value", patterns)}) from ({values})
    """).fetchall()[0]
    if read < FEWEST_DATES * total:
        raise InsightError([_no_dates(field, int(total - read), int(total), given)])
    return DateForm(patterns)


def _order(con: duckdb.DuckDBPyConnection, values: str, field: str) -> tuple[str, ...]:
    """Whether day or month comes first; nothing where no value is written that way."""
    day, month = date_sql("value", DAY_FIRST), date_sql("value", MONTH_FIRST)
    days, months, both = con.execute(f"""
        select count(*) filter (is_day and not is_month), count(*) filter (is_month and not is_day),
            count(*) filter (is_day and is_month)
        from (
            select {day} is not null as is_day, {month} is not null as is_month from ({values})
        )
    """).fetchall()[0]
    if not days + months + both:
        return ()
    if not days + months or min(days, months) > WRONG_WAY_ROUND * (days + months):
        raise InsightError([_ambiguous(field, int(days), int(months), int(both))])
    return DAY_FIRST if days > months else MONTH_FIRST


def _ambiguous(field: str, days: int, months: int, both: int) -> Fault:
    return Fault(
        where=f"dates of {field}",
        expected="dates that can be read in one way only",
        found=f"{days:,} with the day first, {months:,} with the month first, {both:,} either way",
        consequence="nothing is linked",
        next_step="pass --date-format %d/%m/%Y where the day comes first, %m/%d/%Y otherwise",
    )


def _no_format(given: str) -> Fault:
    return Fault(
        where="--date-format",
        expected="a pattern with a day, a month and a year",
        found=f"'{given}'",
        consequence="nothing is linked",
        next_step="write %d for the day, %m or %b for the month, %Y or %y for the year",
    )


def _no_dates(field: str, unread: int, total: int, given: str | None) -> Fault:
    return Fault(
        where=f"dates of {field}",
        expected=f"dates written as {given}" if given else "dates with a year of four digits",
        found=f"{unread:,} of {total:,} values that are not",
        consequence="nothing is linked",
        next_step="pass --date-format, such as %d%m%Y or %d/%m/%y, or map another column",
    )
