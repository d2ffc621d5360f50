"""The benchmarks of linking: what they run is documented, and they can tell good from bad."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import polars as pl
import pytest

from tests.conftest import ROOT

BENCHES = "linkage"
DOCUMENT = ROOT / "docs" / "linkage.md"


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A module of benchmarks/linkage, by its name."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    return lambda name: import_module(f"{BENCHES}.{name}")


def documented() -> set[str]:
    """Every command that docs/linkage.md shows in a block, on one line each."""
    blocks = re.findall(r"```bash\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    text = "\n".join(blocks).replace("\\\n", " ")
    return {" ".join(line.split()) for line in text.splitlines()}


def result_of(module: Any, **changed: Any) -> Any:
    figures = {
        "records": 50_578, "pair_f1": 0.9, "pair_precision": 0.9, "pair_recall": 0.9,
        "b_cubed_f1": 0.9, "largest_cluster": 40, "cpu_seconds": 1.0, "wall_seconds": 1.0,
        "peak_mb": 100,
    }  # fmt: skip
    return module("bars").Result(**{**figures, **changed})


def test_the_bench_runs_the_commands_that_are_documented_word_for_word(module: Any) -> None:
    commands = {" ".join(bar.words) for bar in module("bars").load_bars()}
    shown = {command for command in documented() if "../shared/data/linkage/" in command}
    assert commands == shown
    assert len(commands) == 7


def test_every_command_is_of_the_data_it_is_named_after(module: Any) -> None:
    for bar in module("bars").load_bars():
        assert bar.words[:2] == ["insight", "link"]
        assert Path(bar.file).stem == bar.data


@pytest.mark.parametrize(
    "changed", [{"pair_f1": 0.869}, {"b_cubed_f1": 0.889}, {"largest_cluster": 41}, {"records": 1}]
)
def test_a_bar_is_missed_by_any_of_its_figures(module: Any, changed: dict[str, Any]) -> None:
    bars = module("bars")
    bar = next(bar for bar in bars.load_bars() if bar.data == "historical_50k")
    assert bars.kept(bar, result_of(module))
    assert not bars.kept(bar, result_of(module, **changed))


def test_the_chart_is_a_document_that_says_its_figures_in_words(module: Any) -> None:
    bars = module("bars").load_bars()
    rows = [(replace(bar, data=f"<{bar.data}>"), result_of(module)) for bar in bars]
    tree = ElementTree.fromstring(module("chart").chart(rows))  # noqa: S314 (our own text)
    described = tree.findtext("{http://www.w3.org/2000/svg}desc") or ""
    assert "<febrl1>: ours 0.900, goal 0.998" in described
    assert len(tree.findall("{http://www.w3.org/2000/svg}circle")) == len(bars) + 1


@pytest.mark.parametrize("shape", ["sparse", "dense"])
def test_a_night_later_one_record_in_a_hundred_has_changed(module: Any, shape: str) -> None:
    first, second = module("register").two_nights(3000, shape, seed=5)
    assert first.height == second.height == 3000
    assert first["record_id"].n_unique() == second["record_id"].n_unique() == 3000
    both = first.join(second, on="record_id", suffix="_later")
    changed = both.filter(pl.col("address_line") != pl.col("address_line_later"))
    assert (both.height, changed.height) == (2990, 10)
    again, _ = module("register").two_nights(3000, shape, seed=5)
    assert again.equals(first)


@pytest.mark.slow
def test_the_clock_runs_and_a_night_gives_what_a_full_run_gives(tmp_path: Path) -> None:
    script = ROOT / "benchmarks" / "linkage_speed.py"
    results = tmp_path / "speed.jsonl"
    sizes = ["--records", "1500", "--memory-records", "1000", "--shape", "dense"]
    done = subprocess.run(
        [sys.executable, str(script), *sizes, "--folder", str(tmp_path), "--results", str(results)],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    # So few records say nothing about time: of the targets only the facts are asked here.
    assert done.returncode in (0, 1), done.stderr
    lines = [json.loads(line) for line in results.read_text().splitlines()]
    kept = {line["what"]: line["kept"] for line in lines if "kept" in line}
    assert kept["the partition is that of the full run"]
    assert kept["ids of untouched people are bit-identical"]
    assert kept["pairs"]
    assert "CPU of full linkage / Splink by hand" in kept and "peak memory in MB" in kept
