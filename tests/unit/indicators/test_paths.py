from __future__ import annotations

from functools import lru_cache

import networkx as nx

from insight_pipeline.contracts.staging import accepted_relation
from insight_pipeline.indicators.catalogue import FIGURE_RELATION, Catalogue, load_catalogue
from insight_pipeline.indicators.paths import made_of, reads
from insight_pipeline.indicators.project_lineage import project_map
from insight_pipeline.settings import Settings
from insight_pipeline.warehouse.sources import source_columns
from tests.conftest import ROOT

SETTINGS = Settings(home=ROOT / "home", project=ROOT)


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    return load_catalogue(SETTINGS)


def graph() -> nx.DiGraph[str]:
    """An edge leads from what is read to what reads it."""
    found: nx.DiGraph[str] = nx.DiGraph()
    found.add_edges_from((read, to) for to, parts in reads(catalogue()).items() for read in parts)
    return found


def test_every_dataset_leads_to_the_figures_and_no_way_is_a_circle() -> None:
    drawn = graph()
    assert nx.is_directed_acyclic_graph(drawn)
    behind = nx.ancestors(drawn, FIGURE_RELATION)
    spend = {"accepted.council__contract_spend"}
    assert {accepted_relation(c) for c in catalogue().contracts} - behind <= spend
    assert {f"indicators.{name}" for name in catalogue().indicators} <= behind


def test_a_feed_is_made_of_its_feeders_and_a_source_of_its_feed() -> None:
    made = made_of(catalogue())
    assert "staging.stg_activelife__visits" in made["feeds.service_event"]
    assert made["internal.service_event"] == ("feeds.service_event",)
    assert {"feeds.person_evidence", "feeds.opt_out"} <= set(made["internal.citizen"])
    assert not any(name.startswith("internal.person") for name in made)


def test_every_joint_is_between_relations_that_exist() -> None:
    models = (*catalogue().staging, *catalogue().models)
    known = {
        *(accepted_relation(c) for c in catalogue().contracts),
        *(f"feeds.{c.stem}" for c in catalogue().internal),
        *source_columns(catalogue().internal),
        *(model.relation for model in models),
        FIGURE_RELATION,
    }
    assert set(graph().nodes) <= known


def test_whatever_lineage_joins_stands_in_the_graph_of_relations() -> None:
    drawn = graph()
    for edge in project_map(catalogue(), SETTINGS).edges:
        assert drawn.has_edge(edge.of.relation, edge.to.relation), str(edge)
