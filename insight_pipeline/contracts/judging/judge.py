"""Holds deliveries against their contract, and keeps what was decided and the rows it parted.

Belongs here: the front door of judging. Does not belong here: the pass itself (one_pass.py), the
stores (keeping.py) or what later deliveries do to earlier ones (standing/).
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from insight_pipeline.contracts.judging import issues
from insight_pipeline.contracts.judging.about_delivery import judging_version
from insight_pipeline.contracts.judging.activation import ensure_agreement
from insight_pipeline.contracts.judging.examination import Bench, Examination
from insight_pipeline.contracts.judging.keeping import are_rows_whole, forget, keep
from insight_pipeline.contracts.judging.law import Law
from insight_pipeline.contracts.judging.one_pass import Pass
from insight_pipeline.contracts.judging.verdict import (
    LineCounts,
    Verdict,
    read_verdict,
    write_verdict,
)
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.kernel.errors import Fault
from insight_pipeline.kernel.fingerprint import fingerprint
from insight_pipeline.kernel.trouble import engine_fault, raise_machine_trouble
from insight_pipeline.landing.manifest import Manifest
from insight_pipeline.landing.reading_desk import shared_desk
from insight_pipeline.landing.receipt import Receipt
from insight_pipeline.landing.reception import blob_path
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import connect
from insight_pipeline.sql.runner import install_macros

# Deliveries judged in one run of the checkpoint: their rows rest on disk together meanwhile.
AT_ONCE = 24


@contextmanager
def bench(law: Law, settings: Settings) -> Iterator[Bench]:
    """A bench to judge on, with the format macros; one serves many deliveries in turn."""
    with connect(settings) as connection:
        install_macros(connection, law.formats)
        yield Bench(connection, shared_desk())


def examine(
    bench: Bench,
    file: Path,
    contract: Contract,
    law: Law,
    manifest: Manifest | None,
    work: Path,
) -> Examination:
    """Examine one file without any store; `work` holds its rows for as long as they are needed.

    Without a manifest, rules about the declaration are skipped and code lists of any time count.
    """
    (examination,) = _examine([Pass(bench, law, file, contract, manifest, work)])
    return examination


def _examine(passes: Sequence[Pass]) -> list[Examination]:
    # Importing Great Expectations takes seconds: only when there is something to judge.
    from insight_pipeline.contracts.judging.great_expectations_verdict import judge

    results = judge([(one, one.asked) for one in passes])
    return [one.concluded(result) for one, result in zip(passes, results, strict=True)]


def write_issues(bench: Bench, examination: Examination, contract: Contract, path: Path) -> None:
    """List everything wrong with a delivery in a Parquet file (issues.py); it holds values.

    `contract`: whose key names the rows, the version that judged (`examination.contract`).
    """
    issues.write(bench.connection, examination, contract, path)


def standing_verdict(
    receipt: Receipt, contract: Contract, law: Law, settings: Settings
) -> Verdict | None:
    """The verdict on a delivery, if one was reached under this very contract and law.

    One whose rows were damaged or lost since does not stand: the delivery is judged again.
    """
    known = last_verdict(receipt, contract, settings)
    if known is None or known.outcome == "error":
        return None
    same = known.fingerprint == _mark(receipt, contract, law)
    return known if same and are_rows_whole(known, settings) else None


def _mark(receipt: Receipt, contract: Contract, law: Law) -> str:
    # Of the version that judges: next year's promise changes nothing about last year's file.
    judging, in_force = judging_version(contract, receipt.manifest)
    return fingerprint(law.fingerprint(judging), in_force, receipt.delivery_id, receipt.rank)


def last_verdict(receipt: Receipt, contract: Contract, settings: Settings) -> Verdict | None:
    """The last verdict written; an error never takes the place of one that was reached."""
    return read_verdict(settings.accepted, contract.stem, receipt.delivery_id)


def judge_deliveries(
    bench: Bench,
    receipts: Sequence[Receipt],
    contract: Contract,
    law: Law,
    settings: Settings,
    tell: Callable[[Fault], None] = lambda fault: None,
) -> tuple[Verdict, ...]:
    """Judge deliveries now, many in one run of a checkpoint; each stands or fails by itself.

    `tell` is told why our engine failed on one.
    """
    verdicts: list[Verdict] = []
    judging = [judging_version(contract, receipt.manifest)[0] for receipt in receipts]
    for version in {version.version: version for version in judging}.values():
        ensure_agreement(bench.connection, version, law, settings)
    # The oracle filled the spellings of its own day.
    bench.spelled = None
    settings.temporary.mkdir(parents=True, exist_ok=True)
    for first in range(0, len(receipts), AT_ONCE):
        several = receipts[first : first + AT_ONCE]
        with tempfile.TemporaryDirectory(dir=settings.temporary) as work:
            passes = [_pass(bench, r, contract, law, settings, Path(work)) for r in several]
            for receipt, one, examined in zip(several, passes, _examine(passes), strict=True):
                mark = _mark(receipt, contract, law)
                verdicts.append(_kept(bench, receipt, one, examined, mark, settings))
                if one.fault is not None:
                    tell(one.fault)
    return tuple(verdicts)


def _pass(
    bench: Bench, receipt: Receipt, contract: Contract, law: Law, settings: Settings, work: Path
) -> Pass:
    own = work / receipt.delivery_id
    own.mkdir()
    file = blob_path(settings.landing, receipt.sha256)
    known = (receipt.delivery_id, receipt.sha256)
    return Pass(bench, law, file, contract, receipt.manifest, own, *known)


def _verdict(receipt: Receipt, examined: Examination, mark: str) -> Verdict:
    manifest, content = receipt.manifest, examined.content
    return Verdict(
        delivery_id=receipt.delivery_id,
        stem=manifest.stem,
        provider=manifest.provider,
        contract_version=manifest.contract_version,
        period_from=manifest.period_from,
        period_to=manifest.period_to,
        submitted_at=manifest.submitted_at,
        outcome=examined.outcome,
        received=examined.received,
        accepted=examined.accepted,
        quarantined=examined.quarantined,
        superseded=examined.superseded,
        rejected=examined.rejected,
        rules=examined.results,
        fingerprint=mark,
        judged_by=examined.contract.version,
        normalised=examined.normalised,
        profile=examined.profile,
        unreadable=examined.unreadable,
        notes=content.notes if content else (),
        lines=LineCounts(**asdict(content.lines)) if content else None,
    )


def _kept(
    bench: Bench,
    receipt: Receipt,
    one: Pass,
    examined: Examination,
    mark: str,
    settings: Settings,
) -> Verdict:
    """The verdict, with the rows and the list of what is wrong kept in their stores.

    Whatever fails here is our engine's fault, and this delivery's error alone.
    """
    try:
        verdict = _verdict(receipt, examined, mark)
        if verdict.outcome != "error":
            write_issues(bench, examined, examined.contract, one.issues)
            return keep(one, verdict, settings)
    except Exception as error:
        raise_machine_trouble(error, "contracts: keeping a verdict")
        one.fault = engine_fault(error, one.where)
        verdict = _verdict(receipt, one.failed(), mark)
    # What was reached before, and its rows, stand.
    if read_verdict(settings.accepted, verdict.stem, verdict.delivery_id) is None:
        forget(verdict, settings)
        write_verdict(settings.accepted, verdict)
    return verdict
