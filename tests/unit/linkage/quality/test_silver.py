"""Which pairs a trusted number labels, and which it may not."""

from __future__ import annotations

from dataclasses import replace

import duckdb
import pytest

from insight_pipeline.linkage.pairs.blocking_rules import RULES
from insight_pipeline.linkage.people.trust import Issuer
from insight_pipeline.linkage.quality.basis import bin_of
from insight_pipeline.linkage.quality.silver import find_silver
from tests.unit.linkage.quality.stores import BASIS, store

OTHER_RULE = next(n for n, rule in enumerate(RULES) if rule.name != "trusted id")
NUMBER_RULE = next(n for n, rule in enumerate(RULES) if rule.name == "trusted id")
NUMBERS = {1: "111", 2: "111", 3: "955555", 4: "111888", 5: "111889"}


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    """Records 1 and 2 share a number, 3 bears another, 4 and 5 numbers one slip apart."""
    made = store({key: [n] for n, key in enumerate("abcdef", start=1)}, numbers=NUMBERS)
    made.execute("""
        insert into pair values (1, 2, 14, null, 3.2), (1, 3, -6, null, 1.2), (4, 5, 2, null, 5),
            (3, 6, 9, null, null)
    """)
    return made


def labels(con: duckdb.DuckDBPyConnection) -> dict[tuple[int, int], tuple[bool, bool, int]]:
    rows = con.execute("select rid_l, rid_r, is_equal, is_reached, bin from silver").fetchall()
    return {(left, right): (equal, reached, bits) for left, right, equal, reached, bits in rows}


def test_pairs_are_labelled_by_the_number_and_weighed_without_it(
    con: duckdb.DuckDBPyConnection,
) -> None:
    con.execute("insert into block_key values (?, 7, 1), (?, 7, 2)", [OTHER_RULE] * 2)
    find_silver(con, BASIS)
    assert labels(con) == {
        (1, 2): (True, True, bin_of(3.2)),
        (1, 3): (False, True, bin_of(1.2)),
    }


@pytest.mark.parametrize(
    ("rule", "limits"), [(NUMBER_RULE, {}), (OTHER_RULE, {RULES[OTHER_RULE].name: 1})]
)
def test_a_pair_that_only_its_number_proposes_is_not_reached(
    con: duckdb.DuckDBPyConnection, rule: int, limits: dict[str, int]
) -> None:
    con.execute("insert into block_key values (?, 7, 1), (?, 7, 2)", [rule] * 2)
    find_silver(con, replace(BASIS, block_limits=limits))
    assert labels(con)[1, 2][:2] == (True, False)


def test_numbers_of_an_issuer_that_may_not_veto_label_nothing(
    con: duckdb.DuckDBPyConnection,
) -> None:
    borrowed = Issuer("nhs_number", pairs=1000, slips=100, contradictions=100)
    assert not borrowed.may_veto
    find_silver(con, replace(BASIS, issuers=[borrowed]))
    assert labels(con) == {}


def test_a_store_whose_scoring_kept_no_such_weight_has_no_labels(
    con: duckdb.DuckDBPyConnection,
) -> None:
    con.execute("alter table pair drop column weight_without_number")
    find_silver(con, BASIS)
    assert labels(con) == {}
