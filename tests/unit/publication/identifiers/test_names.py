"""Phrases that could be names, and those that the project's own words make harmless."""

from __future__ import annotations

import polars as pl

from insight_pipeline.publication.identifiers.names import own_phrases, phrases
from insight_pipeline.settings import Settings


def of(*texts: str) -> set[str]:
    frame = pl.DataFrame({"text": list(texts)}).with_row_index("text_id")
    return set(phrases(frame)["phrase"].to_list())


def test_neighbours_within_a_clause_are_phrases_and_no_others() -> None:
    assert of("Zoe Adeyemi. Victoria: Park") == {"Zoe Adeyemi"}
    assert of("Adeyemi, Zoe") == {"Adeyemi Zoe"}
    assert of("zoe.adeyemi and zoe_obrien") >= {"zoe adeyemi", "zoe obrien"}


def test_initials_and_particles_stand_between_two_names() -> None:
    assert "Zoe Adeyemi" in of("Zoe J. Adeyemi")
    assert "Jan van der Berg" in of("by Jan van der Berg")


def test_a_small_joining_word_beside_a_capital_is_no_name_but_in_a_name_of_small_letters() -> None:
    assert of("April to June") == {"April to June"}
    assert "april to" in of("april to")


def test_what_the_project_says_itself_is_known(settings: Settings) -> None:
    own = own_phrases(settings, pl.Series(["Victoria Park"]))
    assert {"victoria park", "adult social"} <= set(own.to_list())
    assert "zoe adeyemi" not in own.to_list()
