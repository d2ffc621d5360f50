"""When numbers of an issuer may forbid a link."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from insight_pipeline.linkage.people.trust import Issuer, identity_numbers

CHECKED = Issuer("card", pairs=5000, slips=0, contradictions=9)
TYPED = Issuer("card", pairs=5000, slips=100, contradictions=9)


@pytest.mark.parametrize(
    ("issuer", "checked", "vetoes"),
    [
        (Issuer("hardly seen", pairs=20, slips=5, contradictions=9), True, True),
        (Issuer("with check digit", pairs=5000, slips=0, contradictions=900), True, True),
        (Issuer("typed but reliable", pairs=5000, slips=100, contradictions=40), False, True),
        (Issuer("typed and unreliable", pairs=5000, slips=100, contradictions=400), False, False),
    ],
)
def test_an_issuer_is_judged_by_slips_and_contradictions(
    issuer: Issuer, checked: bool, vetoes: bool
) -> None:
    assert (issuer.is_checked, issuer.may_veto) == (checked, vetoes)


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """Tonight's local tables, empty; records are their rid as text."""
    with duckdb.connect() as connection:
        for statement in (
            "attach ':memory:' as store",
            "create table store.trusted_value (record_id text, issuer text, trusted_id text)",
            "create table affected (record_id text, rid bigint)",
            "create table local_component (rid bigint, component bigint)",
            "create table local_pair (rid_l bigint, rid_r bigint, match_weight double, veto text)",
            "create table bond (rid_l bigint, rid_r bigint)",
        ):
            connection.execute(statement)
        yield connection


def classes(
    con: duckdb.DuckDBPyConnection,
    numbers: dict[int, tuple[str, ...]],
    components: dict[int, int],
    issuer: Issuer = CHECKED,
) -> dict[int, int]:
    """Which number each record bears, where records bear `numbers` of one issuer."""
    for rid in sorted(components):
        con.execute("insert into affected values (?, ?)", [str(rid), rid])
        con.execute("insert into local_component values (?, ?)", [rid, components[rid]])
        for number in numbers.get(rid, ()):
            values = [str(rid), "card", f"card:{number}"]
            con.execute("insert into store.trusted_value values (?, ?, ?)", values)
    found = identity_numbers(con, [issuer], join=0.0)[:, 0]
    return dict(zip(sorted(components), found.tolist(), strict=True))


def test_numbers_one_record_bears_are_one_for_its_component(
    con: duckdb.DuckDBPyConnection,
) -> None:
    numbers = {1: ("A", "B"), 2: ("A",), 3: ("B",), 4: ("C",)}
    found = classes(con, numbers, dict.fromkeys(range(1, 6), 1))
    assert found[1] == found[2] == found[3] != found[4]
    assert found[5] == -1


def test_what_another_component_says_of_numbers_changes_nothing(
    con: duckdb.DuckDBPyConnection,
) -> None:
    found = classes(con, {1: ("A", "B"), 2: ("A",), 3: ("B",)}, {1: 1, 2: 2, 3: 2})
    assert found[2] != found[3]


def test_a_decision_unites_the_numbers_of_two_records(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("insert into bond values (1, 2)")
    found = classes(con, {1: ("A",), 2: ("B",), 3: ("B",)}, {1: 1, 2: 1, 3: 1})
    assert found[1] == found[2] == found[3]


@pytest.mark.parametrize(("issuer", "same"), [(CHECKED, False), (TYPED, True)])
def test_two_slips_are_forgiven_where_numbers_are_typed_and_the_records_link(
    con: duckdb.DuckDBPyConnection, issuer: Issuer, same: bool
) -> None:
    con.execute("insert into local_pair values (1, 2, 9.0, null), (2, 3, -4.0, null)")
    found = classes(con, {1: ("12345",), 2: ("12354",), 3: ("12355",)}, {1: 1, 2: 1, 3: 1}, issuer)
    assert (found[1] == found[2]) == same
    assert found[3] != found[2]
