"""Hand-offs in one picture and as tables.

Belongs here: the flow chart, its finding, and tables of hand-offs. Does not belong here: what a
hand-off is and who falls between (between.py), or how figures went (over_time.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from insight_pipeline.publication.site import verdicts, words
from insight_pipeline.publication.site.between import PER_CENT, HandOff, missed, missed_share
from insight_pipeline.publication.site.charts.flow import flow_chart
from insight_pipeline.publication.site.charts.model import Flow
from insight_pipeline.publication.site.charts.numbers import figure as figure_of
from insight_pipeline.publication.site.exhibits import Exhibit, Table
from insight_pipeline.publication.site.records import Figure


def flow_exhibit(pairs: Sequence[HandOff]) -> Exhibit | None:
    """Services as boxes, hand-offs as arrows with their clocks; None where no share is followed."""
    shares = [each for each in pairs if each.is_share and each.latest]
    if not shares:
        return None
    finding = _finding(shares)
    chart = flow_chart("flow-chart", finding, [_flow(each) for each in shares])
    return Exhibit("flow", finding, chart, hand_off_table(shares, "flow-table"))


def _flow(each: HandOff) -> Flow:
    figure = each.latest
    value = figure.value if figure else None
    return Flow(
        source=each.source.service_title,
        target=each.target.service_title,
        label=each.label,
        value=None if value is None else float(value),
        numerator=figure.numerator if figure else None,
        denominator=figure.denominator if figure else None,
        clock_days=each.indicator.window_days,
        shorthand=figure.shorthand if figure and value is None else "",
    )


def _finding(pairs: Sequence[HandOff]) -> str:
    """How many fall between, and what changes as it is judged; never which one is the worst."""
    whole = words.plural(len({each.indicator.indicator_id for each in pairs}), "hand-off")
    shares = sorted(share for each in pairs if (share := missed_share(each)) is not None)
    told = [f"At {whole} between services"]
    if shares:
        low, high = (figure_of(float(each), PER_CENT) for each in (shares[0], shares[-1]))
        span = low if low == high else f"from {low} to {high}"
        told.append(f"{span} of cases were not seen to come out as hoped")
    return f"{', '.join(told)}; {_changing(pairs)}"


def _changing(pairs: Sequence[HandOff]) -> str:
    signals = {each.indicator.indicator_id: verdicts.change(each.series) for each in pairs}
    tones = [signal.tone for signal in signals.values()]
    told = [
        f"{tones.count(tone)} {word}"
        for tone, word in (("bad", "getting worse"), ("good", "getting better"))
        if tone in tones
    ]
    return words.listed(told) if told else "none can be said to get better or worse"


def hand_off_table(pairs: Iterable[HandOff], table_id: str) -> Table:
    """Each hand-off in its latest complete period: who arrived, and who did not."""
    return Table(
        table_id,
        "Hand-offs in their latest complete period; counts are rounded.",
        (
            "From",
            "To",
            "What is followed",
            "Period",
            "Not seen to come out as hoped",
            "Clock (days)",
            "Figure",
            "95 % interval",
            "Above",
            "Below",
        ),
        tuple(_row(each, each.latest) for each in pairs),
        texts=5,
    )


def _row(each: HandOff, figure: Figure | None) -> tuple[str, ...]:
    return (
        each.source.service_title,
        each.target.service_title,
        each.label,
        figure.period if figure else "",
        missed(each, figure),
        words.count(each.indicator.window_days) if each.indicator.window_days else "",
        words.cell(each.indicator, figure.value, figure.shorthand) if figure else "",
        words.cell_limits(each.indicator, figure) if figure else "",
        words.count(figure.numerator) if figure else "",
        words.count(figure.denominator) if figure else "",
    )


def missed_table(pairs: Iterable[HandOff]) -> Table:
    """Who did not come out as hoped at each hand-off that is a share."""
    return Table(
        "missed-table",
        "Cases that were not seen to come out as hoped; in no order of merit.",
        ("From", "To", "What is followed", "Within", "Period", "Not seen to come out as hoped"),
        tuple(_missed_row(each, each.latest) for each in pairs if each.is_share),
        texts=5,
    )


def _missed_row(each: HandOff, figure: Figure | None) -> tuple[str, ...]:
    clock = each.indicator.window_days
    share = missed(each, figure)
    return (
        each.source.service_title,
        each.target.service_title,
        each.label,
        words.days(clock) if clock else "",
        figure.period if figure else "",
        share or (figure.shorthand if figure else ""),
    )
