"""The only step between unsuppressed figures and what anybody outside may see.

Belongs here: the order in which withholding, rounding, gate and audit follow each other, and the
refusal of a release. Does not belong here: policies' numbers (disclosure.yaml) or files
(release.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from insight_pipeline.kernel.errors import Fault, raise_all
from insight_pipeline.kernel.fingerprint import fingerprint, tree_fingerprint
from insight_pipeline.publication.disclosure.attacker import Attacker
from insight_pipeline.publication.disclosure.audit import judge
from insight_pipeline.publication.disclosure.cells import (
    BlockKey,
    about_to_be_published,
    hide,
    proposed,
)
from insight_pipeline.publication.disclosure.earlier import judged_by, read_releases
from insight_pipeline.publication.disclosure.gate import gate
from insight_pipeline.publication.disclosure.policy import PoliciesInForce
from insight_pipeline.publication.disclosure.primary import mark_small
from insight_pipeline.publication.disclosure.public import make_public
from insight_pipeline.publication.disclosure.told import Counted, Told

Releases = Mapping[BlockKey, Sequence[Sequence[Told]]]


@dataclass(frozen=True)
class Disclosure:
    """What disclosure control came to.

    further: figures withheld so that others cannot be worked out. judged: blocks (indicator and
    period) that were attacked; the others tell what the newest release told, judged by the same
    rules. rules: a mark of the policies and of the code that applies them.
    """

    further: int
    judged: int
    rules: str


def disclose(
    connection: duckdb.DuckDBPyConnection, policies: PoliciesInForce, published: Path
) -> Disclosure:
    """Make the temp table `public_figure` from `indicators.figure`, safe beside all in `published`.

    The connection must have the macros of functions/; it may be read-only. Raises one InsightError
    when the result breaks a rule of the gate, or when a count withheld can be worked out from it
    and from earlier releases; it holds codes and numbers of counts only.
    """
    mark_small(connection, policies)
    rules = _rules(policies)
    releases = read_releases(connection, published, policies)
    blocks = proposed(connection, policies)
    if judged_by(published) == rules:
        blocks = {key: f for key, f in blocks.items() if not _is_told_already(f, releases.get(key))}
    further = _hide_further(connection, blocks, releases, policies)
    make_public(connection)
    raise_all(gate(connection))
    raise_all(_leaks(connection, blocks, releases, policies))
    connection.execute("drop table disclosure_cell")
    return Disclosure(further, len(blocks), rules)


def _rules(policies: PoliciesInForce) -> str:
    """Another mark for other policies or another code: what was judged before is judged again."""
    named = {name: policy.model_dump(mode="json") for name, policy in policies.policies.items()}
    return fingerprint(
        named,
        policies.default,
        dict(policies.indicators),
        policies.shared_cohorts,
        policies.withdrawn,
        tree_fingerprint(Path(__file__).parent, "*.py"),
    )


def _is_told_already(figures: Sequence[Counted], releases: Sequence[Sequence[Told]] | None) -> bool:
    """Whether the newest release told the very same of a block: then nothing new is told."""
    tonight = {counted.told.place: counted.told for counted in figures}
    return releases is not None and tonight == {told.place: told for told in releases[-1]}


def _hide_further(
    connection: duckdb.DuckDBPyConnection,
    blocks: Mapping[BlockKey, Sequence[Counted]],
    releases: Releases,
    policies: PoliciesInForce,
) -> int:
    further: dict[BlockKey, list[Told]] = {}
    faults: list[Fault] = []
    for key, figures in blocks.items():
        may_hide = all(counted.told.policy.secondary for counted in figures)
        found = judge(figures, releases.get(key, ()), policies.cohort_of, may_hide=may_hide)
        if found.given_away:
            faults.append(_given_away(key, found.given_away, may_hide=may_hide))
        further[key] = [
            counted.told
            for counted, is_hidden in zip(figures, found.is_hidden, strict=True)
            if is_hidden and counted.told.is_shown
        ]
    raise_all(faults)
    hide(connection, further)
    return sum(map(len, further.values()))


def _leaks(
    connection: duckdb.DuckDBPyConnection,
    blocks: Mapping[BlockKey, Sequence[Counted]],
    releases: Releases,
    policies: PoliciesInForce,
) -> Iterable[Fault]:
    """The audit proper: the table that is about to be published, attacked."""
    published = about_to_be_published(connection, policies)
    for key in blocks:
        figures = published.get(key, [])
        attacker = Attacker(figures, releases.get(key, ()), policies.cohort_of)
        _, narrow = attacker.view(attacker.is_small()).narrow()
        if narrow:
            yield _recoverable(key, len(narrow))


def _given_away(key: BlockKey, counts: int, *, may_hide: bool) -> Fault:
    next_step = (
        "find the release that told them; people may list it under `withdrawn` in "
        "data_contracts/publication/disclosure.yaml"
        if may_hide
        else "allow secondary suppression in data_contracts/publication/disclosure.yaml"
    )
    return _fault(key, f"{counts} that can be, whatever else is withheld tonight", next_step)


def _recoverable(key: BlockKey, counts: int) -> Fault:
    next_step = "correct insight_pipeline/publication/disclosure/; do not bypass it"
    return _fault(key, f"{counts} that can be", next_step)


def _fault(key: BlockKey, found: str, next_step: str) -> Fault:
    indicator_id, period_from, _ = key
    return Fault(
        where=f"publication: disclosure audit of {indicator_id}, {period_from}",
        expected="no count withheld that can be worked out from all that is published",
        found=found,
        consequence="nothing is published, the last release stays",
        next_step=next_step,
    )
