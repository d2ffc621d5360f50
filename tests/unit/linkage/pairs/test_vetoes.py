"""Pair vetoes: what they say of pairs made by hand, and on which registers they apply."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from insight_pipeline.linkage.evidence.load import count_values, load_evidence
from insight_pipeline.linkage.evidence.record import build_records, count_names
from insight_pipeline.linkage.model.comparisons import COMPARISONS
from insight_pipeline.linkage.model.model import Model
from insight_pipeline.linkage.pairs.vetoes import VETOES, in_force
from tests.linkage.making import Row, person, write_evidence

BORN = date(2009, 6, 2)
NUMBER = ["nhs_number:9434765919"]


def vetoed(one: Row, other: Row, folder: Path) -> list[str]:
    """Names of the vetoes on the pair, looked at from both sides."""
    with duckdb.connect() as con:
        load_evidence(con, [write_evidence(folder / "evidence.parquet", [one, other])])
        count_values(con)
        count_names(con)
        build_records(con)
        both = [
            {
                veto.name
                for veto in VETOES
                if con.execute(
                    f"select ({veto.condition}) from record as l, record as r "
                    "where l.record_id = ? and r.record_id = ?",
                    [left["record_id"], right["record_id"]],
                ).fetchall()[0][0]
            }
            for left, right in ((one, other), (other, one))
        ]
    assert both[0] == both[1]
    return sorted(both[0])


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (("Bethan", "Elmham", BORN), ("Marek", "Elmham", BORN), ["twins"]),
        (("Bethan", "Elmham", BORN), ("Elmham", "Marek", BORN), ["twins"]),
        (("Mauro", "Elmham", BORN), ("Eduardo", "Elmham", BORN), ["twins"]),
        (("Bethan", "Elmham", BORN), ("Beth", "Elmham", BORN), []),
        (("Bethan", "Elmham", BORN), ("Betahn", "Elmham", BORN), []),
        (("Bethan", "Elmham", BORN), ("Elmham", "Bethan", BORN), []),
        (("Bethan", "Elmham", BORN), ("M", "Elmham", BORN), []),
        (("Edwin", "Elmham", BORN), ("Edwin", "Elmham", date(2004, 11, 19)), ["namesakes"]),
        (("Edwin", "Elmham", BORN), ("Edwin", "Elmham", date(2004, 6, 19)), []),
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


def model(**shares: tuple[float, float]) -> Model:
    """Matches and relatives of even shares, but for comparisons given as (match, relative) of all
    levels a veto looks at."""
    even = {c.name: [1 / len(c.levels)] * len(c.levels) for c in COMPARISONS}
    match, relative = dict(even), dict(even)
    for name, (m, r) in shares.items():
        match[name], relative[name] = [m] * len(even[name]), [r] * len(even[name])
    return Model(
        prior_match=1e-4,
        prior_relative=1e-4,
        prior_namesake=1e-6,
        match=match,
        relative=relative,
        namesake=even,
        stranger=even,
        evidence_pairs={},
    )


def test_vetoes_apply_where_relatives_make_such_pairs_more_often_than_matches() -> None:
    families = model(birth_date=(0.01, 0.02))
    assert [veto.name for veto in in_force(families)] == ["twins", "father and son", "namesakes"]
    assert in_force(model(birth_date=(0.02, 0.01))) == ()


def test_vetoes_do_not_apply_where_there_are_hardly_any_relatives() -> None:
    assert in_force(replace(model(birth_date=(0.01, 0.02)), kin_share=0.001)) == ()


def test_every_veto_names_levels_that_its_comparisons_have() -> None:
    levels = {c.name: len(c.levels) for c in COMPARISONS}
    for veto in VETOES:
        assert len(veto.reason) > 10
        assert all(max(at) < levels[name] for name, at in veto.levels.items())
