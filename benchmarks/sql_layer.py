"""Thirty models on two million rows: our SQL layer against dbt-duckdb.

Three builds each, every one a process of its own from start to end: everything from nothing, again
with nothing changed, and again with one model changed. Both hold the same tests of keys, both use
the same DuckDB, and every table must come out the same. dbt has no state of its own: its own way to
build only what changed (`--select state:modified+` against the last manifest) is measured besides.
Then the project's own models are type-checked against an empty schema, which has a target in
seconds and no peer: dbt's checks without a warehouse look at no type.

    python benchmarks/sql_layer.py [--runs N] [--dbt PROGRAM]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
from sql_layer_parts import dbt_peer, our_check, our_layer
from sql_layer_parts.models import KEYS, SCHEMA, load_rows, models, write_rows

# One constant of a model that stands in the middle of the graph: seven others read it.
CHANGED = ("fct_pickup", "referral.referred_date <= contact", "referral.referred_date < contact")
TARGETS = {"full": 0.6, "unchanged": 0.1, "one changed": 0.2}
DRY_RUN_SECONDS = 1.0
Measured = dict[str, float]


def main() -> int:
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        write_rows(work / "rows")
        dbt = options.dbt or dbt_peer.install(work / "peer")
        results = [_compete(work, dbt) for _ in range(options.runs)]
        same = _same_tables(work)
    _say(what="every table the same in both", kept=same)
    checked = _dry_run(options.runs)
    return int(not (_verdicts(results) and same and checked))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--dbt", type=Path, help="A dbt program with dbt-duckdb, if installed.")
    return parser.parse_args()


def _compete(work: Path, dbt: Path) -> dict[str, dict[str, Measured]]:
    """Build → contestant → measurement, of one round."""
    return {
        "ours": _round(work, "ours", our_layer.write_project, _our_command(work)),
        "dbt": _round(work, "dbt", _dbt_writer(work), dbt_peer.command(dbt, work / "dbt")),
        "dbt state:modified+": _dbt_by_state(work, dbt),
    }


def _our_command(work: Path) -> list[str]:
    return [sys.executable, our_layer.__file__, str(work / "ours"), str(work / "ours.duckdb")]


def _dbt_writer(work: Path) -> Callable[[Path, dict[str, str], dict[str, str]], None]:
    return lambda folder, made, keys: dbt_peer.write_project(
        folder, work / "dbt.duckdb", made, keys
    )


def _round(
    work: Path,
    name: str,
    write: Callable[[Path, dict[str, str], dict[str, str]], None],
    command: list[str],
) -> dict[str, Measured]:
    folder = work / name
    shutil.rmtree(folder, ignore_errors=True)
    load_rows(work / f"{name}.duckdb", work / "rows")
    write(folder, models(), KEYS)
    found = {"full": _clocked(command), "unchanged": _clocked(command)}
    write(folder, _changed(models()), KEYS)
    return {**found, "one changed": _clocked(command)}


def _dbt_by_state(work: Path, dbt: Path) -> dict[str, Measured]:
    """What dbt needs when told to compare with the manifest of the build before."""
    folder, state = work / "dbt", work / "state"
    found = {}
    for build, made in (("unchanged", _changed(models())), ("one changed", models())):
        shutil.rmtree(state, ignore_errors=True)
        shutil.copytree(folder / "target", state)
        _dbt_writer(work)(folder, made, KEYS)
        chosen = ("--select", "state:modified+", "--state", str(state))
        found[build] = _clocked(dbt_peer.command(dbt, folder, *chosen))
    # As the others left it, so that the tables can be compared.
    _dbt_writer(work)(folder, _changed(models()), KEYS)
    _clocked(dbt_peer.command(dbt, folder))
    return found


def _changed(made: dict[str, str]) -> dict[str, str]:
    name, old, new = CHANGED
    if old not in made[name]:
        raise SystemExit(f"{name} has no '{old}' to change")
    return {**made, name: made[name].replace(old, new)}


def _clocked(command: list[str]) -> Measured:
    """Wall and CPU seconds and peak memory of one process with its children."""
    before, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, env=_environment())  # noqa: S603
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}\n{done.stderr}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "wall_seconds": time.perf_counter() - wall,
        "cpu_seconds": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
    }


def _dry_run(runs: int) -> bool:
    """Whether the dry run of the project's models is as fast as it shall be."""
    command = [sys.executable, our_check.__file__]
    done = [subprocess.run(command, capture_output=True, check=True) for _ in range(runs)]  # noqa: S603
    found = [json.loads(one.stdout) for one in done]
    middle = {key: round(statistics.median(one[key] for one in found), 3) for key in found[0]}
    # CPU, which is no less than the clock shows on a quiet machine and stays so on a busy one.
    kept: bool = middle["cpu_seconds"] <= DRY_RUN_SECONDS
    what = "dry run of the project's models over an empty schema"
    _say(what=what, runs=runs, **middle, target=DRY_RUN_SECONDS, kept=kept)
    return kept


def _environment() -> dict[str, str]:
    return {**os.environ, "DO_NOT_TRACK": "1", "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}


def _same_tables(work: Path) -> bool:
    with duckdb.connect() as connection:
        for name in ("ours", "dbt"):
            connection.execute(f"attach '{work / name}.duckdb' as {name} (read_only)")
        return not any(
            connection.execute(
                f"select count(*) from ((from ours.{table} except all from dbt.{table}) "  # noqa: S608
                f"union all (from dbt.{table} except all from ours.{table}))"
            ).fetchall()[0][0]
            for table in (f"{SCHEMA}.{name}" for name in models())
        )


def _verdicts(results: list[dict[str, dict[str, Measured]]]) -> bool:
    middle = {
        (who, build): {
            key: statistics.median(one[who][build][key] for one in results) for key in measured
        }
        for who, builds in results[0].items()
        for build, measured in builds.items()
    }
    for (who, build), found in middle.items():
        rounded = {key: round(value, 3) for key, value in found.items()}
        _say(contestant=who, build=build, runs=len(results), **rounded)
    kept = True
    for (who, build), found in middle.items():
        if who != "ours":
            mine = middle["ours", build]
            ratios = {key: round(mine[key] / found[key], 3) for key in found}
            target = TARGETS[build] if who == "dbt" else None
            met = target is None or ratios["wall_seconds"] <= target
            verdict = {"target": target, "kept": met} if target else {}
            _say(what=f"ours / {who}, {build}", **ratios, **verdict)
            kept = kept and met
    return kept


def _say(**line: object) -> None:
    sys.stdout.write(json.dumps({"benchmark": "sql_layer", **line}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
