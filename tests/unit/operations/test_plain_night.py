"""The plain night does the work of every asset, in an order the graph allows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from insight_pipeline.defs.assembly import build_definitions
from insight_pipeline.defs.nightly import JOB
from insight_pipeline.indicators.catalogue import load_catalogue
from insight_pipeline.operations import plain_night
from insight_pipeline.operations.plain_night import run_plain_night
from insight_pipeline.settings import Settings

REPOSITORY = Path(__file__).parents[3]
# Which stage of the plain night does the work of an op of the graph, by the beginning of its name.
STAGES = {
    "landing": "landing",
    "accepted": "contracts",
    "feedback": "feedback",
    "staging": "staging",
    "feeds": "staging",
    "linkage": "linkage",
    "linkage_quality": "linkage",
    "service_levels": "linkage",
    "warehouse": "warehouse",
    "publication": "publication",
    # Tells Dagster of deliveries: no room's work.
    "delivery_trails": "publication",
}
CALLED = (
    "receive", "process_feed", "write_feedback", "check_types", "stage", "unite", "link",
    "look_back", "bring_scorecard_up_to_date", "read_feed", "build_warehouse", "publish_warehouse",
)  # fmt: skip


@contextmanager
def _nothing(*asked: object) -> Iterator[None]:
    yield


@pytest.fixture
def order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Stages of a plain night whose rooms do nothing, in the order in which it enters them."""
    for name in CALLED:
        monkeypatch.setattr(plain_night, name, lambda *a, **k: None)
    monkeypatch.setattr(plain_night, "_receive", lambda *asked: [])
    monkeypatch.setattr(plain_night, "journalled", _nothing)
    entered: list[str] = []

    @contextmanager
    def around(stage: str) -> Iterator[None]:
        entered.append(stage)
        yield

    settings = Settings(home=tmp_path / "home", project=REPOSITORY)
    run_plain_night(settings, load_catalogue(settings), around=around)
    return entered


def test_every_op_of_the_night_has_a_stage_that_comes_after_all_it_waits_for(
    tmp_path: Path, order: list[str]
) -> None:
    graph = build_definitions(Settings(home=tmp_path / "other", project=REPOSITORY))
    job = graph.resolve_job_def(JOB)
    names = {node.name for node in job.nodes}
    stages = {name: STAGES.get(name.partition("__")[0]) for name in names}
    assert None not in stages.values(), [name for name, stage in stages.items() if stage is None]
    assert set(stages.values()) == set(order)
    for name in names:
        waits = job.graph.dependency_structure.input_to_upstream_outputs_for_node(name)
        for outputs in waits.values():
            for output in outputs:
                before = stages[output.node_name]
                assert order.index(str(before)) <= order.index(str(stages[name])), name
