"""A file of invented rows that keeps a contract, made by asking the judge itself.

Belongs here: candidates in, rows that no rule complains of out. Does not belong here: what a
candidate is made of (fake.py), or rows that break rules on purpose (broken.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from insight_pipeline.contracts.authoring.fake import Frame, fake_rows
from insight_pipeline.contracts.authoring.writing import write_rows
from insight_pipeline.contracts.judging.examination import Bench
from insight_pipeline.contracts.judging.judge import examine, write_issues
from insight_pipeline.contracts.judging.law import Law
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.outcome import Outcome
from insight_pipeline.landing.reading import ROW

SPARE_ROWS = 40
ROUNDS = 4
ISSUES = {"line": pl.Int64, "column_name": pl.String, "code": pl.String, "severity": pl.String}


@dataclass(frozen=True)
class Judge:
    """The judge as authors ask it: no store, no manifest, a folder of their own."""

    bench: Bench
    law: Law
    work: Path


def sample_rows(
    contract: Contract, frame: Frame, judge: Judge, count: int, seed: int
) -> pl.DataFrame:
    """`count` rows that break no rule of the contract, not even one that only warns."""
    found = pl.DataFrame(schema=dict.fromkeys((c.name for c in contract.columns), pl.String))
    for attempt in range(ROUNDS):
        wanted = (count + SPARE_ROWS) * 4**attempt
        rows = fake_rows(contract, frame, wanted, seed)
        issues = listed_issues(rows, contract, judge)
        sound = rows.with_row_index("_n").join(
            issues.select(pl.col("_n").unique()), on="_n", how="anti"
        )
        found = sound.drop("_n").head(count)
        if found.height == count:
            _confirm(found, contract, judge)
            return found
    raise InsightError([_too_few(contract, found.height, count)])


def listed_issues(rows: pl.DataFrame, contract: Contract, judge: Judge) -> pl.DataFrame:
    """What breaks which rule: `_n` (place in `rows`), line, column_name, code, severity."""
    patient = replace(
        contract, properties=contract.promise.model_copy(update={"max_bad_share": 1.0})
    )
    file = judge.work / f"candidates.{contract.promise.reader.format}"
    write_rows(file, rows, contract.promise.reader)
    examination = examine(judge.bench, file, patient, judge.law, None, judge.work)
    # Every row is on a line of its own, or nobody could say which row an issue is about.
    if examination.content is None or examination.content.accepted != rows.height:
        raise InsightError([_unreadable(contract)])
    listed = judge.work / "issues.parquet"
    write_issues(judge.bench, examination, patient, listed)
    lines = pl.read_parquet(examination.content.rows, columns=[ROW]).sort(ROW).with_row_index("_n")
    issues = pl.read_parquet(listed).select(*ISSUES).filter(pl.col("line").is_not_null())
    return issues.join(lines, left_on="line", right_on=ROW)


def failing(rows: pl.DataFrame, contract: Contract, judge: Judge) -> Sequence[str]:
    """Codes of the rules that a file of these rows does not keep."""
    file = judge.work / f"sample.{contract.promise.reader.format}"
    write_rows(file, rows, contract.promise.reader)
    examination = examine(judge.bench, file, contract, judge.law, None, judge.work)
    kept = (Outcome.PASSED, Outcome.SKIPPED)
    return [result.code for result in examination.results if result.outcome not in kept]


def _confirm(rows: pl.DataFrame, contract: Contract, judge: Judge) -> None:
    codes = failing(rows, contract, judge)
    if codes:
        raise InsightError([_breaks(contract, codes)])


def _too_few(contract: Contract, found: int, wanted: int) -> Fault:
    return _fault(
        contract, f"{wanted} invented rows that keep every rule", f"{found} of them", "fewer rows"
    )


def _breaks(contract: Contract, codes: Iterable[str]) -> Fault:
    found = f"a sample that breaks {', '.join(codes)}"
    return _fault(contract, "invented rows that keep every rule", found, "more rows")


def _unreadable(contract: Contract) -> Fault:
    return _fault(contract, "a file that its reader reads", "one it does not", "another reader")


def _fault(contract: Contract, expected: str, found: str, remedy: str) -> Fault:
    return Fault(
        where=str(contract.path),
        expected=expected,
        found=found,
        consequence="no sample is written",
        next_step=f"ask for {remedy}, or look whether the contract's rules can be kept together",
    )
