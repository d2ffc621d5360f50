"""One delivery read, repaired and held against its rules: the pass that the judge starts.

Belongs here: the order of the steps, and the conclusion. Does not belong here: any step's SQL
(cells.py, scan.py) or the stores (judge.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Literal

from insight_pipeline.contracts.judging import scan
from insight_pipeline.contracts.judging.about_delivery import (
    DECLARED,
    about_declaration,
    about_delivery,
    judging_version,
)
from insight_pipeline.contracts.judging.cells import fill_cells, fill_spelling
from insight_pipeline.contracts.judging.examination import Bench, Examination, Tally
from insight_pipeline.contracts.judging.headers import Header, match_header
from insight_pipeline.contracts.judging.law import Law
from insight_pipeline.contracts.judging.rules import Rule, compile_rules
from insight_pipeline.contracts.judging.scan import Found
from insight_pipeline.contracts.judging.verdict import Normalised, RuleResult
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.fingerprint import file_sha256
from insight_pipeline.kernel.outcome import Outcome, Severity
from insight_pipeline.kernel.trouble import engine_fault
from insight_pipeline.landing.manifest import Manifest
from insight_pipeline.landing.reading import Content, UnreadableError


@dataclass
class Pass:
    """The pass over one delivery; Great Expectations starts it, once.

    keep_as: the delivery's identity, where its rows are to be kept (accepted and quarantined).
    sha256: of the bytes that were received, where somebody knows. fault: why our engine failed.
    """

    bench: Bench
    law: Law
    file: Path
    newest: Contract
    manifest: Manifest | None
    work: Path
    keep_as: str | None = None
    sha256: str | None = None
    content: Content | None = None
    unreadable: str | None = None
    found: Found | None = None
    fault: Fault | None = None
    header: Header = field(init=False)

    def __post_init__(self) -> None:
        self.contract, self.version_in_force = judging_version(self.newest, self.manifest)
        self.rules = compile_rules(self.contract)
        self.header = match_header(self.contract, (), ())

    @property
    def asked(self) -> tuple[Rule, ...]:
        """The rules that can be judged: without a declaration, none about one."""
        skipped = DECLARED if self.manifest is None else ()
        return tuple(rule for rule in self.rules if rule.code not in skipped)

    @property
    def period(self) -> tuple[date, date] | None:
        return (self.manifest.period_from, self.manifest.period_to) if self.manifest else None

    @property
    def broken_rows(self) -> Path:
        return self.work / "broken.parquet"

    @property
    def issues(self) -> Path:
        return self.work / "issues.parquet"

    @property
    def accepted_rows(self) -> Path:
        return self.work / "accepted.parquet"

    @property
    def quarantined_rows(self) -> Path:
        return self.work / "quarantined.parquet"

    @property
    def where(self) -> str:
        return f"contracts: {self.contract.stem}, delivery {self.keep_as or self.file.name}"

    def __call__(self) -> Tally:
        """Read and scan; a reader or engine that fails raises, which is never a broken rule."""
        try:
            return self._passed()
        except Exception as error:
            self.fault = (
                error.faults[0]
                if isinstance(error, InsightError)
                else engine_fault(error, self.where)
            )
            raise

    def _passed(self) -> Tally:
        self._read()
        connection, rows = self.bench.connection, self.content.rows if self.content else None
        self._spell()
        fill_cells(connection, rows, self.contract, self.header)
        scan.find_exceptions(connection, self.contract, self._of_present_columns())
        found = scan.count(connection, self.contract, self.rules, self.header, self.period)
        scan.write_exceptions(connection, self.broken_rows)
        if self.keep_as:
            self._keep(self.keep_as)
        self.found = found
        return Tally(found.rows, self._broken(found))

    def _of_present_columns(self) -> tuple[Rule, ...]:
        """The rules, none broken by a column the file lacks: that is told once, for all rows."""
        lacking = set(self.header.missing)
        return tuple(
            replace(rule, broken="false")
            if rule.counts_rows and lacking.intersection(rule.columns)
            else rule
            for rule in self.rules
        )

    def _read(self) -> None:
        promised = [
            name
            for column in self.contract.columns
            for name in (column.name, *column.properties.header_synonyms)
        ]
        if not self.file.exists():
            # Readers call what they cannot open unreadable; bytes we lost are our own fault.
            raise InsightError([_damaged(self.where, "no such file")])
        if self.sha256 is not None and file_sha256(self.file) != self.sha256:
            raise InsightError([_damaged(self.where, "other bytes than were received")])
        rows = self.work / "rows.parquet"
        try:
            self.content = self.bench.desk.read(
                self.file, self.contract.promise.reader, promised, rows
            )
        except UnreadableError as unreadable:
            self.unreadable = unreadable.code
            return
        self.header = match_header(
            self.contract, self.content.columns, self.content.duplicate_columns
        )

    def _spell(self) -> None:
        last_day = self.manifest.period_to if self.manifest else None
        codes = self.law.spellings(self.contract, last_day)
        if self.bench.spelled is None or not codes.equals(self.bench.spelled):
            fill_spelling(self.bench.connection, codes)
            self.bench.spelled = codes

    def _keep(self, delivery_id: str) -> None:
        connection, period = self.bench.connection, self.period
        scan.write_quarantined(connection, self.contract, self.rules, self.quarantined_rows)
        if period:
            scan.write_accepted(connection, self.contract, delivery_id, period, self.accepted_rows)

    def _broken(self, found: Found) -> dict[str, int]:
        broken = {
            **found.broken,
            **about_delivery(found, self.header, self.content, self.contract, self.rules),
        }
        if self.manifest:
            in_force = self.version_in_force
            broken |= about_declaration(found, self.content, self.manifest, in_force)
        return broken

    def concluded(self, judged: tuple[RuleResult, ...]) -> Examination:
        """The examination, from what the judge says about the rules that were asked."""
        by_code = {result.code: result for result in judged if self._tells(result)}
        results = tuple(
            by_code.get(rule.code) or _result(rule, Outcome.SKIPPED) for rule in self.rules
        )
        outcome = _outcome(results)
        received, accepted, quarantined, superseded, rejected = self._parts(outcome)
        return Examination(
            contract=self.contract,
            rules=self.rules,
            results=results,
            content=self.content,
            header=self.header,
            broken_rows=self.broken_rows,
            outcome=outcome,
            received=received,
            accepted=accepted,
            quarantined=quarantined,
            superseded=superseded,
            rejected=rejected,
            normalised=self._normalised(),
            profile=self.found.profile if self.found else {},
            unreadable=self.unreadable,
        )

    def failed(self) -> Examination:
        """The examination, where our engine failed after the pass: nothing is said of the data."""
        self.found = None
        return self.concluded(tuple(_result(rule, Outcome.ERROR) for rule in self.asked))

    def _tells(self, result: RuleResult) -> bool:
        """Of what nobody could read, only that, and what was declared, can be judged."""
        ran = result.outcome is not Outcome.ERROR
        return not (ran and self.unreadable) or result.code in ("readable", "contract_version")

    def _parts(self, outcome: str) -> tuple[int, int, int, int, int]:
        """received, accepted, quarantined, superseded, rejected"""
        if outcome == "error" or self.found is None:
            return 0, 0, 0, 0, 0
        # An unreadable document is one thing received, unless the sender said more.
        said = (self.manifest.rows if self.manifest else None) or 1
        received = self.content.received if self.content else said
        if outcome == "refused" or self.content is None:
            return received, 0, 0, 0, received
        found, rejected = self.found, self.content.rejects.height
        sound = found.rows - found.held - found.repeats
        return received, sound, found.held, found.repeats, rejected

    def _normalised(self) -> tuple[Normalised, ...]:
        headers = [
            Normalised(column=c, name=how, cells=1) for c, how in self.header.renamed.items()
        ]
        changed = self.found.normalised.items() if self.found else ()
        cells = [Normalised(column=c, name=how, cells=n) for (c, how), n in changed]
        return (*headers, *cells)


def _damaged(where: str, found: str) -> Fault:
    return Fault(
        where=where,
        expected="its bytes in landing/blobs as they were received",
        found=found,
        consequence="it is not judged tonight, what was reached before stands; this says nothing "
        "about the provider's data",
        next_step="restore landing/ from backup, or have the same file dropped again: it heals "
        "the copy",
    )


def _result(rule: Rule, outcome: Outcome) -> RuleResult:
    return RuleResult(code=rule.code, severity=rule.severity, outcome=outcome, broken=0)


def _outcome(results: tuple[RuleResult, ...]) -> Literal["accepted", "refused", "error"]:
    if any(result.outcome is Outcome.ERROR for result in results):
        return "error"
    refused = any(
        result.severity is Severity.DELIVERY and result.outcome is Outcome.FAILED
        for result in results
    )
    return "refused" if refused else "accepted"
