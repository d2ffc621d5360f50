"""Invented rows that break every rule about rows at least once, each on a known line.

Belongs here: finding a row for every rule. Does not belong here: rules about the delivery as a
whole: a file can only break them as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import polars as pl
import sqlglot
from sqlglot import exp

from insight_pipeline.contracts.authoring.fake import Frame, fake_rows
from insight_pipeline.contracts.authoring.sample import Judge, listed_issues
from insight_pipeline.contracts.judging.rules import compile_rules
from insight_pipeline.contracts.promise.cell import DEFAULT_FORMATS, strptime_format
from insight_pipeline.contracts.promise.contract import Column, Contract

WILD_ROWS = 400
WRONG = ("", "?", "-1", "0.5", "999999999999999", "x", "x" * 4001, "31/31/2031", "not a code")
WRONG_BY_METRIC = {"invalidValues": "?", "duplicateValues": "S000000"}
MODELS = ("one", "other")  # sound rows that broken ones are made of
OWN, GROUP = "_n", "_group"
LONG_AGO, FAR_AHEAD = "1900-01-01", "2100-12-31"


@dataclass(frozen=True)
class Broken:
    """Rows, and for each of them (by its place) the codes it breaks."""

    rows: pl.DataFrame
    codes: dict[int, tuple[str, ...]]
    unbroken: tuple[str, ...]


def broken_rows(
    contract: Contract, frame: Frame, judge: Judge, sound: pl.DataFrame, seed: int
) -> Broken:
    """Sound rows but two, then one row (or the few it takes) for every rule about rows."""
    kept, models = sound.head(sound.height - len(MODELS)), sound.tail(len(MODELS)).to_dicts()
    pool = _pool(contract, frame, models, sound.schema, seed)
    chosen = _chosen(pool, listed_issues(pool.drop(GROUP), contract, judge))
    picked = pool.filter(pl.col(GROUP).is_in(chosen)).drop(GROUP)
    rows = pl.concat([kept, picked])
    rows = pl.concat([rows, *_too_many(contract, frame, rows.height, seed)])
    found = listed_issues(rows, contract, judge)
    wanted = {rule.code for rule in compile_rules(contract) if rule.lists_rows}
    listed = found.filter(pl.col("code").is_in(sorted(wanted)))
    by_row = listed.group_by(OWN).agg(pl.col("code").unique().sort()).sort(OWN)
    codes = {int(place): tuple(codes) for place, codes in by_row.iter_rows()}
    return Broken(rows, codes, tuple(sorted(wanted - set(listed["code"].to_list()))))


def _chosen(pool: pl.DataFrame, issues: pl.DataFrame) -> list[int]:
    """For each rule that candidates break, the group that breaks the fewest others."""
    groups = pool[GROUP].to_list()
    by_code: dict[str, list[int]] = {}
    weight: dict[int, int] = {}
    for place, code in issues.select(OWN, "code").sort(OWN, "code").iter_rows():
        by_code.setdefault(code, []).append(groups[place])
        weight[groups[place]] = weight.get(groups[place], 0) + 1
    return sorted({min(found, key=lambda n: (weight[n], n)) for found in by_code.values()})


def _too_many(contract: Contract, frame: Frame, rows: int, seed: int) -> Iterator[pl.DataFrame]:
    """As many rows again for each metric that allows some: half of a file is over any limit."""
    for number, metric in enumerate(contract.metrics):
        if metric.columns and not metric.limit.is_none:
            # From the end: numbers further on than those of any other row.
            first = WILD_ROWS * 2 + rows * (number + 1)
            more = fake_rows(contract, frame, first + rows, seed + 2).tail(rows)
            cell = WRONG_BY_METRIC.get(metric.metric)
            yield more.with_columns(
                pl.lit(cell, dtype=pl.String).alias(name) for name in metric.columns
            )


def _pool(
    contract: Contract,
    frame: Frame,
    models: Sequence[dict[str, str | None]],
    schema: Mapping[str, Any],
    seed: int,
) -> pl.DataFrame:
    """Candidates: rows of one group only stand together."""
    one, second = models
    groups: list[list[dict[str, str | None]]] = []
    for column in contract.columns:
        groups += [[{**one, column.name: cell}] for cell in _wrong_cells(column, contract)]
        groups.append([one, {**second, column.name: one[column.name]}])
    groups += [[{**one, column: one[other]}] for column, other in _compared(contract)]
    if contract.key:
        same = {name: one[name] for name in contract.key}
        groups.append([one, {**second, **same}])
    groups += [[row] for row in _wild(contract, frame, seed)]
    rows = [{**row, GROUP: n} for n, group in enumerate(groups) for row in group]
    return _apart(pl.DataFrame(rows, schema={**schema, GROUP: pl.Int64}), contract)


def _compared(contract: Contract) -> Iterator[tuple[str, str]]:
    """Columns that a rule about the row names together: one may not be allowed to say the other."""
    for rule in contract.row_rules:
        named = [c.name for c in contract.columns if f'"{c.name}"' in rule.predicate]
        yield from permutations(named, 2)


def _apart(pool: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """Keys of their own for every group: what one group repeats, no other does."""
    numbered = [
        column.name
        for column in contract.columns
        if (column.unique or column.name in contract.key)
        and column.type == "string"
        and not column.properties.vocabulary
        and not column.properties.format
        and "pattern" not in column.options
    ]
    return pool.with_columns(
        pl.when(pl.col(name).str.contains("^S[0-9]{6}$"))
        .then(pl.format("{}B{}", pl.col(name), GROUP))
        .otherwise(pl.col(name))
        .alias(name)
        for name in numbered
    )


def _wrong_cells(column: Column, contract: Contract) -> Iterator[str | None]:
    yield None
    yield from WRONG
    most, least = column.options.get("maxLength"), column.options.get("minLength")
    if most is not None:
        yield "x" * (int(most) + 1)
    if least:
        yield "x" * (int(least) - 1)
    for name, step in (
        ("minimum", -1),
        ("exclusiveMinimum", 0),
        ("maximum", 1),
        ("exclusiveMaximum", 0),
    ):
        limit = column.options.get(name)
        if limit is not None and column.type in ("integer", "number"):
            yield str(limit + step)
    if column.type in DEFAULT_FORMATS:
        yield from (_as_written(day, column) for day in (LONG_AGO, FAR_AHEAD))
    for predicate in _predicates(contract):
        # Texts a rule speaks of are texts it may be broken by.
        if column.name in {found.name for found in predicate.find_all(exp.Column)}:
            yield from (str(text.this) for text in predicate.find_all(exp.Literal))


def _as_written(day: str, column: Column) -> str:
    frame = pl.DataFrame({"day": [day]}).select(pl.col("day").str.to_datetime("%Y-%m-%d"))
    return str(frame["day"].dt.strftime(strptime_format(column))[0])


def _predicates(contract: Contract) -> list[exp.Expr]:
    texts = [rule.predicate for rule in contract.row_rules]
    texts += [str(c.properties.required_if) for c in contract.columns if c.properties.required_if]
    return [sqlglot.parse_one(text, dialect="duckdb") for text in texts]


def _wild(contract: Contract, frame: Frame, seed: int) -> Sequence[dict[str, str | None]]:
    """Rows whose cells are each right and do not go together: every column shuffled for itself,
    births as late as other days and other days as early as births, a third of the cells empty."""
    rows = fake_rows(contract, frame, WILD_ROWS, seed + 1)
    dated = [column.name for column in contract.columns if column.type in DEFAULT_FORMATS]
    forms = {strptime_format(c) for c in contract.columns if c.name in dated}
    mixed = rows.select(
        pl.col(name).shuffle(seed=seed + place) if name not in contract.key else pl.col(name)
        for place, name in enumerate(rows.columns)
    )
    if len(forms) == 1 and len(dated) > 1:
        turned = dated[1:] + dated[:1]
        half = pl.int_range(pl.len()) % 2 == 0
        mixed = mixed.with_columns(
            pl.when(half).then(pl.col(other)).otherwise(pl.col(name)).alias(name)
            for name, other in zip(dated, turned, strict=True)
        )
    thinned = mixed.with_columns(
        pl.when(pl.int_range(pl.len()).hash(seed + place) % 3 > 0).then(pl.col(name)).alias(name)
        for place, name in enumerate(mixed.columns)
        if name not in contract.key
    )
    return [*mixed.to_dicts(), *thinned.to_dicts()]
