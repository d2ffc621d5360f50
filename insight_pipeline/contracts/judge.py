"""Holds one delivery against its contract and parts its rows: accepted, quarantined, rejected.

Belongs here: the one pass over a delivery and what is written for it. Does not belong here: what
later deliveries do to earlier ones (standing.py) or words for the provider.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import duckdb
import polars as pl

from insight_pipeline.contracts import scan
from insight_pipeline.contracts.about_delivery import about_delivery
from insight_pipeline.contracts.contract import Contract
from insight_pipeline.contracts.rules import compile_rules
from insight_pipeline.contracts.verdict import RuleResult, Verdict, read_verdict, write_verdict
from insight_pipeline.contracts.vocabulary import spellings
from insight_pipeline.kernel.atomic import replacing_file
from insight_pipeline.kernel.fingerprint import fingerprint, tree_fingerprint
from insight_pipeline.kernel.outcome import Outcome, Severity
from insight_pipeline.landing.readers.choose import read
from insight_pipeline.landing.reading import Reading, UnreadableError
from insight_pipeline.landing.receipt import Receipt
from insight_pipeline.landing.reception import blob_path
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import connect
from insight_pipeline.sql.model import Macro, macro_fingerprints
from insight_pipeline.sql.runner import install_macros

ROOMS = [Path(__file__).parent, Path(__file__).parents[1] / "landing"]


@dataclass(frozen=True)
class Law:
    """What a delivery is judged by besides its contract: code lists and format macros."""

    vocabularies: pl.DataFrame
    macros: tuple[Macro, ...]

    def code_lists(self, contract: Contract) -> pl.DataFrame:
        """The vocabularies this contract uses."""
        used = {c.properties.vocabulary for c in contract.columns if c.properties.vocabulary}
        return self.vocabularies.filter(pl.col("vocabulary").is_in(sorted(used)))

    def fingerprint(self, contract: Contract) -> str:
        """Changes when anything changes that could change a verdict under `contract`."""
        lists = self.code_lists(contract).rows()
        formats = [m for name, m in macro_fingerprints(self.macros).items() if "valid_" in name]
        return fingerprint(contract.fingerprint, lists, formats, _code_fingerprint())


@lru_cache(maxsize=1)
def _code_fingerprint() -> str:
    return fingerprint([tree_fingerprint(room, "*.py") for room in ROOMS])


def standing_verdict(
    receipt: Receipt, contract: Contract, law: Law, settings: Settings
) -> Verdict | None:
    """The verdict on a delivery, if one was reached under this very contract and law."""
    known = last_verdict(receipt, contract, settings)
    stands = (
        known and known.outcome != "error" and known.fingerprint == _mark(receipt, contract, law)
    )
    return known if stands else None


def _mark(receipt: Receipt, contract: Contract, law: Law) -> str:
    return fingerprint(law.fingerprint(contract), receipt.delivery_id, receipt.rank)


@contextmanager
def bench(law: Law, settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to judge on, with the format macros; one serves many deliveries in turn."""
    with connect(settings) as connection:
        install_macros(connection, law.macros)
        yield connection


def judge_delivery(
    connection: duckdb.DuckDBPyConnection,
    receipt: Receipt,
    contract: Contract,
    law: Law,
    settings: Settings,
) -> Verdict:
    """Judge one delivery now; its rows are written before its verdict, which makes it count."""
    # Importing Great Expectations takes seconds: only when there is something to judge.
    from insight_pipeline.contracts.great_expectations_verdict import judge

    rules = compile_rules(contract)
    reading: Reading | None = None
    with tempfile.TemporaryDirectory(dir=_work_folder(settings)) as work:

        def pass_over_rows() -> Mapping[str, int]:
            # Read within the pass: a reader that fails is a failing engine, never a bad file.
            nonlocal reading
            reading = _read(receipt, contract, settings)
            codes = spellings(law.code_lists(contract), receipt.manifest.period_to)
            rows = _rows_file(reading, Path(work))
            scan.judge_rows(connection, rows, contract, rules, codes)
            broken = scan.count_broken(connection, rules)
            return {**broken, **about_delivery(connection, receipt, contract, reading)}

        results = judge(receipt.delivery_id, rules, pass_over_rows)
        mark = _mark(receipt, contract, law)
        verdict = _verdict(connection, receipt, contract, reading, results, mark)
        if verdict.outcome == "accepted":
            _write_rows(connection, contract, receipt, settings)
    if verdict.outcome != "error" or last_verdict(receipt, contract, settings) is None:
        write_verdict(settings.accepted, verdict)
    if verdict.outcome == "refused":
        for folder in (settings.accepted, settings.quarantine):
            (folder / contract.stem / f"{receipt.delivery_id}.parquet").unlink(missing_ok=True)
    return verdict


def last_verdict(receipt: Receipt, contract: Contract, settings: Settings) -> Verdict | None:
    """The last verdict written; an error never takes the place of one that was reached."""
    return read_verdict(settings.accepted, contract.stem, receipt.delivery_id)


def _work_folder(settings: Settings) -> Path:
    settings.temporary.mkdir(parents=True, exist_ok=True)
    return settings.temporary


def _read(receipt: Receipt, contract: Contract, settings: Settings) -> Reading | None:
    path = blob_path(settings.landing, receipt.sha256)
    if not path.exists():
        # Readers call what they cannot open unreadable; bytes that we lost are our own fault.
        raise FileNotFoundError(path)
    try:
        return read(path, contract.promise.reader)
    except UnreadableError:
        return None
    except pl.exceptions.PanicException:
        # A panic is no Exception: nobody would catch it, and every feed would stop.
        raise RuntimeError("the reader panicked") from None


def _rows_file(reading: Reading | None, work: Path) -> Path:
    # Through Parquet, not from memory: DuckDB 2.0.0 has a wrong-result bug on in-memory frames.
    path = work / "rows.parquet"
    rows = reading.rows if reading else pl.DataFrame(schema={"_row": pl.Int64})
    rows.write_parquet(path)
    return path


def _verdict(
    connection: duckdb.DuckDBPyConnection,
    receipt: Receipt,
    contract: Contract,
    reading: Reading | None,
    results: tuple[RuleResult, ...],
    mark: str,
) -> Verdict:
    outcome = _outcome(results)
    # An unreadable document is one thing received and rejected, unless the sender said more.
    received = reading.received if reading else receipt.manifest.rows or 1
    rejected = reading.rejects.height if reading else received
    accepted = quarantined = superseded = 0
    if outcome == "accepted":
        accepted, quarantined, superseded = scan.count_rows(connection)
    elif outcome == "refused":
        rejected = received
    else:
        received = rejected = 0
    return Verdict(
        delivery_id=receipt.delivery_id,
        stem=contract.stem,
        provider=receipt.manifest.provider,
        contract_version=receipt.manifest.contract_version,
        period_from=receipt.manifest.period_from,
        period_to=receipt.manifest.period_to,
        submitted_at=receipt.manifest.submitted_at,
        outcome=outcome,
        received=received,
        accepted=accepted,
        quarantined=quarantined,
        superseded=superseded,
        rejected=rejected,
        rules=results,
        fingerprint=mark,
    )


def _outcome(results: tuple[RuleResult, ...]) -> Literal["accepted", "refused", "error"]:
    if any(result.outcome is Outcome.ERROR for result in results):
        return "error"
    refused = any(
        result.severity is Severity.DELIVERY and result.outcome is Outcome.FAILED
        for result in results
    )
    return "refused" if refused else "accepted"


def _write_rows(
    connection: duckdb.DuckDBPyConnection, contract: Contract, receipt: Receipt, settings: Settings
) -> None:
    name = f"{receipt.delivery_id}.parquet"
    with replacing_file(settings.quarantine / contract.stem / name) as work:
        scan.write_quarantined(connection, work)
    with replacing_file(settings.accepted / contract.stem / name) as work:
        scan.write_accepted(connection, contract, receipt, work)
