"""Charts as a release of an invented borough would show them, and a page that holds them all."""

from __future__ import annotations

from math import sqrt
from pathlib import Path

from insight_pipeline.publication.site import charts
from insight_pipeline.publication.site.charts.flow import flow_chart
from insight_pipeline.publication.site.charts.funnel import funnel_chart
from insight_pipeline.publication.site.charts.intervals import interval_chart
from insight_pipeline.publication.site.charts.model import (
    Axis,
    Change,
    Chart,
    Flow,
    FunnelPoint,
    Limits,
    Mark,
)
from insight_pipeline.publication.site.charts.multiples import small_multiples
from insight_pipeline.publication.site.charts.spark import sparkline
from insight_pipeline.publication.site.charts.spc import spc_chart

STYLE = Path(charts.__path__[0]).parent / "charts.css"
PER_CENT = Axis("%", 1)
WARDS = {
    "Alder Vale": 52.1,
    "Bramble Hill": 61.4,
    "Castle": 58.8,
    "Dovecote and Millpond": 47.2,
    "Eastmarsh": 66.9,
    "Fairmead": 55.0,
    "Gallows Green": 39.8,
    "Harbour": 59.9,
    "Ivy Bank": 63.1,
    "Kestrel": 57.5,
    "Larkfield": 71.2,
    "Mere": 56.3,
}
QUARTERS = [f"{year} Q{quarter}" for year in range(2021, 2026) for quarter in range(1, 5)]
_COURSE = (54.1, 55.8, 53.2, 56.0, None, 54.4, 52.9, 55.1, 53.0, 51.2)
_LATER = (50.8, 49.9, 57.4, 62.2, 60.9, 63.7, 62.8, 64.5, 66.1, None)


def spc() -> Chart:
    values = [*_COURSE, *_LATER]
    marks = []
    for n, (label, value) in enumerate(zip(QUARTERS, values, strict=True)):
        signal = "special_cause_concern" if 8 <= n <= 11 else "common_cause"
        signal = "special_cause_improvement" if n >= 13 else signal
        if value is None:
            marks.append(Mark(label, None, shorthand="[c]" if n == 4 else "[x]"))
        else:
            few = "[u]" if n == 9 else ""
            marks.append(Mark(label, value, value - 4.2, value + 4.4, few, signal))
    limits = [Limits(53.6, 48.9, 58.3)] * 13 + [Limits(63.3, 58.0, 68.7)] * 7
    return spc_chart(
        "kept",
        "More people keep their tenancy since Recoverwell took over",
        marks,
        PER_CENT,
        limits=limits,
        target=60.0,
        changes=[Change(13, "Recoverwell takes over from Newleaf"), Change(4, "New form")],
    )


def trend() -> Chart:
    """Few periods, counts in thousands, negative figures, no limits."""
    values = (-1250.0, 300.0, None, 2410.0, 5120.0)
    marks = [
        Mark(f"{2020 + n}/{21 + n}", value, shorthand="" if value is not None else "[z]")
        for n, value in enumerate(values)
    ]
    return spc_chart("saved", "Savings have grown every year", marks, Axis("£", 0, from_zero=True))


def intervals() -> Chart:
    marks = []
    for n, (ward, value) in enumerate(WARDS.items()):
        if n in (3, 7):
            marks.append(Mark(ward, None, shorthand="[c]"))
            continue
        wide = 5.5 + n % 3
        signal = "better" if value > 65 else "worse" if value < 50 else "similar"
        marks.append(Mark(ward, value, value - wide, value + wide, signal=signal))
    return interval_chart(
        "wards",
        "Larkfield and Eastmarsh do better than the borough, Gallows Green worse",
        marks,
        PER_CENT,
        benchmark=57.2,
        benchmark_label="Borough",
    )


def limits_at(size: float) -> tuple[float, float, float, float]:
    """Around 57.2 %, as PHEindicatormethods draws proportions: 95 % first, as in table figure."""
    error = sqrt(0.572 * 0.428 / size)
    inner, outer = (100 * z * error for z in (1.959964, 3.090232))
    ends = (57.2 - inner, 57.2 + inner, 57.2 - outer, 57.2 + outer)
    low, high, lower, upper = (min(max(end, 0.0), 100.0) for end in ends)
    return low, high, lower, upper


def funnel() -> Chart:
    points = []
    for n, (ward, value) in enumerate(WARDS.items()):
        size = 40.0 + 37 * n % 260 + 15 * n
        low, high, lower, upper = limits_at(size)
        flag = "High (0.025)" if value > high else "Low (0.025)" if value < low else ""
        flag = "High (0.001)" if value > upper else "Low (0.001)" if value < lower else flag
        points.append(FunnelPoint(ward, value, size, flag or "Not significant"))
    return funnel_chart(
        "funnel",
        "Three wards differ by more than chance",
        points,
        PER_CENT,
        centre=57.2,
        limits=limits_at,
        size_label="People who left treatment",
    )


def multiples() -> Chart:
    panels = {}
    for n, (ward, value) in enumerate(WARDS.items()):
        course = [
            None if (n + quarter) % 11 == 4 else value + ((quarter * (n + 3)) % 7 - 3) * 1.7
            for quarter in range(len(QUARTERS))
        ]
        panels[ward] = [
            Mark(label, each, shorthand="" if each is not None else "[c]", signal="")
            for label, each in zip(QUARTERS, course, strict=True)
        ]
    borough = [Mark(label, 57.0 + n * 0.2) for n, label in enumerate(QUARTERS)]
    return small_multiples(
        "panels",
        "Wards differ more than they change",
        panels,
        PER_CENT,
        reference=borough,
        reference_label="Borough",
    )


def spark() -> Chart:
    values = [*_COURSE, *_LATER[:-1]]
    marks = [
        Mark(label, value, shorthand="" if value is not None else "[c]", signal="improvement")
        for label, value in zip(QUARTERS, values, strict=False)
    ]
    return sparkline("spark-kept", marks)


FLOWS = (
    Flow(
        "Acute hospital care",
        "Adult social care",
        "Discharged people with a care need who get care",
        71.4,
        357,
        500,
        28,
    ),
    Flow(
        "Homelessness prevention and relief",
        "Drug and alcohol treatment",
        "Homeless people with a drug need who start treatment",
        38.2,
        65,
        170,
        21,
    ),
    Flow(
        "Drug and alcohol treatment",
        "Council housing management",
        "People in treatment who keep their tenancy",
        62.0,
        124,
        200,
        182,
    ),
    Flow(
        "Children looked after and leaving care",
        "Homelessness prevention and relief",
        "Care leavers who become homeless",
        None,
        None,
        None,
        182,
        "[c]",
    ),
    Flow(
        "Children looked after and leaving care",
        "Support for young people into education, employment and training",
        "Care leavers in education, employment or training",
        55.6,
        1050,
        1890,
        182,
    ),
    Flow(
        "Community health",
        "Leisure centres and exercise referral",
        "Referred people who still exercise after twelve weeks",
        44.0,
        220,
        500,
        84,
    ),
    Flow(
        "Community health",
        "Drug and alcohol treatment",
        "Patients with a drug need who start treatment",
        27.8,
        25,
        90,
        21,
    ),
    Flow(
        "Acute hospital care",
        "Acute hospital care",
        "People readmitted in an emergency",
        12.3,
        61,
        500,
        30,
    ),
)


def flow() -> Chart:
    return flow_chart("flows", "Four in ten homeless people reach treatment in time", FLOWS)


def every_chart() -> dict[str, Chart]:
    return {
        "spc": spc(),
        "trend": trend(),
        "intervals": intervals(),
        "funnel": funnel(),
        "multiples": multiples(),
        "flow": flow(),
        "spark": spark(),
    }


def page() -> str:
    """A page with every chart, as plain as a page can be."""
    every = every_chart()
    shown = "".join(
        f"<figure>{chart.svg}<figcaption>{name}</figcaption></figure>"
        for name, chart in every.items()
        if name != "spark"
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>Charts</title>'
        f"<style>{STYLE.read_text(encoding='utf-8')}{_PAGE}</style></head><body><main>"
        f"<h1>Charts</h1>{shown}<p>In a line: {every['spark'].svg} 64.5</p></main></body></html>"
    )


_PAGE = """
:root { color-scheme: light dark; }
body { margin: 1rem; background: var(--chart-paper); color: var(--chart-ink); }
main { max-width: 60rem; }
figure { margin: 0 0 2rem; }
"""
