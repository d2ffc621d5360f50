"""Retraining is a decision: make a model beside the one in use, and see what it would change.

Belongs here: training without linking, and linking without consequence. Does not belong here:
putting a model in use (model/files) or the training itself (training).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.linkage.engine_fault import LINKING, engine_fault
from insight_pipeline.linkage.evidence.change import evidence_date
from insight_pipeline.linkage.evidence.load import count_values, load_evidence
from insight_pipeline.linkage.evidence.record import build_records, count_names
from insight_pipeline.linkage.model.files import FrozenModel
from insight_pipeline.linkage.night import Plan, Progress, find
from insight_pipeline.linkage.pairs.blocking import make_keys
from insight_pipeline.linkage.pairs.splink_engine import EngineError
from insight_pipeline.linkage.policy import FILE, load_linkage_policy
from insight_pipeline.linkage.state import opened, quoted
from insight_pipeline.linkage.training.calibrate import calibrate
from insight_pipeline.settings import Settings


@dataclass(frozen=True)
class Effect:
    """People before and after, and records whose company of other records would differ."""

    records: int
    moved: int
    people_before: int
    people_after: int


def retrain(evidence: Sequence[Path], settings: Settings, progress: Progress) -> FrozenModel:
    """A model of today's evidence, kept but not in use."""
    with _aside(settings, "training") as con:
        load_evidence(con, evidence)
        count_values(con)
        count_names(con)
        records = build_records(con)
        make_keys(con)
        progress(f"linkage: training a model on {records:,} records")
        return calibrate(con, settings.models, evidence_date(con, evidence))


def effect_of(
    frozen: FrozenModel,
    inputs: tuple[Sequence[Path], Sequence[Path]],
    settings: Settings,
    progress: Progress,
) -> Effect:
    """What tonight's people would be under this model, against those of the store.

    `inputs` are the files of evidence and of decisions.
    """
    evidence, decisions = inputs
    policy = load_linkage_policy(settings.contracts / FILE)
    plan = Plan(evidence, settings.models, frozen, "new model", decisions, policy)
    with _aside(settings, "trial") as con:
        find(con, plan, progress)
        con.execute(f"attach {quoted(settings.identity)} as last_night (read_only)")
        counted = con.execute(_COMPARE).fetchall()[0]
    return Effect(*(int(count) for count in counted))


_COMPARE = """
    with compared as (
        select part.rid, part.part, person.citizen_key
        from part inner join last_night.person as person using (rid)
    ), sized as (
        select count(*) over (partition by part) as now,
            count(*) over (partition by citizen_key) as before,
            count(*) over (partition by part, citizen_key) as shared
        from compared
    )
    select count(*), count(*) filter (now <> shared or before <> shared),
        (select count(distinct citizen_key) from compared),
        (select count(distinct part) from compared)
    from sized
"""


@contextmanager
def _aside(settings: Settings, purpose: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A store of its own that nothing is left of."""
    folder = settings.temporary / f"linkage_{purpose}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        with opened(folder / "store.duckdb", None, True, settings, folder) as con:
            yield con
    except (duckdb.Error, EngineError) as error:
        raise InsightError([engine_fault(error, LINKING)]) from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
