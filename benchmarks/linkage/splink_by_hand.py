"""What somebody who knows Splink well would write by hand: the peer of the clock.

Belongs here: the peer. It prepares the columns in one pass of SQL of its own, blocks by the same
rules within the same limits, compares by the same levels, trains as Splink's documentation says (u
from random pairs, m by EM over two blocking rules), predicts without any column it does not need,
and takes connected components at p >= 0.95. It keeps nothing from night to night.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from insight_pipeline.linkage.evidence.nicknames import name_groups
from insight_pipeline.linkage.model.comparisons import COMPARISONS
from insight_pipeline.linkage.pairs.blocking_rules import RULES
from insight_pipeline.linkage.pairs.splink_engine import splink_settings

QUERY = Path(__file__).with_name("hand_written.sql")
RANDOM_PAIRS = 1e6
MATCH = 0.95
SURE = ("l.given = r.given and l.family = r.family and l.birth_date = r.birth_date",)
_KEYS = """
    insert into block_key
    select $1, key, rid from (select hash(key) as key, rid from ($keys) where key is not null)
    qualify count(*) over (partition by key) between 2 and $2
"""


def link_by_hand(
    evidence: Path, limits: Mapping[str, int], out: Path, memory: str, threads: int, spill: Path
) -> dict[str, int]:
    """Write (cluster_id, rid) to `out`; counts of records and pairs."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    config: dict[str, Any] = {
        "threads": threads,
        "memory_limit": memory,
        "temp_directory": str(spill),
    }
    with duckdb.connect(":memory:", config=config) as con:
        _prepare(con, evidence)
        pairs = _block(con, limits)
        linker = _trained(con)
        predicted = linker.inference.predict(threshold_match_probability=0.01, warning_mode="never")
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
            predicted, threshold_match_probability=MATCH
        )
        con.execute(f"copy {clusters.physical_name} to '{out}' (format parquet)")
        records = con.execute("select count(*) from record").fetchall()[0][0]
    return {"records": int(records), "pairs": pairs}


def _prepare(con: duckdb.DuckDBPyConnection, evidence: Path) -> None:
    names, groups = zip(*name_groups(), strict=True)
    known = pa.table({"name": list(names), "group_name": list(groups)})
    con.register("name_group", known)
    described = con.execute(f"describe from '{evidence}'").fetchall()
    missing = {"email", "middle_name", "sex_code", "uprn"} - {row[0] for row in described}
    nulls = "".join(f", null::varchar as {name}" for name in sorted(missing))
    source = f"(select *{nulls} from '{evidence}')"  # noqa: S608 (names of our own)
    con.execute(QUERY.read_text(encoding="utf-8").replace("$evidence", source))


def _block(con: duckdb.DuckDBPyConnection, limits: Mapping[str, int]) -> int:
    """Table pairs(join_key_l, join_key_r, match_key): every pair that some rule proposes, once."""
    con.execute("create table block_key (rule tinyint, key ubigint, rid bigint)")
    for number, rule in enumerate(RULES):
        keys = f"select rid, unnest(list_distinct({rule.keys})) as key from record"  # noqa: S608
        con.execute(_KEYS.replace("$keys", keys), [number, limits.get(rule.name, 0)])
    con.execute("""
        create table pairs as
        select distinct l.rid as join_key_l, r.rid as join_key_r, '0' as match_key
        from block_key as l inner join block_key as r using (rule, key)
        where l.rid < r.rid
    """)
    return int(con.execute("select count(*) from pairs").fetchall()[0][0])


def _trained(con: duckdb.DuckDBPyConnection) -> Linker:
    even = {c.name: [1 / len(c.levels)] * len(c.levels) for c in COMPARISONS}
    believed = {c.name: [level.match for level in c.levels] for c in COMPARISONS}
    settings = splink_settings(COMPARISONS, believed, even, 0.0001) | {
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
    }
    api = DuckDBAPI(con)
    linker = Linker(
        api.register("record", table_name="people"),
        SettingsCreator.from_path_or_dict(settings),
        log_level=None,
        validate_settings=False,
    )
    training = linker.training
    training.estimate_probability_two_random_records_match(list(SURE), recall=0.6)
    training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=1)
    for rule in (block_on("given", "family"), block_on("birth_date", "postcode")):
        training.estimate_parameters_using_expectation_maximisation(rule)
    pairs = api.register("pairs", table_name="blocked")
    linker.table_management.register_blocked_pairs_for_predict(pairs)
    return linker
