"""Published figures, chosen by indicator, provider, area, breakdown, period and theme.

Belongs here: which figures are meant, and what stands beside each. Does not belong here: how they
are shown (cli/). Ids that a release does not have are told with the nearest that it has.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from insight_pipeline.kernel.errors import Fault, InsightError, nearest
from insight_pipeline.publication.querying.choosing import WrongUse
from insight_pipeline.publication.querying.figure_sql import FIGURES
from insight_pipeline.publication.querying.opening import open_release
from insight_pipeline.settings import Settings

_AREAS = """
select area_code, min(area_name), count(*) filter (where breakdown_type = 'area') > 0
from figure
group by area_code
order by area_code
"""
MOST_NAMED = 16
TOTAL, AREA, PROVIDER, EVERY = "total", "area", "provider", "all"


@dataclass(frozen=True)
class Wanted:
    """Which figures; None stands for any, except that the breakdown is the total then.

    indicators: ids, none for all. area: code or name. breakdown: `all`, a kind such as `sex`, or
    `sex=F`. period: its first day or its label, as `2024-04-01`, `2025/26` or `2025/26 Q2`; None
    for the latest complete one of each indicator. At most one of provider, area and breakdown.
    """

    indicators: tuple[str, ...] = ()
    provider: str | None = None
    area: str | None = None
    breakdown: str | None = None
    period: str | None = None
    theme: str | None = None
    all_periods: bool = False


def find_figures(settings: Settings, folder: Path, wanted: Wanted) -> pl.DataFrame:
    """One row a figure of the release, columns as in FIGURES; WrongUse for ids it does not have.

    `comparison` says in words what the figure was judged to be beside its benchmark; it is empty
    where it was not compared. InsightError for a release made before it had series and periods.
    """
    with open_release(settings, folder) as connection:
        try:
            return _found(connection, wanted)
        except (duckdb.BinderException, duckdb.CatalogException):
            raise InsightError([_too_old(folder)]) from None


def _found(connection: duckdb.DuckDBPyConnection, wanted: Wanted) -> pl.DataFrame:
    faults: list[Fault] = []
    conditions = _conditions(connection, wanted, faults)
    if faults:
        raise WrongUse(faults)
    found: pl.DataFrame = connection.sql(FIGURES, params=conditions).pl()
    return found


def _conditions(
    connection: duckdb.DuckDBPyConnection, wanted: Wanted, faults: list[Fault]
) -> dict[str, object]:
    known = _column(connection, "select indicator_id from indicator order by all")
    themes = _column(connection, "select distinct theme_code from indicator order by all")
    for indicator in wanted.indicators:
        _known("--indicator", indicator, known, faults)
    if wanted.theme is not None:
        _known("--theme", wanted.theme, themes, faults)
    kind, breakdown = _slice(connection, wanted, faults)
    return {
        "indicators": list(wanted.indicators),
        "kind": kind,
        "breakdown": breakdown,
        "theme": wanted.theme,
        "period": _period(connection, wanted.period, faults),
        "all_periods": wanted.all_periods,
    }


def _slice(
    connection: duckdb.DuckDBPyConnection, wanted: Wanted, faults: list[Fault]
) -> tuple[str | None, str | None]:
    """The kind of breakdown and which one; None for every kind, or for every one of the kind."""
    if wanted.provider is not None:
        providers = _column(connection, "select provider_id from provider order by all")
        _known("--provider", wanted.provider, providers, faults)
        return PROVIDER, wanted.provider
    if wanted.area is not None:
        return _area(connection, wanted.area, faults)
    if wanted.breakdown is None:
        return TOTAL, None
    if wanted.breakdown == EVERY:
        return None, None
    kind, _, breakdown = wanted.breakdown.partition("=")
    lines = "select distinct breakdown_type || '=' || breakdown from series order by all"
    kinds = "select distinct breakdown_type from series order by all"
    known = [*_column(connection, kinds), *_column(connection, lines), EVERY]
    _known("--breakdown", wanted.breakdown, known, faults)
    return kind, breakdown or None


def _area(
    connection: duckdb.DuckDBPyConnection, word: str, faults: list[Fault]
) -> tuple[str, str | None]:
    """By code or name; the borough's own figures are the totals."""
    rows = connection.execute(_AREAS).fetchall()
    for code, name, has_own in rows:
        if word == code or word.casefold() == name.casefold():
            return (AREA, code) if has_own else (TOTAL, None)
    _known("--area", word, [part for row in rows for part in row[:2]], faults)
    return AREA, word


def _period(
    connection: duckdb.DuckDBPyConnection, word: str | None, faults: list[Fault]
) -> str | None:
    """A first day or a label as they stand in table period; a label may lack its brackets."""
    if word is None:
        return None
    labels = _column(connection, "select label from period order by all")
    days = _column(connection, "select distinct period_from::varchar from period order by all")
    found = {label.partition(" (")[0]: label for label in labels}.get(word, word)
    _known("--period", found, [*days, *labels], faults)
    return found


def _known(option: str, word: str, known: Iterable[str], faults: list[Fault]) -> None:
    names = sorted(set(known))
    if word not in names:
        told = (
            ", ".join(names) if len(names) <= MOST_NAMED else f"{len(names)} that the release has"
        )
        faults.append(
            Fault(
                where=option,
                expected=f"one of {told}",
                found=f"'{word}'",
                consequence="no figure is shown",
                next_step=nearest(word, names),
            )
        )


def _column(connection: duckdb.DuckDBPyConnection, query: str) -> list[str]:
    return [str(row[0]) for row in connection.execute(query).fetchall()]


def _too_old(folder: Path) -> Fault:
    return Fault(
        where=f"release {folder.name}",
        expected="series, periods and themes in it",
        found="a release made before they were",
        consequence="no figure is shown",
        next_step="read its indicators.csv, or ask it with `insight query`",
    )
