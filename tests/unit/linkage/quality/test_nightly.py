"""A night's measures against figures worked out by hand, and against a truth drawn by chance."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from insight_pipeline.linkage.quality.basis import bin_of, bits_of
from insight_pipeline.linkage.quality.nightly import QualityReport, measure_quality
from tests.unit.linkage.quality.stores import BASIS, add_silver, lines, store

EVERYONE = ("everyone", "everyone")


def chance(bits: float) -> float:
    """The uncalibrated probability of a weight, to half a bit."""
    return 1 / (1 + 2 ** -bits_of(bin_of(bits)))


def share(report: QualityReport, measure: str) -> float:
    found = report.shares[measure]
    assert found is not None
    return found.estimate


def test_precision_is_the_mean_probability_of_the_pairs_joined() -> None:
    con = store({"a": [1, 2], "b": [3, 4], "c": [5]}, [(1, 2, 9.2), (3, 4, 2.2)])
    report = measure_quality(con, BASIS)
    assert share(report, "estimated_precision") == pytest.approx((chance(9.2) + chance(2.2)) / 2)
    assert share(report, "estimated_recall") == 1.0
    line = lines(con, "estimated_precision")[EVERYONE]
    assert line["denominator"] == 2 and line["method"] == "estimate, model"


def test_recall_counts_what_was_left_apart_by_how_likely_it_is_one() -> None:
    con = store({"a": [1, 2], "b": [3]}, [(1, 2, 9.2), (2, 3, -1.8), (1, 3, -2.8)])
    report = measure_quality(con, BASIS)
    missed = 2 * chance((-1.8 - 2.8) / 2)
    assert share(report, "estimated_recall") == pytest.approx(chance(9.2) / (chance(9.2) + missed))


def test_a_pair_is_judged_by_its_people_not_by_itself() -> None:
    pairs = [(1, 2, 15.0), (3, 4, 15.0), (1, 3, 12.0), (1, 4, 12.0), (2, 3, 12.0), (2, 4, -2.0)]
    con = store({"a": [1, 2, 3, 4]}, pairs)
    across = chance((12 * 3 - 2) / 4)
    expected = (2 * chance(15.0) + 4 * across) / 6
    assert share(measure_quality(con, BASIS), "estimated_precision") == pytest.approx(expected)


@pytest.mark.parametrize("why", ["veto", "numbers", "decision"])
def test_people_who_may_not_be_one_are_not_missed(why: str) -> None:
    numbers = {1: "111", 3: "999"} if why == "numbers" else {}
    veto = {"veto": ("twins",), "decision": ("decision",)}.get(why, ())
    con = store({"a": [1, 2], "b": [3]}, [(1, 2, 9.2), (2, 3, 3.2, *veto)], numbers=numbers)
    if why == "decision":
        con.execute(
            "create table decision_pair as select 'p:1' as record_id_l, 'p:3' as record_id_r, "
            "'different' as verdict, 'd' as decision_id"
        )
    assert share(measure_quality(con, BASIS), "estimated_recall") == 1.0


def test_groups_of_a_kind_add_up_to_everyone() -> None:
    facts: dict[int, dict[str, Any]] = {
        2: {"sex": "M", "family": "adeyemi"},
        3: {"sex": None, "birth_date": None, "family": "smith", "given_first": "pryce"},
        4: {"birth_date": date(2020, 1, 1)},
    }
    pairs = [(1, 2, 9.2), (3, 4, 2.2), (2, 3, -1.8), (4, 5, -0.8)]
    con = store({"a": [1, 2], "b": [3, 4], "c": [5]}, pairs, numbers={5: "1"}, facts=facts)
    measure_quality(con, BASIS)
    for measure in ("estimated_precision", "estimated_recall", "records"):
        found = lines(con, measure)
        for kind in ("sex", "age_band", "name_group", "provider", "identifiers", "birth_date"):
            groups = [line for (of, _), line in found.items() if of == kind]
            for part in ("numerator", "denominator"):
                if measure == "records" and part == "denominator":
                    continue
                total = sum(line[part] for line in groups)
                assert total == pytest.approx(found[EVERYONE][part]), (measure, kind)
    names = lines(con, "records")
    assert {group for kind, group in names if kind == "name_group"} == {"welsh", "yoruba"}
    assert {group for kind, group in names if kind == "age_band"} == {"00-17", "45-64", "not known"}
    assert {group for kind, group in names if kind == "identifiers"} == {"0", "1"}


def many(likely: int, doubtful: int) -> tuple[dict[str, list[int]], list[tuple[int, int, float]]]:
    couples = [(2 * n, 2 * n + 1) for n in range(likely + doubtful)]
    people = {f"k{one}": [one, other] for one, other in couples}
    weights = [12.2] * likely + [1.2] * doubtful
    return people, [(*couple, weight) for couple, weight in zip(couples, weights, strict=True)]


def test_a_group_that_fares_worse_is_flagged_and_a_small_one_marked() -> None:
    people, pairs = many(150, 50)
    facts = {rid: {"sex": "M"} for rid in range(300, 400)} | {0: {"family": "adeyemi"}}
    con = store(people, pairs, facts=facts)
    add_silver(con, bits=1.2, equal=600, different=400)
    add_silver(con, bits=12.2, equal=1000, different=0)
    report = measure_quality(con, BASIS)
    assert ("estimated_precision_difference", "sex", "M") in report.flagged
    assert ("estimated_precision_difference", "sex", "F") in report.flagged
    line = lines(con, "estimated_precision_difference")["sex", "M"]
    own, everyone = (lines(con, "estimated_precision")[g] for g in (("sex", "M"), EVERYONE))
    assert line["estimate"] == pytest.approx(own["estimate"] - everyone["estimate"])
    assert line["upper"] < 0
    assert lines(con, "records")["name_group", "yoruba"]["is_small"]
    assert not lines(con, "records")["sex", "M"]["is_small"]
    assert report.small_groups == 1


def test_groups_that_fare_alike_are_not_flagged() -> None:
    people, pairs = many(150, 50)
    facts = {rid: {"sex": "M"} for rid in range(400) if rid // 2 % 2}
    assert measure_quality(store(people, pairs, facts=facts), BASIS).flagged == ()


def test_people_pairs_and_reviews_are_counted() -> None:
    con = store({"a": [1, 2], "b": [3], "c": [4]}, [(1, 2, 9.2), (2, 3, -1.8)])
    con.execute("create table review_item as select 1 as item from range(7)")
    report = measure_quality(con, BASIS)
    assert report.people_by_size == {1: 2, 2: 1}
    assert (report.backlog, report.records) == (7, 4)
    pairs = lines(con, "pairs")
    assert {int(value): line["numerator"] for (_, value), line in pairs.items()} == {
        bin_of(9.2): 1,
        bin_of(-1.8): 1,
    }


def test_a_night_measured_again_replaces_its_lines_and_keeps_other_nights() -> None:
    con = store({"a": [1, 2]}, [(1, 2, 9.2)])
    for night in (1, 2, 2):
        measure_quality(con, replace(BASIS, night=night))
    counted = con.execute(
        "select night, count(*) from quality group by night order by 1"
    ).fetchall()
    assert counted[0][1] == counted[1][1]
    assert len(counted) == 2


def test_an_empty_store_has_nothing_to_measure() -> None:
    report = measure_quality(store({}), BASIS)
    assert (report.records, report.flagged) == (0, ())
    assert report.shares.get("estimated_precision") is None


def test_neither_threads_nor_the_order_of_rows_move_a_figure() -> None:
    people, pairs = many(300, 100)
    pairs += [(n, n + 2, -3.0 + n % 5) for n in range(0, 600, 2)]
    found = []
    for threads, order in ((1, pairs), (4, pairs[::-1])):
        con = store(people, order)
        con.execute(f"set threads = {threads}")
        measure_quality(con, BASIS)
        found.append(con.execute("select * from quality order by all").fetchall())
    assert found[0] == found[1]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_estimates_cover_a_truth_that_keeps_the_models_word(seed: int) -> None:
    rng = np.random.default_rng(seed)
    weights = rng.normal(4, 5, 1500).round(2)
    same = rng.random(1500) < 1 / (1 + 2.0**-weights)
    couples = [(2 * n, 2 * n + 1) for n in range(1500)]
    people: dict[str, list[int]] = {}
    for (one, other), weight in zip(couples, weights, strict=True):
        people |= (
            {f"k{one}": [one, other]} if weight >= 0 else {f"k{one}": [one], f"k{other}": [other]}
        )
    pairs = [(*couple, float(weight)) for couple, weight in zip(couples, weights, strict=True)]
    report = measure_quality(store(people, pairs), BASIS)
    joined = weights >= 0
    for measure, truth in (
        ("estimated_precision", same[joined].mean()),
        ("estimated_recall", same[joined].sum() / same.sum()),
    ):
        found = report.shares[measure]
        assert found is not None
        assert found.lower <= truth <= found.upper
        assert found.estimate == pytest.approx(truth, abs=0.03)


def test_silver_labels_that_contradict_the_model_lower_the_estimate() -> None:
    con = store({"a": [1, 2]}, [(1, 2, 4.2)])
    before = share(measure_quality(con, BASIS), "estimated_precision")
    add_silver(con, bits=4.2, equal=20, different=180)
    report = measure_quality(con, BASIS)
    assert share(report, "estimated_precision") < 0.3 < before
    assert report.calibration.method == "calibrated"
    assert report.silver_pairs == 200


def test_silver_figures_are_of_the_pairs_the_numbers_tell_apart() -> None:
    con = store({"a": [1, 2]}, [(1, 2, 4.2)])
    add_silver(con, bits=4.2, equal=30, different=10)
    add_silver(con, bits=-4.2, equal=6, different=50)
    con.execute(
        "insert into person select record_id, rid, record_id, rid from record where rid > 2"
    )
    con.execute("delete from block_key where key = 0")
    report = measure_quality(con, BASIS)
    assert share(report, "silver_precision") == pytest.approx(29 / 39)
    assert share(report, "silver_recall") == pytest.approx(29 / 34)
    assert share(report, "silver_reach") == pytest.approx(34 / 36)
