"""What a figure is judged to say in two or three words, and how sure that is.

Belongs here: verdicts, as table judgement has them. Does not belong here: judging, or sentences
(findings.py). Never better or worse without a judgement.
"""

from __future__ import annotations

from dataclasses import dataclass

from insight_pipeline.publication.site.records import Figure, Indicator, Judgement, Series

_SURE = {
    "High (0.001)": "very likely more than chance",
    "Low (0.001)": "very likely more than chance",
}
_LIKELY = "likely more than chance"
TONES = {"better": "good", "worse": "bad", "higher": "other", "lower": "other"}


@dataclass(frozen=True)
class Signal:
    """A verdict in two or three words. tone: good, bad, other (special, neither) or plain.

    sureness: how sure it is, in words; empty where there is nothing to be sure of.
    """

    tone: str
    words: str
    sureness: str = ""

    @property
    def is_special(self) -> bool:
        return self.tone != "plain"


_WORSE = "Getting worse"
_BETTER = "Getting better"
STEADY = Signal("plain", "No clear change", "what moved may well be chance")
NOT_YET = Signal("plain", "Too early to call a change")
_TREND = "very sure; chance alone would bring it less than once in 500 times"
_PROCESS = "likely more than chance; the last periods break the rules of ordinary variation"
_CHANGES = {
    "IncreasingAndGettingBetter": Signal("good", _BETTER, _TREND),
    "DecreasingAndGettingBetter": Signal("good", _BETTER, _TREND),
    "IncreasingAndGettingWorse": Signal("bad", _WORSE, _TREND),
    "DecreasingAndGettingWorse": Signal("bad", _WORSE, _TREND),
    "Increasing": Signal("other", "Rising", _TREND),
    "Decreasing": Signal("other", "Falling", _TREND),
    "special_cause_improvement": Signal("good", _BETTER, _PROCESS),
    "special_cause_concern": Signal("bad", _WORSE, _PROCESS),
    "special_cause_neutral_high": Signal("other", "Unusually high", _PROCESS),
    "special_cause_neutral_low": Signal("other", "Unusually low", _PROCESS),
    "NoChange": STEADY,
    "common_cause": STEADY,
}


def change(series: Series | None) -> Signal:
    """Whether a series is changing, as its latest complete period is judged."""
    latest = series.latest if series else None
    if latest is None:
        return Signal("plain", "Not known yet")
    if latest.value is None:
        return Signal("plain", "Withheld" if "[c]" in latest.shorthand else "No figure")
    told = [_CHANGES.get(name or "") for name in _judged(latest.judgement)]
    special = [signal for signal in told if signal and signal.is_special]
    return next(iter([*special, *(signal for signal in told if signal)]), NOT_YET)


def _judged(judgement: Judgement) -> tuple[str | None, str | None]:
    return judgement.recent_trend, judgement.spc_variation


def comparison(figure: Figure, against: str = "the borough") -> Signal:
    """Better, worse, higher or lower than what it is compared with, or neither."""
    outcome = figure.judgement.compared_outcome
    sure = _SURE.get(figure.judgement.funnel_flag or "", _LIKELY)
    if outcome in TONES:
        return Signal(TONES[outcome], f"{outcome.capitalize()} than {against}", sure)
    if outcome == "similar":
        return Signal("plain", f"Similar to {against}", "any difference may well be chance")
    return Signal("plain", "Not compared")


def against_yardstick(indicator: Indicator, series: Series | None) -> Signal | None:
    """How the latest total compares with benchmark or target; None where it is not compared."""
    latest = series.latest if series else None
    if latest is None or latest.judgement.compared_outcome == "not_compared":
        return None
    is_target = is_held_to_its_target(indicator, latest)
    return comparison(latest, "the target" if is_target else "the benchmark")


def is_held_to_its_target(indicator: Indicator, figure: Figure) -> bool:
    """Whether what a total is compared with is the target, there being no benchmark."""
    return indicator.benchmark_value is None and figure.breakdown_type == "total"
