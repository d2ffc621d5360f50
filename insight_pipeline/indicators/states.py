"""Which models stand as their files say, read from the stores without bringing anything up to date.

Belongs here: comparing fingerprints. Does not belong here: running models (chosen.py), or choosing
among them (sql/select.py). A model of the warehouse is held against the data the warehouse holds:
what was delivered since makes no model `changed` before the night has taken it in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from insight_pipeline.contracts.staging import read_staged, staging_path
from insight_pipeline.indicators.catalogue import Catalogue
from insight_pipeline.indicators.staged import accepted_marks
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import connect
from insight_pipeline.sql.runner import target_fingerprints
from insight_pipeline.warehouse.last_day import EVENT_FEEDS, FEED_PERIODS, last_day_known


class State(StrEnum):
    """unchanged: made from today's SQL, macros and data. changed: from others. new: never made."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    NEW = "new"


@dataclass(frozen=True)
class Standing:
    """How one model stands, and its rows when it was last made."""

    state: State
    rows: int | None = None


def standings(catalogue: Catalogue, settings: Settings) -> dict[str, Standing]:
    """Relation → how it stands, for every model of staging and of the warehouse."""
    return {**dict(_staging(catalogue, settings)), **dict(_warehouse(catalogue, settings))}


def changed(standing: Mapping[str, Standing]) -> frozenset[str]:
    """The relations that the word `changed` of a selection stands for."""
    return frozenset(r for r, s in standing.items() if s.state is not State.UNCHANGED)


def _staging(catalogue: Catalogue, settings: Settings) -> Iterator[tuple[str, Standing]]:
    marks = accepted_marks(catalogue, settings)
    targets = target_fingerprints(catalogue.staging, catalogue.macros, marks)
    for model in catalogue.staging:
        if staging_path(settings, model).exists():
            written = read_staged(model, settings)
            known = written.fingerprint
            yield model.relation, _standing(known, targets[model.relation], written.rows)
        else:
            yield model.relation, Standing(State.NEW)


def _warehouse(catalogue: Catalogue, settings: Settings) -> Iterator[tuple[str, Standing]]:
    made, as_of = _made(settings)
    read = {relation for model in catalogue.models for relation in model.reads}
    marks = {name: made[name][0] if name in made else "nothing" for name in read}
    targets = target_fingerprints(catalogue.models, catalogue.macros, marks, as_of)
    for model in catalogue.models:
        mark, rows = made.get(model.relation, (None, None))
        yield model.relation, _standing(mark, targets[model.relation], rows)


def _standing(known: str | None, target: str, rows: int | None) -> Standing:
    if known is None:
        return Standing(State.NEW)
    return Standing(State.UNCHANGED if known == target else State.CHANGED, rows)


def _made(settings: Settings) -> tuple[dict[str, tuple[str, int]], date | None]:
    """Relation → fingerprint and rows as the warehouse says of itself, and the day its data reach.

    Nothing, where there is no warehouse.
    """
    if not settings.warehouse.exists():
        return {}, None
    with connect(settings, settings.warehouse, read_only=True) as connection:
        rows = connection.execute("select relation, fingerprint, row_count from meta.model")
        made = {relation: (mark, count) for relation, mark, count in rows.fetchall()}
        if not {EVENT_FEEDS, FEED_PERIODS} <= made.keys():
            return made, None
        return made, last_day_known(connection)
