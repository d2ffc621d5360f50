"""Kinds of breakdown in words."""

from __future__ import annotations

from insight_pipeline.publication.site.kinds import in_order, kind_of


def test_a_known_kind_has_its_words_and_one_of_an_indicators_own_its_code_in_words() -> None:
    assert (kind_of("area").one, kind_of("area").many) == ("ward", "wards")
    assert (kind_of("site_type").one, kind_of("site_type").many) == ("site type", "site types")
    assert kind_of("provider_pair").anchor == "by-pair-of-providers"


def test_the_whole_comes_first_and_kinds_of_an_indicators_own_last_by_name() -> None:
    given = ["pathway", "age_band", "need", "total", "area", "total"]
    assert in_order(given) == ["total", "area", "age_band", "need", "pathway"]
