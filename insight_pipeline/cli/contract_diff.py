"""`insight contracts diff`: what changed between two versions of a contract, and what it touches.

Belongs here: arguments, words and the exit code. Does not belong here: comparing
(contracts/evolution) or lineage (indicators/project_lineage.py).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import click

from insight_pipeline.cli.contract_names import kind_of, lists_of, path_of
from insight_pipeline.cli.table import text_table
from insight_pipeline.contracts.evolution.change import Change, Touches
from insight_pipeline.contracts.evolution.code_lists import code_list_changes
from insight_pipeline.contracts.evolution.diff import advised, diff, in_order, overall
from insight_pipeline.contracts.evolution.version import version_faults
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.promise.odcs import load_contract
from insight_pipeline.contracts.promise.vocabulary import load_vocabularies
from insight_pipeline.indicators.catalogue import load_catalogue
from insight_pipeline.indicators.impact import Impact, impact, mapped_codes
from insight_pipeline.indicators.project_lineage import project_map
from insight_pipeline.kernel.errors import Fault
from insight_pipeline.settings import Settings, load_settings


@dataclass(frozen=True)
class Comparison:
    """Two versions of a contract, and everything that follows from their difference."""

    old: Contract
    new: Contract
    changes: tuple[Change, ...]
    faults: tuple[Fault, ...]
    impact: Impact | None


@click.command(name="diff")
@click.argument("old")
@click.argument("new")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def diff_command(old: str, new: str, form: str) -> None:
    """Compare two versions of a contract: files, names, or NAME@VERSION.

    Exit code 0 when every change is safe, 1 when one breaks providers or consumers, needs the
    information governance lead, or when the version number did not move accordingly.
    """
    compared = _compare(old, new, load_settings())
    if form == "json":
        click.echo(json.dumps(_as_json(compared), indent=2))
    else:
        click.echo("\n".join(_as_text(compared)))
    worst = overall(compared.changes)
    sys.exit(0 if worst is Touches.SAFE and not compared.faults else 1)


def _compare(old: str, new: str, settings: Settings) -> Comparison:
    paths = [path_of(name, settings) for name in (old, new)]
    before, after = (load_contract(path, kind_of(path)) for path in paths)
    lists = [load_vocabularies(lists_of(path, settings)) for path in paths]
    catalogue = load_catalogue(settings)
    mapped = mapped_codes(after, catalogue)
    changes = in_order(
        [*diff(before, after), *code_list_changes(after, lists[0], lists[1], mapped)]
    )
    touched = impact(before, changes, project_map(catalogue, settings)) if changes else None
    faults = tuple(version_faults(before, after, changes))
    return Comparison(before, after, changes, faults, touched)


def _as_json(compared: Comparison) -> dict[str, Any]:
    touched = compared.impact
    return {
        "contract": compared.new.stem,
        "from": compared.old.version,
        "to": compared.new.version,
        "verdict": overall(compared.changes),
        "advised_step": advised(compared.changes),
        "version_faults": [fault.expected for fault in compared.faults],
        "changes": [asdict(change) for change in compared.changes],
        "columns": {name: list(cells) for name, cells in touched.columns.items()}
        if touched
        else {},
        "relations": list(touched.relations) if touched else [],
        "indicators": list(touched.indicators) if touched else [],
        "waiting_indicators": list(touched.waiting_indicators) if touched else [],
        "linkage": bool(touched and touched.relinks),
        "release": bool(touched and touched.figures),
    }


def _as_text(compared: Comparison) -> Iterable[str]:
    old, new = compared.old, compared.new
    worst = str(overall(compared.changes)).replace("_", " ")
    yield f"{new.stem} {old.version} → {new.version}: {worst}"
    if compared.changes:
        rows = [(c.verdict.replace("_", " "), c.where, c.what) for c in compared.changes]
        yield f"\n{text_table(('touches', 'where', 'what'), rows)}"
    if compared.impact:
        yield from _touched(compared.impact)
    for fault in compared.faults:
        yield f"\n{fault}"


def _touched(touched: Impact) -> Iterable[str]:
    rows = [
        (relation, ", ".join(touched.columns.get(relation, ())) or "which rows it has")
        for relation in touched.relations
    ]
    if rows:
        yield f"\n{text_table(('downstream', 'columns'), rows)}"
    if touched.waiting_indicators:
        waiting = ", ".join(touched.waiting_indicators)
        yield f"\nIndicators that lack rows while deliveries are held or refused: {waiting}."
    if touched.relinks:
        yield "Linkage sees other evidence: who is one person may change, and any figure with it."
    if touched.figures:
        yield "The next release may publish other figures."
