"""Linkage quality on open data with known truth, by the very commands docs/linkage.md shows.

Each command runs in a process of its own and measures itself against the labels when it is done.
The peers' figures stand in linkage/bars.toml with where they come from. One line of JSON a data
set, a table, and a chart; the end is 1 where a bar is missed. A data set that is not there is named
loudly and left out; without any the end is 0, because nothing was measured.

    python benchmarks/linkage_quality.py [--data NAME…] [--results FOLDER]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from linkage.bars import Bar, Result, kept, load_bars
from linkage.chart import chart
from linkage.measuring import run

from insight_pipeline.cli.table import text_table

ROOT = Path(__file__).parents[1]
HEADER = (
    "data", "records", "default", "hand-tuned", "best known", "goal", "pair F1", "B³ F1",
    "largest", "CPU s", "MB", "",
)  # fmt: skip


def main() -> int:
    options = _options()
    bars = [bar for bar in load_bars() if not options.data or bar.data in options.data]
    present = [bar for bar in bars if _file(bar).exists()]
    for bar in bars:
        if bar not in present:
            _tell(f"NOT MEASURED: {bar.data}, because {bar.file} is not there (INSIGHT_SHARED)")
    measured = [(bar, _measured(bar)) for bar in present]
    _write(options.results, measured)
    _tell(text_table(HEADER, [_row(bar, result) for bar, result in measured]))
    return int(not all(kept(bar, result) for bar, result in measured))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", nargs="*", default=[])
    parser.add_argument("--results", type=Path, default=ROOT / "home" / "benchmarks")
    return parser.parse_args()


def _shared() -> Path:
    return Path(os.environ.get("INSIGHT_SHARED") or ROOT.parent / "shared")


def _file(bar: Bar) -> Path:
    return _shared() / Path(bar.file).relative_to("../shared")


def _measured(bar: Bar) -> Result:
    """One command as it is documented, its answer asked for as JSON."""
    insight = str(Path(sys.executable).with_name("insight"))
    words = [insight, *bar.words[1:], "--format", "json"]
    words[2] = str(_file(bar))
    done = run(words, ROOT, os.environ)
    if done.code:
        raise SystemExit(f"{bar.data}: the documented command ended with {done.code}")
    answer = json.loads(done.output)
    evaluation = answer["evaluation"]
    return Result(
        records=answer["records"],
        pair_f1=round(evaluation["pairwise"]["f1"], 4),
        pair_precision=round(evaluation["pairwise"]["precision"], 4),
        pair_recall=round(evaluation["pairwise"]["recall"], 4),
        b_cubed_f1=round(evaluation["b_cubed"]["f1"], 4),
        largest_cluster=answer["largest_cluster"],
        cpu_seconds=done.cpu_seconds,
        wall_seconds=done.wall_seconds,
        peak_mb=done.peak_mb,
    )


def _write(folder: Path, measured: list[tuple[Bar, Result]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(_line(bar, result)) for bar, result in measured]
    (folder / "linkage_quality.jsonl").write_text("\n".join([*lines, ""]), encoding="utf-8")
    (folder / "linkage_quality.svg").write_text(chart(measured), encoding="utf-8")
    for line in lines:
        _tell(line)


def _line(bar: Bar, result: Result) -> dict[str, object]:
    about = {key: value for key, value in asdict(bar).items() if key != "command"}
    goal = {f"goal_{key}": about.pop(key) for key in ("pair_f1", "b_cubed_f1", "largest_cluster")}
    return {
        "benchmark": "linkage_quality",
        **about,
        **goal,
        **asdict(result),
        "kept": kept(bar, result),
    }


def _row(bar: Bar, result: Result) -> tuple[object, ...]:
    peers = (_figures(bar.default), _figures(bar.hand_tuned), _figures(bar.best_known))
    goal = _figures([bar.pair_f1, *([bar.b_cubed_f1] if bar.b_cubed_f1 else [])])
    ours = (f"{result.pair_f1:.4f}", f"{result.b_cubed_f1:.4f}", result.largest_cluster)
    used = (round(result.cpu_seconds), result.peak_mb)
    passed = "pass" if kept(bar, result) else "FAIL"
    return (bar.data, result.records, *peers, goal, *ours, *used, passed)


def _figures(values: list[float]) -> str:
    pair, *record = (f"{value:.3f}" for value in values)
    return f"{pair} ({record[0]})" if record else pair


def _tell(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
