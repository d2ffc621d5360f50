"""The course of one series: its chart with limits, target and hand-overs, and its table.

Belongs here: charts whose axis is time. Does not belong here: places and providers side by side
(compared.py), or how a chart is drawn (charts/).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from insight_pipeline.publication.site import findings, verdicts, words
from insight_pipeline.publication.site.charts.model import Chart
from insight_pipeline.publication.site.charts.multiples import small_multiples
from insight_pipeline.publication.site.charts.spark import sparkline
from insight_pipeline.publication.site.charts.spc import spc_chart
from insight_pipeline.publication.site.exhibits import Exhibit, Table
from insight_pipeline.publication.site.marks import along, handovers, over_time, process_limits
from insight_pipeline.publication.site.records import Figure, Indicator, Series
from insight_pipeline.publication.site.store import Store

_POINTS_OF_A_LINE = 3


def course(store: Store, indicator: Indicator, series: Series) -> Exhibit:
    """How the series went: the SPC chart where there are process limits, else line and band."""
    finding = course_finding(indicator, series)
    target = indicator.target_value
    name = f"course-{series.series_id.replace('/', '-')}"
    chart = spc_chart(
        f"{name}-chart",
        finding,
        over_time(series),
        words.axis(indicator),
        limits=process_limits(series),
        target=None if target is None else float(target),
        changes=handovers(store, series),
    )
    notes = [findings.not_mature_words(indicator, series), _target_note(indicator, series)]
    table = course_table(indicator, series, f"{name}-table")
    return Exhibit(name, finding, chart, table, tuple(note for note in notes if note))


def course_finding(indicator: Indicator, series: Series) -> str:
    """'Getting better: 62 % in 2026/27 Q1', or why that cannot be said."""
    latest, signal = series.latest, verdicts.change(series)
    if latest is None:
        return "No period is complete yet"
    if latest.value is None:
        state = "is withheld" if "[c]" in latest.shorthand else "has no figure"
        return f"The latest complete period, {latest.period}, {state}"
    here = f"{words.value(indicator, latest.value)} in {latest.period}"
    if findings.is_own_standard(indicator, series):
        return f"Always {indicator.multiplier}: the borough is the standard of this ratio"
    if signal.is_special or signal.sureness:
        return f"{signal.words}: {here}"
    return f"{here}; {findings.change_words(indicator, series)}"


def _target_note(indicator: Indicator, series: Series) -> str:
    latest = series.latest
    return words.sentence(findings.target_words(indicator, latest)) if latest else ""


def course_table(indicator: Indicator, series: Series, table_id: str) -> Table:
    """One row a period, with counts and interval, and process limits where there are any."""
    has_limits = process_limits(series) is not None
    unit = words.axis(indicator).unit
    head = ("Period", f"Figure{f' ({unit})' if unit else ''}", "95 % interval", "Above", "Below")
    return Table(
        table_id,
        f"{indicator.title}, {series.label}, by period; counts are rounded.",
        head + (("Mean", "Process limits", "Variation") if has_limits else ()),
        tuple(
            (
                figure.period,
                words.cell(indicator, figure.value, figure.shorthand),
                words.cell_limits(indicator, figure),
                words.count(figure.numerator),
                words.count(figure.denominator),
                *(_process_cells(indicator, figure) if has_limits else ()),
            )
            for figure in series.figures
        ),
    )


def _process_cells(indicator: Indicator, figure: Figure) -> tuple[str, str, str]:
    judged = figure.judgement
    if judged.spc_mean is None:
        return "", "", ""
    lower, upper = (words.cell(indicator, each) for each in (judged.spc_lpl, judged.spc_upl))
    variation = (judged.spc_variation or "").replace("_", " ")
    return words.cell(indicator, judged.spc_mean), f"{lower} to {upper}", variation


def spark(indicator: Indicator, series: Series, chart_id: str) -> Chart:
    return sparkline(chart_id, over_time(series), words.axis(indicator))


def panels(
    indicator: Indicator, series: Sequence[Series], total: Series, name: str, of: str
) -> Exhibit | None:
    """One small line for each series on a common scale; None where none has three figures.

    of: what they are, in the plural ('wards'). total: drawn behind each of them.
    """
    drawn = [each for each in series if _shown(each)]
    if not any(_shown(each) >= _POINTS_OF_A_LINE for each in drawn):
        return None
    finding = _panels_finding(drawn, of)
    periods = _periods([total, *drawn])
    chart = small_multiples(
        f"{name}-chart",
        finding,
        {each.label: along(each, periods) for each in drawn},
        words.axis(indicator),
        reference=along(total, periods),
        reference_label=total.label,
    )
    left_out = [each.label for each in series if not _shown(each)]
    notes = (f"No figure is shown of {words.listed(left_out)}.",) if left_out else ()
    table = _panels_table(indicator, [total, *drawn], name, of)
    return Exhibit(name, finding, chart, table, notes)


def _periods(series: Sequence[Series]) -> list[tuple[date, str]]:
    return sorted({(each.period_from, each.period) for one in series for each in one.figures})


def _shown(series: Series) -> int:
    return sum(figure.value is not None for figure in series.figures)


def _panels_finding(series: Sequence[Series], of: str) -> str:
    signals = {each.label: verdicts.change(each) for each in series}
    told = [
        f"{words.listed(sorted(n for n, s in signals.items() if s.words == word))}: {word.lower()}"
        for word in dict.fromkeys(s.words for s in signals.values() if s.is_special)
    ]
    if told:
        return words.sentence("; ".join(told)).rstrip(".")
    if any(signal.sureness for signal in signals.values()):
        return f"No change beyond chance in any of the {of} that can be judged"
    return f"{of.capitalize()} over time: too few figures to call anything a change"


def _panels_table(indicator: Indicator, series: Sequence[Series], name: str, of: str) -> Table:
    periods = _periods(series)
    rows = []
    for each in series:
        found = {figure.period_from: figure for figure in each.figures}
        rows.append((each.label, *(_cell(indicator, found.get(start)) for start, _ in periods)))
    heads = tuple(words.short_period(label) for _, label in periods)
    return Table(
        f"{name}-table",
        f"{indicator.title}: {of} over time ({words.axis(indicator).unit or indicator.statistic}).",
        ("Figures of", *heads),
        tuple(rows),
    )


def _cell(indicator: Indicator, figure: Figure | None) -> str:
    return "" if figure is None else words.cell(indicator, figure.value, figure.shorthand)
