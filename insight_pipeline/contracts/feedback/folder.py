"""The folder of one delivery: its lists, its page and its statement, each swapped in whole.

Belongs here: making one folder. Does not belong here: when it is made (outbox.py), or what is said
(findings.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from insight_pipeline.contracts.feedback import corrections, listing, since, workbook
from insight_pipeline.contracts.feedback.delivery import Delivery, references_path
from insight_pipeline.contracts.feedback.findings import Findings, make_statement
from insight_pipeline.contracts.feedback.page import summary_page
from insight_pipeline.contracts.feedback.statement import ListFile, SinceLastTime, Statement
from insight_pipeline.contracts.feedback.waiting import add_waiting
from insight_pipeline.contracts.feedback.words import counted
from insight_pipeline.contracts.feedback.wrong import rule_words
from insight_pipeline.contracts.judging.keeping import issues_path
from insight_pipeline.contracts.judging.rules import Rule, compile_rules
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.kernel.atomic import remove_file, replacing_file
from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.fingerprint import fingerprint
from insight_pipeline.kernel.strict import load_json
from insight_pipeline.settings import Settings

STATEMENT = "feedback.json"
SUMMARY = "summary.html"
ISSUES_CSV = "issues.csv"
ISSUES_BOOK = "issues.xlsx"


@dataclass(frozen=True)
class _Opened:
    """What stands on the connection: rules, points, rows to correct that can be listed, of all."""

    rules: tuple[Rule, ...]
    issues: int
    listed: int
    held: int


def folder_of(delivery: Delivery, settings: Settings) -> Path:
    account, promise = delivery.account, delivery.contract.promise
    period = f"{account.period_from}_{account.period_to}"
    return settings.outbox / promise.provider / promise.dataset / period / account.delivery_id


def read_statement(folder: Path) -> Statement | None:
    """The statement in a folder; none where it is of another version of this code."""
    try:
        return load_json(folder / STATEMENT, Statement)
    except (FileNotFoundError, InsightError):
        return None


def write_folder(
    connection: duckdb.DuckDBPyConnection, delivery: Delivery, settings: Settings
) -> None:
    """Tell about one delivery; lists and page stay as they are where they would say the same."""
    folder = folder_of(delivery, settings)
    opened = _open(connection, delivery, settings)
    found = _findings(connection, delivery, opened, settings)
    statement = make_statement(
        delivery.mark, delivery.contract, opened.rules, delivery.verdict, delivery.account, found
    )
    _unlink_unlisted(statement, folder)
    if not statement.tells_the_same_as(read_statement(folder)):
        _write_lists(connection, delivery.contract, statement, opened, folder)
        with replacing_file(folder / SUMMARY) as work:
            work.write_text(summary_page(statement), encoding="utf-8")
    # Last: its fingerprint says that everything beside it is in place.
    with replacing_file(folder / STATEMENT) as work:
        work.write_text(statement.model_dump_json(indent=2), encoding="utf-8")


def _open(connection: duckdb.DuckDBPyConnection, delivery: Delivery, settings: Settings) -> _Opened:
    """Fill `issue` and `correctable`; a delivery that our engine failed on has neither."""
    contract = delivery.contract
    path = issues_path(settings, contract.stem, delivery.id)
    if not path.exists() and delivery.verdict.outcome != "error":
        raise InsightError([_no_list(delivery)])
    told = path.exists() and delivery.verdict.outcome != "error"
    listing.open_found(connection, path if told else None)
    accepted = settings.accepted / contract.stem / f"{delivery.id}.parquet"
    references = references_path(contract, settings)
    add_waiting(connection, contract, delivery.id, accepted, references)
    rules = compile_rules(contract)
    verdict = delivery.verdict
    words = rule_words(contract, rules, verdict.unreadable, verdict.notes)
    issues = listing.tell_found(connection, words)
    held = _quarantined(delivery, settings)
    counts = corrections.open_held(connection, contract, held) if held else (0, 0)
    return _Opened(rules, issues, *counts)


def _no_list(delivery: Delivery) -> Fault:
    return Fault(
        where=f"quarantine/{delivery.contract.stem}/{delivery.id}.issues.parquet",
        expected="the list of issues that is written with every verdict",
        found="no such file",
        consequence="the provider keeps the feedback it has",
        next_step="remove the delivery's verdict from accepted/, so that it is judged again",
    )


def _quarantined(delivery: Delivery, settings: Settings) -> Path | None:
    """Its rows held back; what an earlier verdict held back of a file now refused is none."""
    path = settings.quarantine / delivery.contract.stem / f"{delivery.id}.parquet"
    taken = delivery.account.outcome in ("accepted", "held")
    return path if taken and path.exists() else None


def _findings(
    connection: duckdb.DuckDBPyConnection, delivery: Delivery, opened: _Opened, settings: Settings
) -> Findings:
    contract = delivery.contract
    lacking = connection.execute("select * from waiting order by all").fetchall()
    return Findings(
        examples=listing.example_lines(connection),
        lines=listing.lines_by_code(connection),
        since=_since(connection, delivery, settings),
        released=since.released_since(connection, contract, delivery.place, delivery.account),
        files=tuple(_files(contract, opened)),
        lists_mark=fingerprint(delivery.basis, lacking),
    )


def _since(
    connection: duckdb.DuckDBPyConnection, delivery: Delivery, settings: Settings
) -> SinceLastTime | None:
    """Nothing where there is no earlier list, or where this file could not be read at all."""
    previous, verdict = delivery.previous, delivery.verdict
    if previous is None or verdict.outcome == "error" or verdict.unreadable:
        return None
    contract = delivery.contract
    path = issues_path(settings, contract.stem, previous.delivery_id)
    if not path.exists():
        return None
    held = _quarantined(delivery, settings)
    return since.since_last_time(connection, contract, delivery.place, previous, path, held)


def _files(contract: Contract, opened: _Opened) -> Iterator[ListFile]:
    issues = opened.issues
    if issues:
        shown = workbook.listed_rows(issues)
        words = "every point, to filter and work through"
        if shown < issues:
            words = f"the first {shown:,} of {counted(issues, 'point')}; issues.csv has them all"
        yield ListFile(name=ISSUES_BOOK, words=words, rows=shown, of=issues)
        words = "the same list for other programs"
        yield ListFile(name=ISSUES_CSV, words=words, rows=issues, of=issues)
    if opened.listed:
        words = f"{counted(opened.listed, 'row')} held back, to correct and send again"
        if opened.listed < opened.held:
            words += (
                f"; {opened.held - opened.listed:,} more hold what a spreadsheet might run as a "
                "formula and stand only in your own file"
            )
        name = corrections.corrections_name(contract)
        yield ListFile(name=name, words=words, rows=opened.listed, of=opened.held)


def _unlink_unlisted(statement: Statement, folder: Path) -> None:
    """Remove lists of an earlier verdict: they hold values that nobody tells about any more."""
    listed = {file.name for file in statement.files}
    for name in (ISSUES_CSV, ISSUES_BOOK, *corrections.NAMES):
        if name not in listed:
            remove_file(folder / name)


def _write_lists(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    statement: Statement,
    opened: _Opened,
    folder: Path,
) -> None:
    for file in statement.files:
        with replacing_file(folder / file.name) as work:
            if file.name == ISSUES_CSV:
                listing.write_csv(connection, work)
            elif file.name == ISSUES_BOOK:
                workbook.write_workbook(connection, statement, opened.issues, opened.rules, work)
            else:
                corrections.write_corrections(connection, contract, work)
