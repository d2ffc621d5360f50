"""What the end-to-end tests share: the second opinion on a contract is asked once a process.

It is a function of contract, code lists and code alone (tests/unit/contracts/judging holds that a
home asks it); asked anew for every temporary home, it would be a third of these tests' time.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from insight_pipeline.contracts.judging import activation
from insight_pipeline.contracts.judging.law import Law
from insight_pipeline.contracts.judging.oracle.agreement import Agreement
from insight_pipeline.contracts.promise.contract import Contract


@pytest.fixture(scope="session", autouse=True)
def one_second_opinion_a_process() -> Iterator[None]:
    opinions: dict[str, Agreement] = {}

    def agreement(connection: duckdb.DuckDBPyConnection, contract: Contract, law: Law) -> Agreement:
        mark = law.fingerprint(contract)
        if mark not in opinions:
            opinions[mark] = asked(connection, contract, law)
        return opinions[mark]

    asked = activation.agreement
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(activation, "agreement", agreement)
        yield
