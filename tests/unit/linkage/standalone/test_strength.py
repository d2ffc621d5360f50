"""The weakest link of a cluster and what needs a review, on stores made by hand."""

from __future__ import annotations

from typing import Any

import duckdb

from insight_pipeline.linkage.standalone.strength import clusters

Pair = tuple[int, int, float, str | None]


def found(people: dict[int, str], pairs: list[Pair], join: float = 0.0) -> dict[str, Any]:
    """record_id → (size, weakest link, needs review), with a review band of 4 bits."""
    with duckdb.connect() as con:
        con.execute("create table person (rid bigint, record_id varchar, citizen_key varchar)")
        con.execute(
            "create table pair (rid_l bigint, rid_r bigint, match_weight double, veto varchar)"
        )
        for rid, key in people.items():
            con.execute("insert into person values (?, ?, ?)", [rid, f"r{rid}", key])
        for pair in pairs:
            con.execute("insert into pair values (?, ?, ?, ?)", list(pair))
        rows = clusters(con, join, 4.0)
    return {row["record_id"]: tuple(row.values())[2:] for row in rows.to_dicts()}


def test_the_weakest_link_is_the_pair_all_paths_depend_on() -> None:
    pairs: list[Pair] = [
        (1, 2, 20.0, None),
        (2, 3, 9.0, None),
        (1, 3, 6.0, None),
        (3, 4, 12.0, None),
    ]
    answer = found(dict.fromkeys((1, 2, 3, 4), "a"), pairs)
    assert answer["r1"] == (4, 9.0, False)


def test_a_record_alone_has_no_link_and_needs_no_review() -> None:
    assert found({1: "a", 2: "b"}, [])["r1"] == (1, None, False)


def test_a_link_inside_the_band_needs_a_review_whatever_else_is_strong() -> None:
    pairs: list[Pair] = [(1, 2, 20.0, None), (2, 3, 3.9, None)]
    assert found(dict.fromkeys((1, 2, 3), "a"), pairs)["r1"] == (3, 3.9, True)
    assert found(dict.fromkeys((1, 2, 3), "a"), pairs, join=-4.0)["r1"] == (3, 3.9, False)


def test_clusters_that_a_pair_would_join_both_need_a_review_unless_a_veto_settled_it() -> None:
    people = {1: "a", 2: "a", 3: "b", 4: "c"}
    pairs: list[Pair] = [(1, 2, 20.0, None), (2, 3, 1.0, None), (1, 4, 15.0, "twins")]
    answer = found(people, pairs)
    assert [answer[f"r{n}"][2] for n in (1, 2, 3, 4)] == [True, True, True, False]


def test_equal_weights_and_large_ids_do_no_harm() -> None:
    big = 2**62
    pairs: list[Pair] = [(1, big, 7.0, None), (big, big + 1, 7.0, None)]
    assert found({1: "a", big: "a", big + 1: "a"}, pairs)["r1"] == (3, 7.0, False)


def test_a_store_without_records_has_no_clusters() -> None:
    assert found({}, []) == {}
