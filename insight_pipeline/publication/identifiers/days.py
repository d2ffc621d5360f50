"""Days in texts: whatever is written as a day, month and year.

Belongs here: forms of dates, and which are no period's first or last day. Does not belong here:
which days a release may name besides (expected.py).
"""

from __future__ import annotations

import polars as pl

_YEAR = r"(?P<y>(?:18|19|20|21)[0-9]{2})"
_MONTH_NO = r"(?P<m>[01]?[0-9])"
_DAY = r"(?P<d>[0-3]?[0-9])"
_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<m>(?:{'|'.join(_NAMES)})[a-z]{{0,6}})"
_TH = r"(?:st|nd|rd|th)?"
# A date in one piece is taken alone only, lest part of another number be one.
PATTERNS = (
    rf"(?:\b|_){_YEAR}[-/_]{_MONTH_NO}[-/_]{_DAY}",
    rf"\b{_DAY}[-/. ]{_MONTH_NO}[-/. ]{_YEAR}\b",
    rf"\b(?P<m>0?[1-9]|1[0-2])/(?P<d>[0-3]?[0-9])/{_YEAR}\b",
    r"\b(?P<d>[0-3]?[0-9])/(?P<m>[01]?[0-9])/(?P<y>[0-9]{2})\b",
    rf"(?i)\b{_DAY}{_TH}[ -](?:of )?{_MONTH}[ ,.-]{{1,2}}{_YEAR}\b",
    rf"(?i)\b{_DAY}-{_MONTH}-(?P<y>[0-9]{{2}})\b",
    rf"(?i)\b{_MONTH} {_DAY}{_TH},? {_YEAR}\b",
    rf"(?i)\b{_YEAR}[ -]{_MONTH}[ -]{_DAY}\b",
    # 14MAR2025 as statistics packages write it
    rf"(?i)\b{_DAY}{_MONTH}{_YEAR}\b",
    # 20250314, 20250314093000 and 20250314T0930 as programs name files
    r"(?:^|[ '\"=:,;(_])(?P<y>(?:19|20)[0-9]{2})(?P<m>0[1-9]|1[0-2])(?P<d>[0-3][0-9])"
    r"(?:T[0-9]{4,6}Z?|[0-2][0-9][0-5][0-9][0-5][0-9])?(?:$|[ '\",;)_]|\.[A-Za-z])",
)


def days_inside_months(texts: pl.DataFrame) -> pl.DataFrame:
    """Days (text_id, found as ISO text) that are no first or last day of a month.

    `texts` has (text_id, text), folded. What is no day of the calendar is none here.
    """
    day = pl.col("day")
    return (
        pl.concat([_days(texts, pattern) for pattern in PATTERNS])
        .with_columns(day=pl.col("found").str.to_date("%Y-%m-%d", strict=False))
        .filter(day.is_not_null() & (day.dt.day() != 1) & (day != day.dt.month_end()))
        .select("text_id", "found")
        .unique()
    )


def _days(texts: pl.DataFrame, pattern: str) -> pl.DataFrame:
    """What one form of dates finds; months by name or number."""
    numbers = {name: f"{number:02}" for number, name in enumerate(_NAMES, start=1)}
    month, year = pl.col("m").str.to_lowercase().str.slice(0, 3), pl.col("y")
    number = month.replace_strict(numbers, default=month.str.zfill(2))
    whole = pl.when(year.str.len_chars() == 2).then("20" + year).otherwise(year)
    return (
        texts.lazy()
        .with_columns(found=pl.col("text").str.extract_all(pattern))
        .explode("found", empty_as_null=False)
        .drop_nulls("found")
        .select("text_id", part=pl.col("found").str.extract_groups(pattern))
        .unnest("part")
        .select(
            "text_id", found=pl.concat_str(whole, number, pl.col("d").str.zfill(2), separator="-")
        )
        .collect()
    )
