"""Every materialisation tells what was spent on it, and the parts add up to the step."""

import time
from collections.abc import Iterator

import dagster as dg
import pytest

from insight_pipeline.defs.cost import CPU, PEAK, WALL, Meter, costed

KEYS = ("a", "b")
A_TENTH = 0.1


def burn(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


@dg.multi_asset(specs=[dg.AssetSpec(key) for key in KEYS])
@costed
def step(context: dg.AssetExecutionContext) -> Iterator[object]:
    """Works for the first result, waits for the second."""
    burn(A_TENTH)
    yield dg.MaterializeResult(asset_key="a", metadata={"rows": 1})
    time.sleep(A_TENTH)
    yield dg.MaterializeResult(asset_key="b")


@pytest.fixture(scope="module")
def told() -> dict[str, dict[str, float]]:
    with dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize([step], instance=instance)
        made = {key: result.asset_materializations_for_node("step") for key in KEYS}
        return {
            one.asset_key.path[-1]: {name: value.value for name, value in one.metadata.items()}  # type: ignore[misc]
            for one in made["a"]
        }


def test_what_a_step_said_itself_stays_beside_its_cost(told: dict[str, dict[str, float]]) -> None:
    assert told["a"].keys() == {"rows", WALL, CPU, PEAK}
    assert told["b"].keys() == {WALL, CPU, PEAK}


def test_work_and_waiting_are_told_apart_and_each_result_has_its_own(
    told: dict[str, dict[str, float]],
) -> None:
    worked, waited = told["a"], told["b"]
    assert worked[CPU] >= 0.9 * A_TENTH
    assert waited[CPU] < 0.9 * A_TENTH <= waited[WALL]
    assert worked[PEAK] > 10


def test_a_lap_begins_where_the_last_one_ended() -> None:
    meter = Meter()
    burn(A_TENTH)
    assert meter.lap()[CPU] >= 0.9 * A_TENTH
    assert meter.lap()[CPU] < A_TENTH / 2
