"""The only module that knows Splink: our comparisons as a Splink model, and scored pairs out of it.

Belongs here: translation to Splink's settings and running its prediction on pairs we block.
Does not belong here: which comparisons there are, or how parameters are estimated.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import duckdb

from insight_pipeline.linkage.model.comparisons import ELSE, Comparison

if TYPE_CHECKING:
    from splink import Linker

# Pairs scored in one go: bounds the memory of Splink's wide intermediate table.
CHUNK = 4_000_000

# Whatever decides a cleaned value, a weight or a cluster.
ENGINES = ("splink", "duckdb", "numpy", "scipy", "phonenumbers", "anyascii")
ENGINE_VERSION = ", ".join(f"{engine} {version(engine)}" for engine in ENGINES)


class EngineError(Exception):
    """Splink could not compare; its own message holds SQL and is kept back."""


Parameters = dict[str, list[float]]


def _levels(comparison: Comparison, match: Sequence[float], stranger: Sequence[float]) -> list[Any]:
    levels: list[dict[str, Any]] = [
        {"sql_condition": comparison.missing, "label_for_charts": "missing", "is_null_level": True}
    ]
    for level, m, u in zip(comparison.levels, match, stranger, strict=True):
        entry: dict[str, Any] = {
            "sql_condition": "ELSE" if level.condition == ELSE else level.condition,
            "label_for_charts": level.label,
            "m_probability": m,
            "u_probability": u,
        }
        if level.frequency:
            entry["tf_adjustment_column"] = level.frequency
            entry["tf_adjustment_weight"] = 1.0
            entry["disable_tf_exact_match_detection"] = True
        levels.append(entry)
    return levels


def splink_settings(
    comparisons: Sequence[Comparison],
    match: Parameters,
    stranger: Parameters,
    prior: float,
    explained: bool = False,
) -> dict[str, Any]:
    """A Splink settings dictionary with every parameter given.

    `explained` keeps what each comparison added (tf_*, mw_*): wanted for few pairs, dear for many.
    """
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "rid",
        "probability_two_random_records_match": prior,
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": explained,
        # Pairs are blocked by us and registered; Splink wants at least one rule to be named.
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": "l.rid = r.rid", "sql_dialect": "duckdb"}
        ],
        "comparisons": [
            {
                "output_column_name": c.name,
                "comparison_levels": _levels(c, match[c.name], stranger[c.name]),
            }
            for c in comparisons
        ],
    }


def score(
    con: duckdb.DuckDBPyConnection,
    settings: dict[str, Any],
    pairs: str,
    into: str,
    columns: Sequence[str],
    kept: str = "true",
) -> None:
    """Score table `pairs`(rid_l, rid_r, match_key) over table `record`, giving table `into`.

    `columns` and `kept`, a condition, are SQL over Splink's prediction: match_weight, match_key,
    gamma_*, and in explained settings tf_* and mw_*.
    """
    total = int(con.execute(f"select count(*) from {pairs}").fetchall()[0][0])
    con.execute(f"drop table if exists {into}")
    chunks = max(1, -(-total // CHUNK))
    for chunk in range(chunks):
        _score_chunk(con, settings, (pairs, chunk, chunks), into, (columns, kept))


def _score_chunk(
    con: duckdb.DuckDBPyConnection,
    settings: dict[str, Any],
    part: tuple[str, int, int],
    into: str,
    wanted: tuple[Sequence[str], str],
) -> None:
    pairs, chunk, chunks = part
    columns, kept = wanted
    con.execute(f"""
        create or replace temp table splink_pairs as
        select rid_l as join_key_l, rid_r as join_key_r, match_key
        from {pairs} where rid_l % {chunks} = {chunk}
    """)
    try:
        linker = _linker(con, settings)
        predicted = linker.inference.predict(warning_mode="never")
    except Exception as error:
        # Splink's own exception is not public, and its message holds the whole query.
        raise EngineError(type(error).__name__) from None
    selected = f"select {', '.join(columns)} from {predicted.physical_name} where {kept}"
    exists = con.execute(
        "select count(*) from duckdb_tables() where table_name = ?", [into]
    ).fetchall()[0][0]
    con.execute(
        f"insert into {into} {selected}" if exists else f"create table {into} as {selected}"
    )
    linker.table_management.delete_tables_created_by_splink_from_db()
    con.execute("drop table splink_pairs")


def _linker(con: duckdb.DuckDBPyConnection, settings: dict[str, Any]) -> Linker:
    """Splink over tables record, frequency_<column> and splink_pairs."""
    # Imported where it is used: every command passes this module, few of them link.
    from splink import DuckDBAPI, Linker, SettingsCreator

    api = DuckDBAPI(con)
    linker = Linker(
        api.register("record", table_name="linkage_record"),
        SettingsCreator.from_path_or_dict(settings),
        log_level=None,
        validate_settings=False,
    )
    _keep_levels(linker)
    for column in _frequency_columns(settings):
        known = api.register(f"frequency_{column}", table_name=f"linkage_frequency_{column}")
        linker.table_management.register_term_frequency_lookup(known, column)
    blocked = api.register("splink_pairs", table_name="linkage_pairs")
    linker.table_management.register_blocked_pairs_for_predict(blocked)
    return linker


def _keep_levels(linker: Linker) -> None:
    """Have Splink put out the level of every comparison, whatever else it keeps.

    It knows only all compared columns or nothing; writing names, lists and addresses of both
    records costs a quarter of the prediction, and we need the levels alone.
    """
    for comparison in linker._settings_obj.comparisons:
        select = comparison._columns_to_select_for_predict
        comparison._columns_to_select_for_predict = partial(  # type: ignore[method-assign]
            _with_level, select
        )


def _with_level(
    select: Callable[..., list[str]], matching: bool, parts: bool, _: bool
) -> list[str]:
    return select(matching, parts, True)


def _frequency_columns(settings: dict[str, Any]) -> list[str]:
    levels = [
        level for comparison in settings["comparisons"] for level in comparison["comparison_levels"]
    ]
    return sorted(
        {level["tf_adjustment_column"] for level in levels if "tf_adjustment_column" in level}
    )
