"""What a figure says in a sentence, exactly as sure as the release judges it.

Belongs here: sentences. Does not belong here: judging (table judgement), verdicts in two or three
words (verdicts.py), or how a number is written (words.py). Never better or worse without a
judgement; a period that is not mature is told as not known yet, never as a fall.
"""

from __future__ import annotations

from insight_pipeline.publication.site import words
from insight_pipeline.publication.site.records import Figure, Indicator, Series
from insight_pipeline.publication.site.verdicts import (
    NOT_YET,
    STEADY,
    TONES,
    change,
    is_held_to_its_target,
)

POINTS_OF_A_PROCESS = 12
YEARS_OF_A_TREND = 5
_SPACE = "\N{NO-BREAK SPACE}"


def latest_words(indicator: Indicator, figure: Figure) -> str:
    """'62 % in 2026/27 Q1 (Apr to Jun) (95 % interval 54 to 70), about 90 of 145 events'."""
    if figure.value is None:
        if "[c]" in figure.shorthand:
            return f"The figure of {figure.period} is withheld ({why(figure)})"
        return f"There is no figure for {figure.period} ({why(figure) or 'none can be made'})"
    limits = words.limits(indicator, figure)
    told = f"{words.value(indicator, figure.value)} in {figure.period}"
    return (
        told + (f" (95{_SPACE}% interval {limits})" if limits else "") + _counts(indicator, figure)
    )


def why(figure: Figure) -> str:
    """What the symbols of a figure mean."""
    return "; ".join(meaning for _, meaning in words.symbols([figure.shorthand]))


def _counts(indicator: Indicator, figure: Figure) -> str:
    over, under = words.count(figure.numerator), words.count(figure.denominator)
    if not over or not under:
        return ""
    match indicator.statistic:
        case "proportion":
            return f": about {over} of {under} {indicator.unit}"
        case "rate" | "dsr":
            return f": about {over} {indicator.unit} among {under} people"
        case "median":
            return f": of about {under} {indicator.unit}"
        case "weighted_proportion":
            return f": about {under} answers, weighted to all who were asked"
        case _:
            return ""


def benchmark_words(indicator: Indicator, figure: Figure) -> str:
    """'better than England 2024/25 (55.5 %)', 'worse than the target of 60 %'; or empty."""
    judgement = figure.judgement
    if figure.value is None or judgement.benchmark_value is None:
        return ""
    written = words.value_beside(indicator, judgement.benchmark_value, figure.value)
    if is_held_to_its_target(indicator, figure):
        against = f"the target of {written} ({judgement.benchmark_id})"
    else:
        against = f"{judgement.benchmark_id} ({written})"
    if judgement.compared_outcome in TONES:
        return f"{judgement.compared_outcome} than {against}"
    return f"not clearly different from {against}"


def target_words(indicator: Indicator, figure: Figure) -> str:
    """What the process limits say of the target, else where the interval lies.

    Empty without a target, and where benchmark_words tell of it.
    """
    target = indicator.target_value
    if target is None or figure.value is None:
        return ""
    written = words.value_beside(indicator, target, figure.value)
    match figure.judgement.spc_assurance:
        case "consistent_pass":
            return f"the target of {written} is likely to go on being met if nothing changes"
        case "consistent_fail":
            return f"the target of {written} is likely to go on being missed if nothing changes"
        case "inconsistent":
            return f"the target of {written} is met in some periods and missed in others, by chance"
    if figure.judgement.benchmark_value is not None and is_held_to_its_target(indicator, figure):
        return ""
    if figure.lower95 is None or figure.upper95 is None:
        return f"the target is {written}"
    if figure.lower95 <= target <= figure.upper95:
        return f"the target of {written} lies within the interval"
    return f"the target of {written} lies {'above' if target > figure.upper95 else 'below'} it"


def change_words(indicator: Indicator, series: Series) -> str:
    """What the series' course says, as sure as it is judged."""
    latest, signal = series.latest, change(series)
    if latest is None or latest.value is None:
        return ""
    if signal == NOT_YET:
        return _too_early(indicator, series)
    if signal == STEADY:
        return _steady(series, latest)
    return f"{signal.words.lower()} ({signal.sureness})"


def _steady(series: Series, latest: Figure) -> str:
    """A latest period within ordinary variation says nothing of those before it."""
    by_chance = "beyond what chance alone would bring"
    if latest.judgement.recent_trend == "NoChange":
        return f"no change over five years {by_chance}"
    before = (each.judgement.spc_variation for each in series.complete)
    if any(each not in (None, "common_cause") for each in before):
        return f"nothing {by_chance} in the latest period, as there was in earlier ones"
    return f"no change over the whole series {by_chance}"


def _too_early(indicator: Indicator, series: Series) -> str:
    shown = sum(each.value is not None for each in series.complete)
    if indicator.period == "financial_year":
        have, need = words.plural(shown, "year"), YEARS_OF_A_TREND
    else:
        have, need = words.plural(shown, "quarter"), POINTS_OF_A_PROCESS
    if shown >= need:
        return "whether it changes cannot be calculated"
    return f"too early to call it a change: {have} of the {need} it takes"


def not_mature_words(indicator: Indicator, series: Series) -> str:
    """Which periods cannot be told yet; empty where all can."""
    open_periods = [each.period for each in series.figures if each.is_not_mature]
    if not open_periods:
        return ""
    followed = f": each case is followed for {words.days(indicator.window_days)}"
    named = open_periods if len(open_periods) < 3 else [f"{open_periods[0]} and later periods"]
    return words.sentence(
        f"{words.listed(named)} cannot be told yet{followed if indicator.window_days else ''}. "
        "That is no fall"
    )


def is_own_standard(indicator: Indicator, series: Series) -> bool:
    """Whether the borough is the standard of its own ratio, so that its total is 100 always.

    A ward or provider that happens to be 100 is none.
    """
    values = {each.value for each in series.complete if each.value is not None}
    is_total_ratio = indicator.statistic == "isr" and series.breakdown_type == "total"
    return is_total_ratio and values == {indicator.multiplier}


def summary(indicator: Indicator, series: Series | None) -> str:
    """The latest figure of the borough in a sentence, hedged as it is judged, and its course."""
    if series is None or is_own_standard(indicator, series):
        return standing(indicator, series)
    course = words.sentence(change_words(indicator, series))
    return f"{standing(indicator, series)} {course}".strip()


def standing(indicator: Indicator, series: Series | None) -> str:
    """The same without its course: how the latest figure stands against target or benchmark."""
    latest = series.latest if series else None
    if series is None or latest is None:
        return "There is no complete period yet."
    if is_own_standard(indicator, series):
        return (
            f"The borough as a whole is {indicator.multiplier} by definition; places and providers "
            "are compared with it."
        )
    told = [latest_words(indicator, latest)]
    told += [benchmark_words(indicator, latest), target_words(indicator, latest)]
    return words.sentence(", ".join(each for each in told if each))
