"""Directly standardised rates with Dobson's interval, also for repeat events of one person.

Belongs here: what such a rate refuses and how its columns are named. Does not belong here: the
formulas (functions/dsr_value.sql, dsr_repeat_lower.sql, …), indirect standardisation.

Sources: Dobson and others 1991, Statistics in Medicine 10; PHEindicatormethods calculate_dsr;
Eurostat 2013 (European Standard Population). The variance of repeat events is that of the OHID
technical guide: events that one person has are no independent events.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from insight_pipeline.indicators.statistics.calculation import (
    figure,
    figures_by_group,
    grouped,
    number,
    plain,
    summed,
)
from insight_pipeline.indicators.statistics.request import (
    PUBLISHED,
    Request,
    broken_rows,
    column_faults,
    requested,
)
from insight_pipeline.kernel.errors import raise_all
from insight_pipeline.sql.engines.duckdb import literal

DOBSON = "Dobson"
DOBSON_REPEAT = "Dobson, with confidence adjusted for non-independent events"
_BANDS = """(
    select
        group_number,
        ageband,
        sum(eventfreq * coalesce(x, 0)) as x,
        sum(eventfreq * eventfreq * coalesce(x, 0)) as x_squares,
        any_value(n) as n,
        any_value(stdpop) as stdpop
    from given
    group by group_number, ageband
)"""


def dsr(
    data: pl.DataFrame,
    x: str = "count",
    n: str = "pop",
    stdpop: str = "stdpop",
    *,
    by: Sequence[str] = (),
    multiplier: float = 100_000,
    confidence: float | Sequence[float] = PUBLISHED,
) -> pl.DataFrame:
    """The directly standardised rate of each group of `by`, from one row for each age band.

    x events of n people, stdpop people of the standard population (european_standard_population).
    NULL in x is 0. Below 10 events a group has no figures, and `statistic` says so. InsightError:
    x < 0; n NULL or <= 0; stdpop NULL or < 0. Gives the keys, total_count, total_pop, value,
    lower95, upper95, lower998, upper998, confidence, statistic, method.
    """
    columns = {"x": x, "n": n, "stdpop": stdpop}
    request = requested("dsr", data, columns, by, confidence, multiplier)
    _refuse(request, columns)
    return _figures(request, multiplier, "x", "given", DOBSON)


def dsr_nonindependent(
    data: pl.DataFrame,
    x: str = "persons",
    n: str = "pop",
    stdpop: str = "stdpop",
    *,
    eventfreq: str = "freq",
    ageband: str = "ageband",
    by: Sequence[str] = (),
    multiplier: float = 100_000,
    confidence: float | Sequence[float] = PUBLISHED,
) -> pl.DataFrame:
    """dsr where a person may have several events: x persons who had exactly eventfreq of them.

    One row for each age band and number of events; n and stdpop are the band's, the same in each of
    its rows. A row without persons may be left out, but not a band's last row. InsightError as
    dsr, and when eventfreq or ageband is NULL, eventfreq < 0, or n or stdpop change within a band.
    Gives the columns of dsr; total_count are events.
    """
    columns = {"x": x, "n": n, "stdpop": stdpop, "eventfreq": eventfreq}
    where = "dsr_nonindependent"
    raise_all(column_faults(where, data, columns.values(), [ageband, *by]))
    request = requested(where, data, columns, by, confidence, multiplier)
    _refuse(request, columns)
    band = data[ageband].rank("dense").alias("ageband")
    _refuse_bands(request, band, ageband)
    return _figures(request, multiplier, "x_squares", _BANDS, DOBSON_REPEAT, ageband=band)


def _figures(
    request: Request, multiplier: float, squares: str, rows: str, method: str, **also: pl.Series
) -> pl.DataFrame:
    scale = number(multiplier)
    return figures_by_group(
        request,
        [
            f"{summed(request, 'sum(coalesce(x, 0))', 'x')} as total_count",
            f"{summed(request, 'sum(n)', 'n')} as total_pop",
            *figure(
                f"dsr_value(x, n, stdpop, {scale})",
                f"dsr_repeat_{{side}}(x, {squares}, n, stdpop, {scale}, {{level}})",
                request.levels,
                statistic=f"dsr_statistic(x, {literal(plain(multiplier))})",
                method=literal(method),
            ),
        ],
        rows=rows,
        **also,
    )


def _refuse(request: Request, columns: Mapping[str, str]) -> None:
    missing = [
        (pl.col(name).is_null(), f"field {name} cannot have missing values")
        for name in columns
        if name != "x"
    ]
    request.refuse(
        (pl.col("x") < 0, "numerators must all be greater than or equal to zero"),
        (pl.col("n") <= 0, "denominators must all be greater than zero"),
        (pl.col("stdpop") < 0, "stdpop must all be greater than or equal to zero"),
        *missing,
    )


def _refuse_bands(request: Request, band: pl.Series, ageband: str) -> None:
    rows = grouped(request)[1].with_columns(band)
    keys = ["group_number", "ageband"]
    differs = (pl.col("n").n_unique().over(keys) > 1) | (pl.col("stdpop").n_unique().over(keys) > 1)
    rule = (
        "There are rows with the same grouping variables and ageband but with different "
        "populations (n) or standard populations(stdpop)"
    )
    raise_all(
        [
            *broken_rows(rows, pl.col("eventfreq") < 0, request.where, "eventfreq of 0 or more"),
            *broken_rows(
                rows,
                pl.col("ageband").is_null(),
                request.where,
                f"{ageband} field must not have any missing values",
            ),
            *broken_rows(rows, differs, request.where, rule),
        ]
    )
