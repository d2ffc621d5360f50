"""Nights against a rebuild: however the evidence came, the people are those of all of it at once.

The oracle is networkx: it knows nothing of nights, blocks or clusters.
"""

from __future__ import annotations

import datetime
import itertools
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import networkx as nx
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight_pipeline.linkage.link import link
from insight_pipeline.linkage.model import files
from insight_pipeline.linkage.people import clustering
from insight_pipeline.linkage.review.decisions import COLUMNS
from insight_pipeline.linkage.summary import LinkageInputs, LinkageSummary
from tests.linkage.making import (
    Row,
    keys,
    parts,
    person,
    query,
    settings_for,
    town,
    write_evidence,
)

searched = settings(deadline=None, derandomize=True, max_examples=3)
SMALL = town(7, seed=21)
RECORDS = [str(row["record_id"]) for row in SMALL]
Decisions = list[tuple[int, int, str]]


@dataclass(frozen=True)
class Evening:
    """Which records are delivered, which of those say something else, what reviewers decided."""

    there: list[bool]
    mistaken: list[int]
    decisions: Decisions

    def rows(self) -> list[Row]:
        delivered = [dict(row) for row, there in zip(SMALL, self.there, strict=True) if there]
        for place in self.mistaken:
            if delivered:
                row = delivered[place % len(delivered)]
                row["birth_date"], row["postcode"] = datetime.date(1960, 2, 1), "ZA1 1AA"
        return delivered


_PLACE = st.integers(0, len(SMALL) - 1)
_DECISION = st.tuples(_PLACE, _PLACE, st.sampled_from(["same", "different"]))
_EVENING = st.builds(
    Evening,
    there=st.lists(st.sampled_from([True, True, True, False]), min_size=63, max_size=63),
    mistaken=st.lists(_PLACE, max_size=4),
    decisions=st.lists(_DECISION.filter(lambda d: d[0] != d[1]), max_size=4),
)


# What nights must leave exactly as a rebuild would; ids have a history, so they are left out.
TABLES = (
    "pair", "record", "record_mark", "block_key", "evidence_value", "trusted_value",
    "person_evidence", "decision_pair", "refused_bond",
)  # fmt: skip


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one model, trained on a larger town; nights and rebuilds go by it."""
    home = tmp_path_factory.mktemp("trained")
    path = write_evidence(home / "evidence.parquet", town(450, seed=4))
    assert not link(path, home / "s.duckdb", LinkageInputs(), settings_for(home)).is_provisional
    return settings_for(home).models


def decided(decisions: Decisions, path: Path) -> Path:
    """The feed of decisions about the small town."""
    named = [(RECORDS[one], RECORDS[other], verdict) for one, other, verdict in decisions]
    return write_decisions(named, path)


def write_decisions(decisions: Sequence[tuple[str, str, str]], path: Path) -> Path:
    """The feed of decisions as staging hands it over."""
    made: list[dict[str, Any]] = [
        {
            **dict.fromkeys(COLUMNS),
            "decision_id": f"d{n}",
            "record_id_l": one,
            "record_id_r": other,
            "verdict_code": verdict,
            "scope_code": "records",
            "records_l": [one],
            "records_r": [other],
            "reviewer_id": "reviewer 1",
            "decided_at": datetime.datetime(2025, 1, 1, n),
        }
        for n, (one, other, verdict) in enumerate(decisions)
    ]
    kinds: dict[str, Any] = {
        "VARCHAR[]": pl.List(pl.String), "BOOLEAN": pl.Boolean, "TIMESTAMP": pl.Datetime,
        "BIGINT": pl.Int64,
    }  # fmt: skip
    schema = {name: kinds.get(kind, pl.String) for name, kind in COLUMNS.items()}
    pl.DataFrame(made, schema=schema).write_parquet(path)
    return path


def a_night(home: Path, models: Path, evening: Evening) -> tuple[Path, LinkageSummary]:
    setting = settings_for(home)
    if not setting.models.exists():
        shutil.copytree(models, setting.models)
    evidence = write_evidence(home / "evidence.parquet", evening.rows())
    decision = decided(evening.decisions, home / "decision.parquet")
    store = home / "identity.duckdb"
    return store, link(evidence, store, LinkageInputs(decision=[decision]), setting)


def components_by_networkx(store: Path, join: float) -> set[frozenset[int]]:
    graph = nx.Graph()
    graph.add_nodes_from(rid for (rid,) in query(store, "select rid from person"))
    strong = f"select rid_l, rid_r from pair where match_weight >= {join}"
    graph.add_edges_from(query(store, strong))
    same = """
        select l.rid, r.rid from decision_pair
        inner join person as l on l.record_id = record_id_l
        inner join person as r on r.record_id = record_id_r where verdict = 'same'
    """
    graph.add_edges_from(query(store, same))
    return {frozenset(members) for members in nx.connected_components(graph)}


def groups(store: Path, column: str) -> set[frozenset[int]]:
    members: dict[object, set[int]] = {}
    for rid, label in query(store, f"select rid, {column} from person"):
        members.setdefault(label, set()).add(rid)
    return {frozenset(group) for group in members.values()}


def forbidden_pairs(store: Path) -> set[tuple[str, str]]:
    """Pairs that a veto or a decision forbids, without those that a decision demands."""
    forbidden = """
        select l.record_id, r.record_id from pair
        inner join person as l on l.rid = rid_l inner join person as r on r.rid = rid_r
        where veto is not null
        union
        select record_id_l, record_id_r from decision_pair where verdict = 'different'
    """
    demanded = "select record_id_l, record_id_r from decision_pair where verdict = 'same'"
    return in_order(query(store, forbidden)) - in_order(query(store, demanded))


def in_order(pairs: Sequence[tuple[Any, ...]]) -> set[tuple[str, str]]:
    return {(min(pair), max(pair)) for pair in pairs}


@searched
@given(st.lists(_EVENING, min_size=2, max_size=3))
def test_nights_of_any_kind_end_in_the_partition_of_a_rebuild(
    models: Path, evenings: Sequence[Evening]
) -> None:
    with TemporaryDirectory() as folder:
        home, rebuilt = Path(folder) / "nights", Path(folder) / "rebuild"
        for evening in evenings:
            store, _ = a_night(home, models, evening)
        fresh, _ = a_night(rebuilt, models, evenings[-1])
        assert parts(store) == parts(fresh)
        facts = "select * exclude (citizen_key) from citizen order by all"
        assert query(store, facts) == query(fresh, facts)
        doubts = "select count(*) from doubtful_person"
        assert query(store, doubts) == query(fresh, doubts)
        for table in TABLES:
            everything = f"select * from {table} order by all"
            assert query(store, everything) == query(fresh, everything), table
        check_partition(store, models)
        check_ids(store)


def check_partition(store: Path, models: Path) -> None:
    """Components are networkx's, people lie inside them, and no veto is broken by any chain."""
    (name,) = files.names(models)
    join = files.load(models, name).model.join
    components = components_by_networkx(store, join)
    assert groups(store, "component") == components
    people = groups(store, "citizen_key")
    assert all(any(person <= component for component in components) for person in people)
    key_of = keys(store)
    for one, other in forbidden_pairs(store):
        if one in key_of and other in key_of:
            assert key_of[one] != key_of[other]


def check_ids(store: Path) -> None:
    """Every record has one id, and every id ever given resolves to one in use or to nobody."""
    current = set(keys(store).values())
    successors = dict(query(store, "select citizen_key, successor_key from issued_key"))
    for key in successors:
        seen = [key]
        while seen[-1] not in current and successors[seen[-1]] is not None:
            seen.append(successors[seen[-1]])
            assert len(seen) == len(set(seen))
        assert seen[-1] in current or successors[seen[-1]] is None
    assert current <= set(successors)


def test_a_night_scores_only_pairs_of_changed_records(models: Path, tmp_path: Path) -> None:
    everyone = Evening([True] * 63, [], [])
    _, first = a_night(tmp_path, models, everyone)
    _, second = a_night(tmp_path, models, Evening([True] * 63, [5], []))
    assert (first.changed, second.changed) == (63, 1)
    assert 0 < second.pairs_scored < first.pairs_scored / 10
    assert second.affected < 12


def test_a_do_not_link_decision_parts_a_person_and_its_withdrawal_heals_it(
    models: Path, tmp_path: Path
) -> None:
    everyone = Evening([True] * 63, [], [])
    store, _ = a_night(tmp_path, models, everyone)
    before = keys(store)
    one, other = next(
        (a, b)
        for a, b in itertools.combinations(range(63), 2)
        if before[RECORDS[a]] == before[RECORDS[b]]
    )
    apart, _ = a_night(tmp_path, models, Evening([True] * 63, [], [(one, other, "different")]))
    assert keys(apart)[RECORDS[one]] != keys(apart)[RECORDS[other]]
    logged = query(apart, "select distinct cause from ledger_event where night = 2")
    assert logged == [("decision",)]
    healed, _ = a_night(tmp_path, models, everyone)
    assert keys(healed) == before


def test_a_must_link_decision_joins_strangers_even_with_different_numbers(
    models: Path, tmp_path: Path
) -> None:
    numbered = [n for n, row in enumerate(SMALL) if row["trusted_ids"]]
    one, other = (
        numbered[0],
        next(
            n
            for n in numbered
            if SMALL[n]["record_id"][-6:] != SMALL[numbered[0]]["record_id"][-6:]
        ),
    )
    store, _ = a_night(tmp_path, models, Evening([True] * 63, [], [(one, other, "same")]))
    assert keys(store)[RECORDS[one]] == keys(store)[RECORDS[other]]


def test_two_must_links_through_a_third_do_not_join_two_different_numbers(
    models: Path, tmp_path: Path
) -> None:
    def numbered(record_id: str, given: str, number: str | None) -> Row:
        more = {"trusted_ids": [f"library_card:{number}"]} if number else {}
        born = datetime.date(1970, 5, 17)
        return person(record_id, given, "Garcombe", born, postcode="ZA7 7AB", **more)

    rows = [
        numbered("north:a", "Blodwen", "1000000001"),
        numbered("south:a", "Blodwen", "1000000001"),
        numbered("north:x", "Blodwen", None),
        numbered("north:b", "Blodwen", "2000000002"),
    ]
    chain = [("north:a", "north:x", "same"), ("north:b", "north:x", "same")]
    setting = settings_for(tmp_path)
    shutil.copytree(models, setting.models)
    evidence = write_evidence(tmp_path / "evidence.parquet", [*SMALL, *rows])
    verdicts = write_decisions(chain, tmp_path / "decision.parquet")
    store = tmp_path / "identity.duckdb"
    summary = link(evidence, store, LinkageInputs(decision=[verdicts]), setting)
    found = keys(store)
    assert found["north:a"] == found["south:a"] != found["north:b"]
    assert found["north:x"] in (found["north:a"], found["north:b"])
    assert summary.decisions_put_back == 1
    assert len(query(store, "select decision_id from decision_conflict")) == 1

    seen = [*chain, ("north:a", "north:b", "same")]
    verdicts = write_decisions(seen, tmp_path / "decision.parquet")
    summary = link(evidence, store, LinkageInputs(decision=[verdicts]), setting)
    together = {keys(store)[row["record_id"]] for row in rows}
    assert len(together) == 1 and summary.decisions_put_back == 0


def test_a_component_too_large_to_judge_whole_ends_as_a_rebuild_does_when_it_shrinks(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clustering, "LARGEST_COMPONENT", 3)
    everyone = Evening([True] * 63, [], [(n, n + 9, "same") for n in range(0, 45, 9)])
    fewer = Evening([n % 9 != 4 for n in range(63)], [], everyone.decisions)
    store, _ = a_night(tmp_path / "nights", models, everyone)
    store, _ = a_night(tmp_path / "nights", models, fewer)
    fresh, _ = a_night(tmp_path / "rebuild", models, fewer)
    assert parts(store) == parts(fresh)
    assert groups(store, "component") == groups(fresh, "component")
