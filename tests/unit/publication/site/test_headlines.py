"""What comes first on the home page, and what does not come there at all."""

from __future__ import annotations

from dataclasses import replace

from insight_pipeline.publication.site.headlines import headlines
from insight_pipeline.publication.site.records import Series
from insight_pipeline.publication.site.store import Store
from tests.unit.publication.site.conftest import IMPROVING, SHORT, WORSENING


def test_what_improves_and_what_worsens_is_told_with_how_sure_it_is(store: Store) -> None:
    found = headlines(store)
    assert [each.link.path for each in found.improving] == [f"indicators/{IMPROVING}.html"]
    assert [each.link.path for each in found.worsening] == [f"indicators/{WORSENING}.html"]
    assert all(each.sureness for each in (*found.improving, *found.worsening))
    assert "once in 500" in found.worsening[0].text + found.worsening[0].sureness


def test_totals_against_target_or_benchmark_come_worst_first(store: Store) -> None:
    found = headlines(store).benchmarks
    assert {each.link.path for each in found} == {
        f"indicators/{IMPROVING}.html",
        f"indicators/{SHORT}.html",
    }
    assert [each.tone for each in found] == sorted(each.tone for each in found)


def test_every_indicator_is_counted_once(store: Store) -> None:
    found = headlines(store)
    changing = len(found.improving) + len(found.worsening) + len(found.moving)
    others = found.steady + found.undecided + found.standards + found.unknown
    assert changing + others == len(store.indicators)
    assert found.standards == found.unknown == 1


def test_only_wards_and_providers_count_among_those_that_chance_may_mark(store: Store) -> None:
    kinds = ("area", "provider")
    only = replace(
        store,
        series=tuple(each for each in store.series if each.breakdown_type in (*kinds, "total")),
    )
    assert headlines(only).compared == headlines(store).compared > 0
    totals = tuple(each for each in store.series if each.breakdown_type not in kinds)
    assert headlines(replace(store, series=totals)).compared == 0


def test_who_stands_out_is_surest_first_and_only_judged(store: Store) -> None:
    found = headlines(store)
    assert found.standing_out
    sure = [each.sureness.startswith("very") for each in found.standing_out]
    assert sure == sorted(sure, reverse=True)
    assert {each.tone for each in found.standing_out} <= {"good", "bad", "other"}


def test_without_judgements_there_is_nothing_to_tell(store: Store) -> None:
    def unjudged(series: Series) -> Series:
        blank = {
            "compared_outcome": "not_compared",
            **dict.fromkeys(("recent_trend", "spc_variation", "spc_assurance", "funnel_flag")),
        }
        figures = tuple(
            replace(each, judgement=replace(each.judgement, **blank)) for each in series.figures
        )
        return replace(series, figures=figures)

    found = headlines(replace(store, series=tuple(map(unjudged, store.series))))
    told = (found.improving, found.worsening, found.moving, found.benchmarks, found.standing_out)
    assert told == ((), (), (), (), ())
    assert found.compared == found.steady == 0
