from __future__ import annotations

from functools import lru_cache

from insight_pipeline.indicators.catalogue import FIGURE_RELATION, Catalogue, load_catalogue
from insight_pipeline.indicators.project_lineage import (
    FIGURE_FACTS,
    Map,
    figure_columns,
    project_columns,
    project_map,
)
from insight_pipeline.settings import Settings
from insight_pipeline.sql.dry_run import Columns
from insight_pipeline.sql.lineage import ROWS, Node
from insight_pipeline.sql.trace import upstream_of
from tests.conftest import ROOT

SETTINGS = Settings(home=ROOT / "home", project=ROOT)


@lru_cache(maxsize=1)
def project() -> tuple[Catalogue, dict[str, Columns], Map]:
    catalogue = load_catalogue(SETTINGS)
    return catalogue, project_columns(catalogue, SETTINGS), project_map(catalogue, SETTINGS)


def test_every_column_in_the_lineage_is_a_column_of_its_relation() -> None:
    catalogue, columns, known = project()
    named = {**columns, FIGURE_RELATION: dict.fromkeys(figure_columns(catalogue, columns), "")}
    nodes = {node for edge in known.edges for node in (edge.to, edge.of) if node.column != ROWS}
    assert {str(node) for node in nodes if node.column not in named[node.relation]} == set()


def test_what_stands_beside_the_counts_is_found_in_this_project() -> None:
    _, columns, _ = project()
    facts = [fact for facts in FIGURE_FACTS.values() for fact in facts]
    assert [str(f) for f in facts if f.column not in columns.get(f.relation, ())] == []


def test_a_figure_is_made_from_the_counts_and_those_from_what_was_delivered() -> None:
    _, _, known = project()
    found = upstream_of(known.edges, Node(FIGURE_RELATION, "value"))
    first = {step.at.column for step in found.values if step.depth == 1}
    assert {"numerator", "denominator"} <= first
    rooms = {step.at.relation.partition(".")[0] for step in found.values}
    assert {"journeys", "core", "internal", "feeds", "staging", "accepted"} <= rooms


def test_lineage_about_some_relations_is_the_part_of_the_whole_about_them() -> None:
    catalogue, _, known = project()
    models = {model.relation for model in (*catalogue.staging, *catalogue.models)}
    about = {"core.dim_citizen", "staging.stg_council__deaths"}
    part = project_map(catalogue, SETTINGS, about)
    expected = {e for e in known.edges if e.to.relation not in models or e.to.relation in about}
    assert set(part.edges) == expected


def test_versions_of_a_history_are_dated_by_the_day_that_deliveries_reach() -> None:
    _, _, known = project()
    for column in ("valid_from", "valid_to"):
        found = upstream_of(known.edges, Node("core.dim_citizen_history", column))
        assert Node("reference.feed_period", "period_to") in {step.at for step in found.values}
