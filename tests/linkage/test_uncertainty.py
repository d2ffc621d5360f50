"""Alternative partitions: what holds in every draw, and how often what is doubtful does."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import duckdb
import networkx as nx
import polars as pl
import pytest

from insight_pipeline.linkage.quality.basis import Basis, bin_of
from insight_pipeline.linkage.quality.nightly import measure_quality
from insight_pipeline.linkage.quality.uncertainty import DrawCounts, draw_partitions, export_draws
from tests.unit.linkage.quality.stores import BASIS, Pair, add_silver, store

DRAWS = 200
People = Mapping[str, Sequence[int]]


def drawn(con: duckdb.DuckDBPyConnection, basis: Basis = BASIS, draws: int = DRAWS) -> DrawCounts:
    report = measure_quality(con, basis)
    return draw_partitions(con, basis, report.calibration, draws)


def partitions(con: duckdb.DuckDBPyConnection, draws: int = DRAWS) -> list[dict[str, str]]:
    """record_id → citizen_key of every draw, the unmoved filled in."""
    base = dict(con.execute("select record_id, citizen_key from person").fetchall())
    made = [dict(base) for _ in range(draws)]
    for turn, record, key in con.execute("from linkage_draw").fetchall():
        assert base[record] != key
        made[turn - 1][record] = key
    return made


def sure_of_it(con: duckdb.DuckDBPyConnection) -> None:
    """Labels enough that the model's own doubt plays no part."""
    for bits, equal in ((-1.8, 220), (1.2, 720)):
        add_silver(con, bits=bits, equal=equal, different=1000 - equal)


def maze(seed: int) -> tuple[People, list[Pair]]:
    """People of one to four records and doubts of every kind among them."""
    rng = random.Random(seed)  # noqa: S311
    people: dict[str, list[int]] = {}
    rid = 0
    while rid < 120:
        size = rng.randint(1, 4)
        people[f"key-{rng.random():.9f}"] = list(range(rid, rid + size))
        rid += size
    pairs: list[Pair] = []
    for members in people.values():
        pairs += [
            (one, other, rng.uniform(0, 12))
            for n, one in enumerate(members) for other in members[n + 1:]
        ]  # fmt: skip
    taken = {(left, right) for left, right, *_ in pairs}
    for _ in range(200):
        one, other = sorted(rng.sample(range(rid), 2))
        if (one, other) not in taken:
            taken.add((one, other))
            veto = ("twins",) if rng.random() < 0.2 else ()
            pairs.append((one, other, rng.uniform(-6, 0), *veto))
    return people, pairs


def test_a_doubtful_couple_is_parted_as_often_as_its_weight_says() -> None:
    con = store({"a": [1, 2]}, [(1, 2, 1.2)])
    sure_of_it(con)
    counts = drawn(con)
    parted = sum(keys["p:1"] != keys["p:2"] for keys in partitions(con))
    assert parted / DRAWS == pytest.approx(0.28, abs=0.1)
    assert (counts.base, counts.fewest, counts.most) == (1, 1, 2)
    assert sum(people == 2 for people in counts.people) == parted


def test_people_left_nearly_apart_are_joined_as_often_and_under_the_smaller_key() -> None:
    con = store({"b": [1], "a": [2]}, [(1, 2, -1.8)])
    sure_of_it(con)
    drawn(con)
    joined = [keys for keys in partitions(con) if keys["p:1"] == keys["p:2"]]
    assert len(joined) / DRAWS == pytest.approx(0.22, abs=0.1)
    assert {keys["p:1"] for keys in joined} == {"a"}


def test_what_is_sure_is_the_same_in_every_draw() -> None:
    con = store({"a": [1, 2], "b": [3]}, [(1, 2, 15.0), (2, 3, -15.0)])
    sure_of_it(con)
    counts = drawn(con)
    assert counts.doubtful_joins == counts.records_moved == 0
    assert set(counts.people) == {2}


def test_a_store_without_records_has_nothing_to_draw() -> None:
    assert drawn(store({})).people == (0,) * DRAWS


def test_a_part_that_split_off_has_the_same_new_key_in_every_draw() -> None:
    con = store({"a": [1, 2]}, [(1, 2, 1.2)])
    drawn(con)
    new = {key for keys in partitions(con) for key in keys.values()} - {"a"}
    assert len(new) == 1
    assert all(len(key) == 24 for key in new)


@pytest.mark.parametrize("seed", range(5))
def test_no_draw_joins_what_a_veto_keeps_apart_through_any_chain(seed: int) -> None:
    people, pairs = maze(seed)
    con = store(people, pairs, numbers={n: f"{n * 7919:08d}" for n in range(0, 120, 9)})
    bad = con.execute("""
        select p.citizen_key from person as p inner join trusted_value using (record_id)
        group by all having count(distinct trusted_id) > 1
    """).fetchall()
    con.execute("delete from trusted_value where record_id in (select record_id from person where "
        "list_contains(?, citizen_key))", [[key for (key,) in bad]])  # fmt: skip
    drawn(con)
    vetoed = [(left, right) for left, right, _, *veto in pairs if veto]
    base = dict(con.execute("select rid, citizen_key from person").fetchall())
    number = dict(con.execute("select record_id, trusted_id from trusted_value").fetchall())
    moved = 0
    for keys in partitions(con):
        for left, right in vetoed:
            if base[left] != base[right]:
                assert keys[f"p:{left}"] != keys[f"p:{right}"]
        borne: dict[str, set[str]] = {}
        for record, value in number.items():
            borne.setdefault(keys[record], set()).add(value)
        assert all(len(values) == 1 for values in borne.values())
        moved += len(set(keys.values())) != len(people)
    assert moved > DRAWS / 2


@pytest.mark.parametrize("seed", range(3))
def test_every_draw_joins_only_along_doubts_and_parts_only_at_them(seed: int) -> None:
    people, pairs = maze(seed)
    con = store(people, pairs)
    drawn(con)
    reach = nx.Graph([(f"p:{a}", f"p:{b}") for a, b in con.execute(
        "select rid_l, rid_r from edge").fetchall()])  # fmt: skip
    sure = nx.Graph([(f"p:{a}", f"p:{b}") for a, b in con.execute(
        "select rid_l, rid_r from edge where chance = 1").fetchall()])  # fmt: skip
    for members in people.values():
        nx.add_path(reach, [f"p:{n}" for n in members])
    component = {r: n for n, c in enumerate(nx.connected_components(reach)) for r in c}
    for keys in partitions(con)[:40]:
        by_key: dict[str, set[int]] = {}
        for record, key in keys.items():
            by_key.setdefault(key, set()).add(component[record])
        assert all(len(found) == 1 for found in by_key.values())
        assert all(keys[one] == keys[other] for one, other in sure.edges)


def test_decisions_hold_in_every_draw() -> None:
    con = store({"a": [1, 2], "b": [3], "c": [4]}, [(1, 2, 1.2), (2, 3, -0.8), (3, 4, -0.8)])
    con.execute("""
        create table decision_pair as select * from (values
            ('p:1', 'p:2', 'same', 'd1'), ('p:2', 'p:4', 'different', 'd2')
        ) v(record_id_l, record_id_r, verdict, decision_id)
    """)
    drawn(con)
    made = partitions(con)
    assert all(keys["p:1"] == keys["p:2"] != keys["p:4"] for keys in made)
    assert any(keys["p:3"] == keys["p:4"] for keys in made)
    assert any(keys["p:3"] == keys["p:1"] for keys in made)


def test_people_who_opted_out_are_in_no_draw() -> None:
    con = store({"a": [1, 2], "b": [3], "c": [4]}, [(1, 2, 1.2), (2, 3, -0.8), (3, 4, -0.8)])
    con.execute("create table citizen as select unnest(['b', 'c']) as citizen_key")
    drawn(con)
    records = {record for (record,) in con.execute("select record_id from linkage_draw").fetchall()}
    assert records == {"p:4"}


def test_draws_depend_on_the_model_and_on_nothing_else() -> None:
    people, pairs = maze(9)
    everything = "select * from linkage_draw order by all"
    found = []
    for threads, order in ((1, pairs), (3, pairs[::-1])):
        con = store(dict(sorted(people.items(), key=lambda item: item[0][::-threads])), order)
        con.execute(f"set threads = {threads}")
        drawn(con)
        found.append(con.execute(everything).fetchall())
    assert found[0] == found[1]
    drawn(con, replace(BASIS, model="another"))
    assert con.execute(everything).fetchall() != found[0]


def test_an_unchanged_person_is_drawn_alike_whoever_else_came() -> None:
    people, pairs = maze(4)
    con = store(people, pairs)
    drawn(con)
    before = partitions(con)
    more = {**people, "newcomer": [900, 901], "other": [902]}
    con = store(more, [*pairs, (900, 901, 2.2), (901, 902, -1.8)])
    drawn(con)
    assert [
        {r: k for r, k in keys.items() if int(r[2:]) < 900} for keys in partitions(con)
    ] == before


def test_the_mean_number_of_people_is_the_one_the_chances_add_up_to() -> None:
    couples = {f"k{n:03d}": [2 * n, 2 * n + 1] for n in range(100)}
    con = store(couples, [(2 * n, 2 * n + 1, 1.2) for n in range(100)])
    sure_of_it(con)
    report = measure_quality(con, BASIS)
    counts = draw_partitions(con, BASIS, report.calibration, 40)
    chance = report.calibration.at(bin_of(1.2))
    assert sum(counts.people) / 40 == pytest.approx(100 + 100 * (1 - chance), abs=4)


def test_draws_are_handed_over_as_parquet_and_only_where_there_are_any(tmp_path: Path) -> None:
    con = store({"a": [1, 2]}, [(1, 2, 1.2)])
    path = tmp_path / "draws.parquet"
    assert not export_draws(con, path) and not path.exists()
    drawn(con)
    assert export_draws(con, path)
    frame = pl.read_parquet(path)
    assert frame.columns == ["draw", "record_id", "citizen_key"]
    assert frame.height == con.execute("select count(*) from linkage_draw").fetchall()[0][0]
