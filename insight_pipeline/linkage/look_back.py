"""After the night: what to ask reviewers, how good it was, what else it might have been, homes.

Belongs here: the order of these steps and their place in the store. Does not belong here: linking
(link), which none of this can change or hold up, or any measure (quality, citizens).
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import duckdb

from insight_pipeline.kernel.atomic import replacing_file
from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.linkage.citizens.households import find_households
from insight_pipeline.linkage.engine_fault import LOOKING_BACK, engine_fault
from insight_pipeline.linkage.model import files
from insight_pipeline.linkage.model.model import Model
from insight_pipeline.linkage.night import Progress
from insight_pipeline.linkage.people.trust import Issuer
from insight_pipeline.linkage.policy import FILE, LinkagePolicy, load_linkage_policy
from insight_pipeline.linkage.quality.basis import Basis
from insight_pipeline.linkage.quality.groups import load_name_groups
from insight_pipeline.linkage.quality.metadata import quality_metadata
from insight_pipeline.linkage.quality.nightly import measure_quality
from insight_pipeline.linkage.quality.uncertainty import draw_partitions
from insight_pipeline.linkage.review.labels import label_pairs
from insight_pipeline.linkage.review.queue import find_items
from insight_pipeline.linkage.state import opened, table_exists
from insight_pipeline.linkage.store import Previous, read_previous
from insight_pipeline.settings import Settings


@dataclass(frozen=True)
class LookBack:
    """One night seen from behind; `quality` holds plain values by name, of everyone only.

    reviews: open questions to reviewers, by kind.
    """

    night: int
    reviews: dict[str, int]
    quality: dict[str, int | float | str]
    households: int
    communal_places: int
    unchanged: bool = False

    @property
    def groups_flagged(self) -> str:
        return str(self.quality.get("groups_flagged", ""))


def look_back(settings: Settings, progress: Progress = lambda line: None) -> LookBack:
    """Measure the last night of the identity store, unless that was done already.

    Tables review_item, labelled_pair, quality, linkage_draw, place and household. InsightError
    without a night to look back on.
    """
    night = read_previous(settings.identity)
    if night is None:
        raise InsightError([_no_night(settings.identity)])
    spill = settings.temporary / "linkage"
    shutil.rmtree(spill, ignore_errors=True)
    spill.mkdir(parents=True)
    try:
        known = _done(settings.identity, night)
        if known is not None:
            progress("linkage: this night was looked back on already")
            return known
        with (
            replacing_file(settings.identity) as work,
            opened(work, settings.identity, False, settings, spill) as con,
        ):
            con.execute("use store")
            found = _measure(con, night, settings)
            con.execute("create table if not exists look_back (night bigint, summary varchar)")
            con.execute("delete from look_back")
            summary = json.dumps(asdict(found), sort_keys=True)
            con.execute("insert into look_back values (?, ?)", [night.night, summary])
    except duckdb.Error as error:
        raise InsightError([engine_fault(error, LOOKING_BACK)]) from None
    finally:
        shutil.rmtree(spill, ignore_errors=True)
    return found


def _measure(con: duckdb.DuckDBPyConnection, night: Previous, settings: Settings) -> LookBack:
    policy = load_linkage_policy(settings.contracts / FILE)
    model = files.load(settings.models, night.model).model
    reviews = find_items(con, model.join, policy)
    label_pairs(con)
    basis = _basis(con, night, model, policy, settings)
    quality = measure_quality(con, basis)
    draws = draw_partitions(con, basis, quality.calibration, policy.draws)
    homes = find_households(con, basis.as_of, policy.communal_people)
    return LookBack(
        night=night.night,
        reviews=reviews,
        quality=quality_metadata(quality, draws),
        households=homes.households,
        communal_places=homes.communal,
    )


def _basis(
    con: duckdb.DuckDBPyConnection,
    night: Previous,
    model: Model,
    policy: LinkagePolicy,
    settings: Settings,
) -> Basis:
    dates = con.execute("select as_of_date from night where night = ?", [night.night]).fetchall()
    return Basis(
        night=night.night,
        join=model.join,
        names=load_name_groups(settings.contracts / "vocabularies"),
        as_of=dates[0][0] if dates else None,
        model=night.model,
        band=policy.review_band_bits,
        issuers=[Issuer(name, **counts) for name, counts in model.issuers.items()],
        block_limits=model.block_limits,
    )


def _done(store: Path, night: Previous) -> LookBack | None:
    """What was found when this very night was looked back on."""
    with duckdb.connect(str(store), read_only=True) as con:
        if not table_exists(con, "look_back", None):
            return None
        rows = con.execute("select summary from look_back where night = ?", [night.night])
        found = rows.fetchall()
    return replace(LookBack(**json.loads(found[0][0])), unchanged=True) if found else None


def _no_night(store: Path) -> Fault:
    return Fault(
        where=str(store),
        expected="a night of linkage to look back on",
        found="none",
        consequence="nothing was measured",
        next_step="run linkage first",
    )
