"""Dagster's records of past runs, kept short."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest
from click.testing import CliRunner

from insight_pipeline.cli.main import main
from insight_pipeline.defs.nightly import JOB
from insight_pipeline.defs.records import prune_records
from insight_pipeline.defs.workspace import open_instance
from insight_pipeline.settings import Settings

REPOSITORY = Path(__file__).parents[2]


@dg.asset
def counted() -> dg.MaterializeResult[None]:
    return dg.MaterializeResult(metadata={"text": "x" * 100_000})


def nights(settings: Settings, number: int, name: str = JOB) -> list[str]:
    job = dg.Definitions([counted], jobs=[dg.define_asset_job(name, "*")]).resolve_job_def(name)
    with open_instance(settings) as instance:
        return [job.execute_in_process(instance=instance).run_id for _ in range(number)]


def test_the_newest_runs_stay_and_the_disk_is_given_back(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, project=REPOSITORY)
    made = nights(settings, 6)
    index = settings.dagster_home / "history/runs/index.db"
    before = index.stat().st_size
    done = prune_records(settings, keep=2)
    assert (done.forgotten, done.kept) == (4, 2)
    assert index.stat().st_size < before
    shards = {path.stem for path in index.parent.glob("*-*.db")}
    assert shards == set(made[-2:])
    with open_instance(settings) as instance:
        assert {run.run_id for run in instance.get_runs()} == set(made[-2:])
        latest = instance.get_latest_materialization_event(dg.AssetKey("counted"))
        assert latest is not None and latest.run_id == made[-1]
        assert len(instance.all_logs(made[-1])) > 0


def test_digests_and_replays_between_the_nights_are_not_counted(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, project=REPOSITORY)
    first, second = nights(settings, 2)
    other = nights(settings, 3, "digest")
    assert prune_records(settings, keep=2).forgotten == 0
    assert prune_records(settings, keep=1).forgotten == 1
    with open_instance(settings) as instance:
        assert {run.run_id for run in instance.get_runs()} == {second, *other}, first


def test_what_was_told_of_no_run_stays(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, project=REPOSITORY)
    key = dg.AssetKey(["deliveries", "feed"])
    with open_instance(settings) as instance:
        told = dg.AssetMaterialization(key, partition="2026-01", tags={"dagster/data_version": "m"})
        instance.report_runless_asset_event(told)
    nights(settings, 2)
    prune_records(settings, keep=1)
    with open_instance(settings) as instance:
        kind = dg.DagsterEventType.ASSET_MATERIALIZATION
        tags = instance.event_log_storage.get_latest_tags_by_partition(
            key, kind, ["dagster/data_version"]
        )
        assert tags == {"2026-01": {"dagster/data_version": "m"}}


def test_the_command_says_what_it_forgot(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, project=REPOSITORY)
    nights(settings, 2)
    environment = {"INSIGHT_HOME": str(tmp_path), "INSIGHT_PROJECT": str(REPOSITORY)}
    done = CliRunner().invoke(main, ["records", "prune", "--keep", "1"], env=environment)
    assert done.exit_code == 0, done.output
    assert done.output.startswith("1 runs forgotten, 1 kept;")


def test_a_run_under_way_is_never_forgotten(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, project=REPOSITORY)
    (made,) = nights(settings, 1)
    job = dg.Definitions([counted], jobs=[dg.define_asset_job(JOB, "*")]).resolve_job_def(JOB)
    with open_instance(settings) as instance:
        waiting = instance.create_run_for_job(job).run_id
    prune_records(settings, keep=1)
    with open_instance(settings) as instance:
        assert {run.run_id for run in instance.get_runs()} == {made, waiting}


@pytest.mark.slow
def test_disk_use_stays_flat_when_pruned_again_and_again(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, project=REPOSITORY)
    sizes = []
    for _ in range(3):
        nights(settings, 3)
        sizes.append(prune_records(settings, keep=3).size_bytes)
    assert sizes[2] == pytest.approx(sizes[0], rel=0.1)
