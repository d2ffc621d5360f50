"""A contract version judges nothing before the second opinion agreed with our reading of it.

Belongs here: asking once for each version, law and code, and remembering the answer. Does not
belong here: either opinion (oracle/).
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from insight_pipeline.contracts.judging.law import Law
from insight_pipeline.contracts.judging.oracle.agreement import Agreement, agreement
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.kernel.atomic import replacing_file
from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.strict import StrictModel, load_json
from insight_pipeline.settings import Settings


class Activation(StrictModel):
    """Both opinions on the edge rows of one contract version; counts and codes.

    unjudged: rules that no expectation of Great Expectations can speak for.
    """

    fingerprint: str
    version: str
    edge_rows: int
    agreed: int
    disputed: tuple[str, ...]
    unjudged: tuple[str, ...]


def activation_path(settings: Settings, contract: Contract) -> Path:
    return settings.accepted / contract.stem / f"activation.{contract.version}.json"


def ensure_agreement(
    connection: duckdb.DuckDBPyConnection, contract: Contract, law: Law, settings: Settings
) -> None:
    """Ask for the second opinion unless it stands; an InsightError where the two disagree.

    The feed then stays as it stood: it is the contract or our reading of it that is wrong, never
    a delivery.
    """
    path, mark = activation_path(settings, contract), law.fingerprint(contract)
    known = load_json(path, Activation) if path.exists() else None
    if known is None or known.fingerprint != mark:
        known = _activation(contract, mark, _asked(connection, contract, law))
        with replacing_file(path) as work:
            work.write_text(known.model_dump_json(indent=2), encoding="utf-8")
    if known.disputed:
        raise InsightError([_fault(contract, ", ".join(known.disputed))])


def _asked(connection: duckdb.DuckDBPyConnection, contract: Contract, law: Law) -> Agreement:
    try:
        return agreement(connection, contract, law)
    except duckdb.Error:
        # Its message may show a cell; these are made up, but nobody could tell.
        raise InsightError([_fault(contract, "a rule that cannot run on them")]) from None


def _activation(contract: Contract, mark: str, found: Agreement) -> Activation:
    return Activation(
        fingerprint=mark,
        version=contract.version,
        edge_rows=found.rows,
        agreed=found.pairs,
        disputed=found.disputed,
        unjudged=tuple(sorted(found.unknown)),
    )


def _fault(contract: Contract, found: str) -> Fault:
    return Fault(
        where=f"{contract.path}, version {contract.version}",
        expected="our pass and Great Expectations' own to agree on the rows at its edges",
        found=found,
        consequence="nothing of this feed is judged; it stays as it stood",
        next_step="run 'pytest tests/unit/contracts/judging/test_oracle.py', and correct the rule "
        "named or the compiler",
    )
