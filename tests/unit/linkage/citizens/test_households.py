"""Who lives with whom, since when, and where nobody does."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import insight_pipeline.linkage as room
from insight_pipeline.linkage.citizens.households import HouseholdCounts, find_households

JAN, MAR, JUL, DEC = (date(2024, month, 1) for month in (1, 3, 7, 12))
NEXT = date(2025, 6, 1)
# citizen, UPRN, address, postcode, from, to
Said = tuple[str, str | None, str | None, str | None, date | None, date | None]


def at(who: str, uprn: str, start: date | None = None, end: date | None = None) -> Said:
    return (who, uprn, None, None, start, end)


def found(
    said: Sequence[Said],
    most: int = 3,
    as_of: date | None = None,
    dead: dict[str, date] | None = None,
) -> tuple[duckdb.DuckDBPyConnection, HouseholdCounts]:
    con = duckdb.connect()
    con.execute("create table person (record_id varchar, citizen_key varchar)")
    con.execute("create table citizen (citizen_key varchar, death_date date)")
    con.execute("""
        create table person_evidence (record_id varchar, uprn varchar, address_line varchar,
            postcode varchar, valid_from_date date, valid_to_date date)
    """)
    for n, (who, *facts) in enumerate(said):
        con.execute("insert into person values (?, ?)", [f"p:{n}", who])
        con.execute("insert into person_evidence values (?, ?, ?, ?, ?, ?)", [f"p:{n}", *facts])
    for who, day in (dead or {}).items():
        con.execute("insert into citizen values (?, ?)", [who, day])
    return con, find_households(con, as_of, most)


def stays(con: duckdb.DuckDBPyConnection) -> list[tuple[str, date | None, date | None]]:
    return con.execute(
        "select citizen_key, from_date, to_date from household order by 1, 2"
    ).fetchall()


def together(con: duckdb.DuckDBPyConnection) -> set[frozenset[str]]:
    rows = con.execute(
        "select list(distinct citizen_key) from household group by household_key"
    ).fetchall()
    return {frozenset(members) for (members,) in rows}


def test_people_at_one_place_at_one_time_are_a_household() -> None:
    con, counts = found([at("ann", "1", JAN), at("ben", "1", MAR), at("cat", "2", JAN)])
    assert together(con) == {frozenset({"ann", "ben"}), frozenset({"cat"})}
    assert counts == HouseholdCounts(2, 0, 2, 3, {1: 1, 2: 1})


def test_a_move_ends_the_stay_before_it() -> None:
    con, _ = found([at("ann", "1", JAN), at("ann", "2", JUL)])
    assert stays(con) == [("ann", JAN, date(2024, 6, 30)), ("ann", JUL, None)]


def test_a_gap_in_which_nothing_else_is_known_is_none() -> None:
    con, _ = found([at("ann", "1", JAN, MAR), at("ann", "1", JUL, DEC)])
    assert stays(con) == [("ann", JAN, DEC)]


def test_a_return_after_living_elsewhere_is_another_stay() -> None:
    con, _ = found([at("ann", "1", JAN), at("ann", "2", MAR), at("ann", "1", JUL)])
    assert [start for _, start, _ in stays(con)] == [JAN, MAR, JUL]


def test_whoever_comes_after_everyone_left_is_another_household() -> None:
    con, _ = found([at("ann", "1", JAN, MAR), at("ben", "1", JUL)])
    assert together(con) == {frozenset({"ann"}), frozenset({"ben"})}
    con, _ = found([at("ann", "1", JAN, JUL), at("ben", "1", JUL)])
    assert together(con) == {frozenset({"ann", "ben"})}


def test_a_stay_ends_with_its_citizen() -> None:
    con, _ = found([at("ann", "1", JAN)], dead={"ann": JUL})
    assert stays(con) == [("ann", JAN, JUL)]


def test_what_holds_only_after_tonight_is_left_out() -> None:
    con, _ = found([at("ann", "1", JAN), at("ann", "2", NEXT)], as_of=DEC)
    assert stays(con) == [("ann", JAN, None)]


def test_an_address_without_a_day_counts_only_where_no_other_has_one() -> None:
    con, _ = found([at("ann", "1", JAN), at("ann", "2"), at("ben", "1")])
    assert stays(con) == [("ann", JAN, None), ("ben", None, None)]
    assert together(con) == {frozenset({"ann", "ben"})}


def test_an_address_is_the_uprn_it_is_known_by_whatever_the_order_of_its_words() -> None:
    home = ("12 Mill Lane", "ZZ1 1AA")
    con, counts = found([
        ("ann", "77", *home, JAN, None), ("ben", None, "MILL LN, 12", "zz11aa", JAN, None),
        ("cat", None, "12 mill lane", "ZZ2 2ZZ", JAN, None),
        ("dan", None, "12 mill lane", None, JAN, None),
    ])  # fmt: skip
    assert together(con) == {frozenset({"ann", "ben"}), frozenset({"cat"})}
    assert counts.places == 2


def test_more_people_at_one_time_than_a_home_holds_are_no_household() -> None:
    crowd = [at(f"n{n}", "1", JAN) for n in range(4)]
    con, counts = found([*crowd, at("ann", "2", JAN)])
    assert con.execute("select kind, people_max from place order by kind").fetchall() == [
        ("communal", 4),
        ("dwelling", 1),
    ]
    assert together(con) == {frozenset({"ann"})}
    assert (counts.communal, counts.citizens) == (1, 1)


def test_many_people_one_after_the_other_still_live_in_a_home() -> None:
    said = [at(f"n{n}", "1", date(2020 + n, 1, 1), date(2020 + n, 12, 31)) for n in range(6)]
    con, counts = found(said)
    assert counts.communal == 0
    assert con.execute("select people_max from place").fetchall() == [(1,)]


people = st.lists(
    st.tuples(
        st.sampled_from("abcde"), st.sampled_from("123"), st.integers(0, 30), st.integers(0, 30)
    ),
    max_size=8,
)


@settings(deadline=None, derandomize=True, max_examples=25)
@given(people, st.randoms())
def test_the_busiest_day_of_a_place_is_that_of_a_plain_count_in_any_order(
    rows: list[tuple[str, str, int, int]], chance: object
) -> None:
    said = [
        at(who, place, date(2024, 1, 1 + start), date(2024, 1, 1 + min(start + more, 30)))
        for who, place, start, more in rows
    ]
    con, _ = found(said, most=100)
    shuffled = list(said)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    again, _ = found(shuffled, most=100)
    for table in ("place", "household"):
        everything = f"select * from {table} order by all"
        assert con.execute(everything).fetchall() == again.execute(everything).fetchall()
    spans = con.execute("select place_key, from_date, to_date from household").fetchall()
    for key, most in con.execute("select place_key, people_max from place").fetchall():
        days = [date(2024, 1, day) for day in range(1, 32)]
        own = [(start, end) for place, start, end in spans if place == key]
        assert most == max(sum(start <= day <= end for start, end in own) for day in days)


def test_keys_say_nothing_of_the_address() -> None:
    con, _ = found([("ann", None, "12 mill lane", "ZZ11AA", JAN, None)])
    row = con.execute("select place_key, household_key from household").fetchall()[0]
    assert all(re.fullmatch("[0-9a-f]{24}", key) for key in row)


LINKING = ("evidence", "model", "training", "pairs", "people", "clk")
READS = re.compile(r"\b(?:from|join)\s+(?:store\.)?(?:household|place|stay)\b", re.IGNORECASE)


def _modules() -> list[Path]:
    root = Path(next(iter(room.__path__)))
    return [
        path
        for name in LINKING
        for path in sorted((root / name).glob("*.py"))
        if path.name != "households.py"
    ]


@pytest.mark.parametrize("path", _modules(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_nothing_that_links_reads_households(path: Path) -> None:
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            assert "households" not in ast.unparse(node)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            assert not READS.search(node.value)


def test_a_query_that_read_households_would_be_seen() -> None:
    assert READS.search("select 1 from household") and READS.search("inner join store.place using")
    assert not READS.search("the same place from two sides")
