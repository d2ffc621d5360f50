"""The SPC chart: what stands where, what breaks at a gap, what it says to those who cannot see."""

from __future__ import annotations

import pytest

from insight_pipeline.publication.site.charts.model import Axis, Change, Limits, Mark
from insight_pipeline.publication.site.charts.spc import spc_chart
from tests.unit.publication.site.charts.geometry import (
    of_kind,
    pictures,
    texts,
    tooltips,
    walked,
)

PER_CENT = Axis("%", 1)


def marks(*values: float | None, signal: str = "common_cause") -> list[Mark]:
    return [
        Mark(f"20{n:02}", value, value and value - 2, value and value + 2, signal=signal)
        if value is not None
        else Mark(f"20{n:02}", None, shorthand="[c]")
        for n, value in enumerate(values)
    ]


def said(chart_picture: object) -> list[str]:
    return [words.said for words in texts(chart_picture)]


def test_a_gap_breaks_line_and_band_and_shows_its_shorthand_at_the_axis() -> None:
    whole = spc_chart("a", "t", marks(50, 51, 52, 53, 54), PER_CENT)
    broken = spc_chart("a", "t", marks(50, 51, None, 53, 54), PER_CENT)
    for before, after in zip(pictures(whole), pictures(broken), strict=True):
        assert [len(of_kind(each, "band")) for each in (before, after)] == [2, 3]  # one in the key
        lines = [of_kind(each, "line")[0].get("d").count("M") for each in (before, after)]
        assert lines == [1, 2]
        assert "[c]" not in said(before) and said(after).count("[c]") == 1
        assert len(of_kind(after, "gap")) == 1


def test_a_mark_without_limits_breaks_the_band_but_not_the_line() -> None:
    series = marks(50, 51, 52, 53, 54)
    series[2] = Mark("2002", 52.0)
    picture = pictures(spc_chart("a", "t", series, PER_CENT))[0]
    assert len(of_kind(picture, "band")) == 3
    assert of_kind(picture, "line")[0].get("d").count("M") == 1


def test_limits_left_at_a_gap_do_not_close_the_band() -> None:
    series = marks(50, 51, 52, 53, 54)
    series[2] = Mark("2002", None, 49.0, 55.0, "[x]")
    picture = pictures(spc_chart("a", "t", series, PER_CENT))[0]
    assert len(of_kind(picture, "band")) == 3


def test_gaps_for_one_reason_in_a_row_have_one_symbol() -> None:
    picture = pictures(spc_chart("a", "t", marks(50, None, None, None, 51), PER_CENT))[0]
    assert said(picture).count("[c]") == 1 and len(of_kind(picture, "gap")) == 1


def test_a_figure_with_few_events_is_hollow_and_connected() -> None:
    series = [*marks(50, 51), Mark("2002", 52.0, 50.0, 54.0, "[u]"), *marks(53)]
    picture = pictures(spc_chart("a", "t", series, PER_CENT))[0]
    assert len(of_kind(picture, "few")) == 1 and said(picture).count("[u]") == 1
    assert of_kind(picture, "line")[0].get("d").count("M") == 1


@pytest.mark.parametrize(
    ("signal", "tone"),
    [
        ("special_cause_improvement", "good"),
        ("special_cause_concern", "bad"),
        ("special_cause_neutral_high", "other"),
        ("special_cause_neutral_low", "other"),
        ("common_cause", "plain"),
    ],
)
def test_a_signal_has_a_tone_a_shape_of_its_own_and_an_entry_in_the_key(
    signal: str, tone: str
) -> None:
    series = [*marks(50, 51, signal=signal), *marks(52, signal="similar")]
    picture = pictures(spc_chart("a", "t", series, PER_CENT))[0]
    toned = [each for each in of_kind(picture, tone) if "mark" in each.get("class")]
    assert len(toned) == (3 if tone != "plain" else 5)  # two points and the key


def test_shapes_differ_as_tones_do() -> None:
    signals = ("improvement", "concern", "neutral_high", "neutral_low", "common_cause")
    series = [Mark(str(n), 50.0, signal=signal) for n, signal in enumerate(signals)]
    picture = pictures(spc_chart("a", "t", series, PER_CENT))[0]
    shapes = {each.get("d").split("m", 1)[1] for each in of_kind(picture, "mark")}
    assert len(shapes) == len(signals)


def test_limits_run_level_and_begin_anew_where_they_change() -> None:
    limits = [Limits(50.0, 45.0, 55.0)] * 2 + [Limits(60.0, 56.0, 64.0)] * 2
    chart = spc_chart("a", "t", marks(50, 51, 60, 61), PER_CENT, limits=limits, target=58.0)
    picture = pictures(chart)[0]
    level = [list(walked(each.get("d"))) for each in of_kind(picture, "mean")][1:]
    assert len(level) == 2 and level[0][1][0] == pytest.approx(level[1][0][0], abs=0.11)
    assert all(start[1] == end[1] for start, end in level)
    assert len(of_kind(picture, "limit")) == 5 and len(of_kind(picture, "target")) == 2
    assert {"Mean 60.0", "Process limits 56.0 to 64.0", "Target 58.0"} <= set(said(picture))


def test_a_limit_below_zero_is_not_drawn_on_an_axis_from_zero() -> None:
    limits = [Limits(2.0, -1.0, 5.0)] * 3
    axis = Axis("%", 1, from_zero=True)
    picture = pictures(spc_chart("a", "t", marks(2.5, 3, 2), axis, limits=limits))[0]
    assert len(of_kind(picture, "limit")) == 2  # the upper one, and the key
    assert "\N{MINUS SIGN}1" not in said(picture)


def test_a_change_is_a_labelled_line_between_two_marks() -> None:
    change = Change(2, "Recoverwell takes over")
    picture = pictures(spc_chart("a", "t", marks(50, 51, 60, 61), PER_CENT, changes=[change]))[0]
    (line,) = of_kind(picture, "change")
    (x, _), (same, _) = walked(line.get("d"))
    points = [next(walked(each.get("d")))[0] for each in of_kind(picture, "mark")][1:]
    assert x == same and points[1] < x < points[2]
    assert "Recoverwell takes over" in said(picture)


def test_later_marks_stand_further_right_and_larger_ones_higher() -> None:
    picture = pictures(spc_chart("a", "t", marks(50, 53, 51), PER_CENT))[0]
    points = [next(walked(each.get("d"))) for each in of_kind(picture, "mark")][1:]
    assert [x for x, _ in points] == sorted(x for x, _ in points)
    assert points[1][1] < points[2][1] < points[0][1]


def test_the_alternative_says_first_last_target_signals_and_gaps_and_no_direction() -> None:
    series = marks(54.1, None, 60.0, signal="special_cause_improvement")
    series.append(Mark("2003", 66.1, signal="special_cause_improvement"))
    chart = spc_chart("a", "t", series, PER_CENT, target=65.0, changes=[Change(2, "New provider")])
    space = "\N{NO-BREAK SPACE}"
    assert chart.alternative == (
        f"From 54.1{space}% in 2000 to 66.1{space}% in 2003. "
        f"Target 65.0{space}%. Signals: special-cause improvement 3; the latest: special-cause "
        "improvement. 1 of 4 periods without a value: 2001 [c]. "
        "Marked: New provider (drawn before 2002)."
    )


def test_words_are_escaped_and_tooltips_have_the_long_label() -> None:
    series = [Mark("<1>", 1234.5, 1200.0, 1300.0, signal="concern", long_label="R&D")]
    chart = spc_chart('a"b c', "<t> & co", series, Axis("days", 1))
    assert "<1>" not in chart.svg and "&lt;t&gt; &amp; co" in chart.svg
    assert tooltips(pictures(chart)[0]) == [
        "R&D: 1,234.5\N{NO-BREAK SPACE}days (1,200.0 to 1,300.0), special-cause concern"
    ]


def test_limits_of_another_number_are_refused() -> None:
    with pytest.raises(ValueError, match="2 marks and 1 limits"):
        spc_chart("a", "t", marks(1, 2), PER_CENT, limits=[Limits(1, 1, 1)])
