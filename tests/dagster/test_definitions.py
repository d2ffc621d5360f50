"""The graph as Dagster sees it: complete, described, owned, and as reviewed."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from insight_pipeline.defs.assembly import build_definitions
from insight_pipeline.settings import Settings

REPOSITORY = Path(__file__).parents[2]
SNAPSHOT = Path(__file__).with_name("asset_graph.txt")
FLOW = {
    "landing",
    "deliveries",
    "contracts",
    "feedback",
    "staging",
    "feeds",
    "linkage",
    "core",
    "journeys",
    "indicators",
    "publication",
}


@pytest.fixture(scope="module")
def definitions(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    nowhere = tmp_path_factory.mktemp("empty") / "home"
    built = build_definitions(Settings(home=nowhere, project=REPOSITORY))
    dg.Definitions.validate_loadable(built)
    assert not nowhere.exists(), "loading definitions must not need or make a home"
    return built


@pytest.fixture(scope="module")
def graph(definitions: dg.Definitions) -> dg.AssetGraph:
    return definitions.resolve_asset_graph()


def test_every_asset_has_an_owner_a_description_a_group_of_the_flow_and_kinds(
    graph: dg.AssetGraph,
) -> None:
    nodes = [graph.get(key) for key in graph.get_all_asset_keys()]
    assert nodes
    for node in nodes:
        assert node.owners, node.key
        assert node.description, node.key
        assert node.group_name in FLOW, node.key
        assert node.kinds, node.key


def test_no_asset_was_invented_for_a_table_that_nobody_makes(graph: dg.AssetGraph) -> None:
    invented = [key for key in graph.get_all_asset_keys() if not graph.get(key).is_executable]
    assert invented == []


def test_the_schedule_runs_at_two_in_the_morning_in_london(definitions: dg.Definitions) -> None:
    schedules = {schedule.name: schedule for schedule in definitions.schedules or []}
    assert schedules.keys() == {"every_night", "morning_digest"}
    schedule = schedules["every_night"]
    assert isinstance(schedule, dg.ScheduleDefinition)
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 2 * * *", "Europe/London")
    assert schedule.default_status is dg.DefaultScheduleStatus.RUNNING


def test_the_nightly_job_takes_in_every_asset_and_check_that_is_not_of_one_delivery(
    definitions: dg.Definitions,
) -> None:
    """Deliveries are judged again one by one, when somebody asks."""
    job = definitions.resolve_job_def("nightly")
    graph = definitions.resolve_asset_graph()
    single = {key for key in graph.get_all_asset_keys() if graph.get(key).is_partitioned}
    assert single == {key for key in graph.get_all_asset_keys() if key.path[0] == "deliveries"}
    assert job.asset_layer.executable_asset_keys == graph.get_all_asset_keys() - single
    checks = {key for key in graph.asset_check_keys if key.asset_key not in single}
    assert checks
    assert job.asset_layer.asset_graph.asset_check_keys == checks


def test_freshness_stands_only_where_an_event_is_an_arrival(graph: dg.AssetGraph) -> None:
    """A night makes everything else again whether or not anything came."""
    nodes = [graph.get(key) for key in graph.get_all_asset_keys()]
    watched = {node.key.path[0] for node in nodes if node.freshness_policy is not None}
    assert watched == {"deliveries"}


def test_the_asset_graph_is_as_it_was_reviewed(graph: dg.AssetGraph) -> None:
    lines = [
        f"{node.group_name}  {'.'.join(node.key.path)}  <-  "
        + " ".join(sorted(".".join(parent.path) for parent in node.parent_keys))
        for node in (graph.get(key) for key in sorted(graph.get_all_asset_keys()))
    ]
    found = "\n".join(line.rstrip() for line in lines) + "\n"
    if not SNAPSHOT.exists():
        SNAPSHOT.write_text(found, encoding="utf-8")
        pytest.fail(f"{SNAPSHOT.name} was absent and is written anew: review it and run again")
    assert found == SNAPSHOT.read_text(encoding="utf-8"), (
        "the graph changed: review it, delete tests/dagster/asset_graph.txt and run again"
    )
