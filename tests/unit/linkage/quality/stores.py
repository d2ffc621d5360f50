"""Small identity stores for the tests of quality: records, pairs and people written down by hand.

Belongs here: tables as a night leaves them. Does not belong here: any measure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import duckdb
import polars as pl

from insight_pipeline.linkage.people.trust import Issuer
from insight_pipeline.linkage.quality.basis import Basis

NAMES = pl.DataFrame({"name": ["Pryce", "Adeyemi"], "name_group": ["welsh", "yoruba"]})
NHS = Issuer("nhs_number", pairs=0, slips=0, contradictions=0)
BASIS = Basis(night=1, join=0.0, names=NAMES, as_of=date(2025, 1, 1), model="m", issuers=[NHS])

_TABLES = """
    create table person (record_id varchar, rid bigint, citizen_key varchar, component bigint);
    create table pair (rid_l bigint, rid_r bigint, match_weight double, veto varchar,
        weight_without_number double);
    create table record (record_id varchar, rid bigint, sex varchar, birth_date date,
        family varchar, given_first varchar, trusted_issuers varchar[]);
    create table trusted_value (record_id varchar, issuer varchar, trusted_id varchar,
        times bigint);
    create table block_key (rule smallint, key ubigint, rid bigint);
    create table person_evidence (record_id varchar, provider_id varchar);
"""

FACTS: dict[str, Any] = {
    "sex": "F", "birth_date": date(1980, 1, 1), "family": "pryce", "given_first": "ada",
}  # fmt: skip

Pair = tuple[int, int, float] | tuple[int, int, float, str]


def store(
    people: Mapping[str, Sequence[int]],
    pairs: Iterable[Pair] = (),
    numbers: Mapping[int, str] | None = None,
    facts: Mapping[int, Mapping[str, Any]] | None = None,
) -> duckdb.DuckDBPyConnection:
    """A store where record n is 'p:n' with rid n; `numbers` are NHS numbers, `facts` columns."""
    con = duckdb.connect()
    con.execute(_TABLES)
    numbers, facts = numbers or {}, facts or {}
    rids = sorted(rid for members in people.values() for rid in members)
    known = {rid: {**FACTS, **facts.get(rid, {})} for rid in rids}
    tables: dict[str, Sequence[Sequence[Any]]] = {
        "person": [(f"p:{r}", r, key, min(each)) for key, each in people.items() for r in each],
        "pair": [
            (left, right, bits, *(veto or [None]), None) for left, right, bits, *veto in pairs
        ],
        "record": [
            (
                f"p:{r}",
                r,
                *(known[r][name] for name in FACTS),
                ["nhs_number"] if r in numbers else None,
            )
            for r in rids
        ],
        "trusted_value": [
            (f"p:{r}", "nhs_number", f"nhs_number:{number}", 1) for r, number in numbers.items()
        ],
        "person_evidence": [(f"p:{r}", "p") for r in rids],
    }
    for table, rows in tables.items():
        _insert(con, table, rows)
    return con


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Sequence[Any]]) -> None:
    if rows:
        names = [name for name, *_ in con.execute(f"describe {table}").fetchall()]
        columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
        con.register("given", pl.DataFrame(columns, strict=False).to_arrow())
        con.execute(f"insert into {table} from given")
        con.unregister("given")


def add_silver(con: duckdb.DuckDBPyConnection, bits: float, equal: int, different: int) -> None:
    """Pairs of records nobody links, with numbers; equal ones are found by another rule too."""
    first = int(con.execute("select coalesce(max(rid), 0) + 2 from record").fetchall()[0][0])
    rids = range(first, first + 2 * (equal + different))
    shared = {rid: (rid - first) // 2 < equal for rid in rids}
    number = {rid: f"{(rid - (rid - first) % 2 if shared[rid] else rid):x}" * 3 for rid in rids}
    none = [None] * 5
    _insert(con, "record", [(f"p:{rid}", rid, *none) for rid in rids])
    _insert(con, "trusted_value", [(f"p:{r}", "nhs_number", number[r], 1) for r in rids])
    _insert(con, "pair", [(rid, rid + 1, -8.0, None, bits) for rid in rids if rid % 2 == first % 2])
    _insert(con, "block_key", [(1, (rid - first) // 2, rid) for rid in rids if shared[rid]])


def lines(con: duckdb.DuckDBPyConnection, measure: str) -> dict[tuple[str, str], dict[str, Any]]:
    """Lines of table quality by group."""
    found = con.sql(f"select * from quality where measure = '{measure}'").pl()
    return {(row["group_kind"], row["group_value"]): row for row in found.iter_rows(named=True)}
