"""What the end-to-end tests share, and what they leave out because others hold it.

The second opinion on a contract is asked once a process. It is a function of contract, code lists
and code alone (tests/unit/contracts/judging holds that a home asks it); asked anew for every
temporary home, it would be a third of these tests' time.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from insight_pipeline.contracts.judging import activation
from insight_pipeline.contracts.judging.law import Law
from insight_pipeline.contracts.judging.oracle.agreement import Agreement
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.defs import launch
from insight_pipeline.settings import Settings
from tests.end_to_end.boroughs import Borough, borough_after_a_night

MAKER = "test_borough.py"


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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A second borough of 20,000 people is too much for every run: its tests are slow ones.

    What asks about the first borough's night stands last, but for the file that makes it: workers
    would otherwise wait for one another's night.
    """
    items.sort(key=_waits_for_the_night)
    for item in items:
        if "control_borough" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)


def _waits_for_the_night(item: pytest.Item) -> bool:
    return "borough" in getattr(item, "fixturenames", ()) and item.path.name != MAKER


def _shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if os.environ.get("PYTEST_XDIST_WORKER") else own


@pytest.fixture(scope="session")
def borough(
    tmp_path_factory: pytest.TempPathFactory, one_second_opinion_a_process: None
) -> Borough:
    """The default borough after its first night; nobody changes it."""
    return borough_after_a_night(_shared(tmp_path_factory), is_planted=True)


@pytest.fixture(scope="session")
def control_borough(
    tmp_path_factory: pytest.TempPathFactory, one_second_opinion_a_process: None
) -> Borough:
    """The same borough without the situations that are there to be found."""
    return borough_after_a_night(_shared(tmp_path_factory), is_planted=False)


@pytest.fixture
def unrecorded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nights whose Dagster records stay in memory; on disk they cost as much as the work itself.

    test_borough.py and test_webserver_and_daemon.py have them on disk.
    """

    def in_memory(settings: Settings) -> dg.DagsterInstance:
        return dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}})

    monkeypatch.setattr(launch, "open_instance", in_memory)


@pytest.fixture
def second_opinion_taken_as_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both opinions agree unasked: the night of test_borough.py asks about the same contracts."""
    given = Agreement(0, 0, frozenset(), frozenset(), frozenset())
    monkeypatch.setattr(activation, "agreement", lambda *asked: given)
