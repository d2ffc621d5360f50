"""Sheets in words: a sentence for every indicator, and what every latest figure is judged to say.

Belongs here: those two tables. Does not belong here: judging, or the words themselves, which are
those of the report site (site/findings.py).
"""

from __future__ import annotations

from collections.abc import Iterator

from insight_pipeline.publication.open_data.workbook import cells
from insight_pipeline.publication.open_data.workbook.figures import latest
from insight_pipeline.publication.open_data.workbook.model import Cell, Heading, Sheet
from insight_pipeline.publication.site import findings, verdicts, words
from insight_pipeline.publication.site.records import Figure, Indicator, Series
from insight_pipeline.publication.site.store import Store


def summary_sheet(store: Store) -> Sheet:
    """One row per indicator: the borough's latest figure as a sentence, and its course."""
    return Sheet(
        "Summary",
        "What the latest figures say of the borough",
        ("Nothing is called better or worse unless the figures are sure enough of it.",),
        (
            Heading("Theme", 26),
            Heading("Indicator", 40),
            Heading("Latest figure", 70),
            Heading("Course", 22),
            Heading("How sure", 40),
        ),
        tuple(_summary_rows(store)),
    )


def findings_sheet(store: Store) -> Sheet:
    """One row per latest figure: beside what it is compared with, and beside its own past."""
    return Sheet(
        "What it says",
        "What every latest figure is judged to say",
        (
            "The file judgements.csv has the judgement of every figure of every period.",
            "Symbols are explained in the worksheet Notes.",
        ),
        (
            Heading("Indicator", 66),
            cells.GROUP,
            cells.NAME,
            cells.PERIOD,
            Heading("Value", 12, numeric=True),
            Heading("Compared with", 14, numeric=True),
            Heading("Finding", 28),
            Heading("How sure of the finding", 34),
            Heading("Course", 22),
            Heading("How sure of the course", 40),
        ),
        tuple(_finding(store, *each) for each in latest(store)),
    )


def _summary_rows(store: Store) -> Iterator[tuple[Cell, ...]]:
    for each in sorted(store.indicators, key=lambda one: (one.theme, one.indicator_id)):
        series = store.total(each.indicator_id)
        course, sureness = _course(each, series)
        yield (
            each.theme,
            each.title,
            findings.summary(each, series),
            course,
            words.sentence(sureness) or cells.NOT_APPLICABLE,
        )


def _finding(
    store: Store, indicator: Indicator, series: Series, figure: Figure
) -> tuple[Cell, ...]:
    decimals = words.axis(indicator).decimals
    against = _against(store, indicator, series)
    finding = verdicts.comparison(figure, against)
    if figure.value is None:
        told: tuple[str, ...] = (cells.reason(figure),) * 4
    else:
        told = (finding.words, finding.sureness, *_course(indicator, series))
    return (
        indicator.title,
        *cells.named(series),
        figure.period,
        cells.amount(figure.value, cells.reason(figure), decimals),
        cells.amount(figure.judgement.benchmark_value, cells.reason(figure), decimals),
        *(each or cells.NOT_APPLICABLE for each in told),
    )


def _course(indicator: Indicator, series: Series | None) -> tuple[str, str]:
    """Course, and how sure it is or nothing; a total that is 100 by definition has no course."""
    is_total = series is not None and series.breakdown_type == "total"
    if series and is_total and findings.is_own_standard(indicator, series):
        return cells.NOT_APPLICABLE, ""
    course = verdicts.change(series)
    return course.words, course.sureness


def _against(store: Store, indicator: Indicator, series: Series) -> str:
    """What a series is compared with, in words: the whole of which it is a part, or the outside."""
    if series.breakdown_type != "total":
        return store.borough.area_name
    return indicator.benchmark_name or "the target"
