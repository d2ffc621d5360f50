"""Runs the oracle's expectations over rows and reads off which row breaks which rule.

Belongs here: Great Expectations on a pandas frame. Does not belong here: which expectation stands
for which rule (expectations.py). The rows are made from a contract, never delivered: their values
may stand in results that nobody keeps.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import great_expectations as gx
import pandas as pd
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)

from insight_pipeline.contracts.judging.oracle.expectations import Asked, Oracle, Spellings
from insight_pipeline.contracts.judging.oracle.pair import HELD, Pair
from insight_pipeline.contracts.judging.oracle.predicate import UnknownExpressionError
from insight_pipeline.contracts.judging.oracle.table import Table
from insight_pipeline.contracts.judging.rules import Rule
from insight_pipeline.contracts.promise.contract import Contract

COMPLETE = {"result_format": "COMPLETE", "unexpected_index_column_names": ["_row"]}


def pairs_of_great_expectations(
    contract: Contract,
    rules: Sequence[Rule],
    rows: Sequence[Mapping[str, Any]],
    spellings: Spellings,
) -> tuple[set[Pair], set[str]]:
    """Every broken rule and held row, and the codes no expectation of theirs can speak for."""
    table = Table(contract, rows, spellings)
    oracle = Oracle(contract, table, spellings)
    asked: list[Asked] = []
    unknown: set[str] = set()
    for rule in rules:
        try:
            asked += oracle.asked(rule)
        except UnknownExpressionError:
            unknown.add(rule.code)
    frame = pd.DataFrame({name: pd.Series(v, dtype=object) for name, v in table.columns.items()})
    found = _unexpected(frame, [one for one in asked if not one.without_repeats])
    originals = table.originals()
    once = frame.loc[sorted(set(originals))]
    shared = _unexpected(once, [one for one in asked if one.without_repeats])
    numbers = table.columns["_row"]
    # What is said of a row is said of every copy of it.
    for place, original in enumerate(originals):
        found |= {(numbers[place], code) for row, code in shared if row == numbers[original]}
    found = {pair for pair in found if pair[1] not in unknown}
    holding = {rule.code for rule in rules if rule.code not in unknown and oracle.holds(rule)}
    return found | {(row, HELD) for row, code in found if code in holding}, unknown


@lru_cache(maxsize=1)
def _whole_frame() -> Any:
    config = DataContextConfig(
        analytics_enabled=False,
        store_backend_defaults=InMemoryStoreBackendDefaults(),
        progress_bars=ProgressBarsConfig(globally=False),
    )
    context = gx.get_context(mode="ephemeral", project_config=config)
    asset = context.data_sources.add_pandas("oracle").add_dataframe_asset("edges")
    return asset.add_batch_definition_whole_dataframe("whole")


def _unexpected(frame: pd.DataFrame, asked: Sequence[Asked]) -> set[Pair]:
    if not asked:
        return set()
    batch = _whole_frame().get_batch(batch_parameters={"dataframe": frame})
    for one in asked:
        one.expectation.meta = {"code": one.code}
    suite = gx.ExpectationSuite("oracle", expectations=[one.expectation for one in asked])
    with warnings.catch_warnings():
        # pandas remarks that a contract's pattern has groups.
        warnings.simplefilter("ignore", UserWarning)
        results = batch.validate(suite, result_format=COMPLETE).results
    found: set[Pair] = set()
    for result in results:
        if result.exception_info.get("raised_exception", True):
            raise RuntimeError(f"the oracle could not judge: {result.expectation_config.type}")
        code = result.expectation_config.meta["code"]
        found |= {(int(hit["_row"]), code) for hit in result.result["unexpected_index_list"] or ()}
    return found
