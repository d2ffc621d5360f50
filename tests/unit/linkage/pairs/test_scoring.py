"""Pair vetoes and the threshold: what they say of pairs and models made by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from insight_pipeline.linkage.evidence.load import count_values, load_evidence
from insight_pipeline.linkage.evidence.record import build_records
from insight_pipeline.linkage.model.model import Model
from insight_pipeline.linkage.pairs.scoring import (
    JOIN_AMONG_KIN,
    JOIN_AMONG_STRANGERS,
    VETOES,
    join_weight,
)
from tests.linkage.making import Row, person, write_evidence

BORN = date(2009, 6, 2)
NUMBER = ["nhs_number:9434765919"]


def vetoed(one: Row, other: Row, folder: Path) -> list[str]:
    """Names of the vetoes on the pair, looked at from both sides."""
    with duckdb.connect() as con:
        load_evidence(con, [write_evidence(folder / "evidence.parquet", [one, other])])
        count_values(con)
        build_records(con)
        both = [
            {
                veto.name
                for veto in VETOES
                if con.execute(
                    f"select ({veto.condition}) from record as l, record as r "
                    f"where l.rid = {left} and r.rid = {1 - left}"
                ).fetchall()[0][0]
            }
            for left in (0, 1)
        ]
    assert both[0] == both[1]
    return sorted(both[0])


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (("Bethan", "Elmham", BORN), ("Marek", "Elmham", BORN), ["twins"]),
        (("Bethan", "Elmham", BORN), ("Elmham", "Marek", BORN), ["twins"]),
        (("Bethan", "Elmham", BORN), ("Beth", "Elmham", BORN), []),
        (("Bethan", "Elmham", BORN), ("Betahn", "Elmham", BORN), []),
        (("Bethan", "Elmham", BORN), ("Elmham", "Bethan", BORN), []),
        (("Bethan", "Elmham", BORN), ("M", "Elmham", BORN), []),
        (("Edwin", "Elmham", BORN), ("Eddie", "Elmham", date(1971, 2, 27)), ["father and son"]),
        (("Edwin", "Elmham", BORN), ("Edwin", "Elmhan", date(1971, 2, 27)), ["father and son"]),
        (("Edwin", "Elmham", date(1991, 2, 7)), ("Edwin", "Elmham", date(1971, 2, 7)), []),
        (("Edwin", "Elmham", BORN), ("Edwin", "Elmham", None), []),
        (("Edwin", "Elmham", BORN), ("Marek", "Elmham", date(1971, 2, 27)), []),
    ],
)
def test_twins_and_generations_are_told_apart(
    tmp_path: Path,
    one: tuple[str, str, date | None],
    other: tuple[str, str, date | None],
    expected: list[str],
) -> None:
    assert vetoed(person("a:1", *one), person("b:1", *other), tmp_path) == expected


def test_a_number_both_bear_overrules_the_look_of_twins(tmp_path: Path) -> None:
    one = person("a:1", "Bethan", "Elmham", BORN, trusted_ids=NUMBER)
    other = person("b:1", "Marek", "Elmham", BORN, trusted_ids=NUMBER)
    assert vetoed(one, other, tmp_path) == []


MODEL = Model(
    prior_match=1e-4, prior_relative=1e-4, match={}, relative={}, stranger={}, evidence_pairs={}
)


def test_among_families_a_person_is_whoever_is_more_likely_one_than_not() -> None:
    assert join_weight(MODEL, 20_000) == JOIN_AMONG_KIN


def test_where_no_relatives_are_the_threshold_is_lower() -> None:
    assert join_weight(replace(MODEL, prior_relative=0.0), 20_000) == JOIN_AMONG_STRANGERS
    between = join_weight(replace(MODEL, prior_relative=0.5e-5), 20_000)
    assert JOIN_AMONG_STRANGERS < between < JOIN_AMONG_KIN


def test_where_little_is_known_families_are_taken_for_granted() -> None:
    assert join_weight(replace(MODEL, prior_relative=0.0), 500) == JOIN_AMONG_KIN
