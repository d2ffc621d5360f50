from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import pytest
from sqlglot import exp
from sqlglot.lineage import Node as Step
from sqlglot.lineage import lineage as steps_of

from insight_pipeline.contracts.staging import accepted_relation
from insight_pipeline.contracts.standing.accounts import accepted_columns
from insight_pipeline.indicators.catalogue import check_types, load_catalogue
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.settings import Settings
from insight_pipeline.sql.header import VERSION_COLUMNS, Materialised
from insight_pipeline.sql.lineage import ROWS, Edge, Kind, Node, downstream, lineage
from insight_pipeline.sql.model import Model
from insight_pipeline.warehouse.sources import source_columns
from tests.conftest import ROOT
from tests.unit.sql.files import model

VISITS = {"raw.visits": {"Visit ID": "VARCHAR", "Day": "VARCHAR", "Kind": "VARCHAR"}}
COSTS = {"raw.costs": {"kind": "VARCHAR", "pounds": "INTEGER"}}


@lru_cache(maxsize=1)
def project() -> tuple[tuple[Model, ...], dict[str, Mapping[str, str]], tuple[Edge, ...]]:
    """Every model of the repository, the columns of all relations, and the lineage."""
    settings = Settings(home=ROOT / "home", project=ROOT)
    catalogue = load_catalogue(settings)
    models = (*catalogue.staging, *catalogue.models)
    columns = {
        **{accepted_relation(c): accepted_columns(c) for c in catalogue.contracts},
        **source_columns(catalogue.internal),
        **check_types(catalogue, settings),
    }
    return models, columns, lineage(models, columns)


def edges(folder: Path, query: str) -> set[tuple[str, str, str]]:
    """(column, what it depends on, kind) of one small model over visits and costs."""
    found = lineage([model(folder, "core.made", query)], {**VISITS, **COSTS})
    return {(edge.to.column, str(edge.of), edge.kind) for edge in found}


def test_a_column_is_followed_through_stars_casts_and_macros(tmp_path: Path) -> None:
    query = """
        with source as (select * from raw.visits),
        named as (select *, valid_date("Day", '%Y')::date as day_on from source)
        select "Visit ID"::varchar as visit_id, day_on::date as day_on from named
    """
    assert edges(tmp_path, query) == {
        ("visit_id", "raw.visits.Visit ID", "value"),
        ("day_on", "raw.visits.Day", "value"),
        (ROWS, "raw.visits.*", "rows"),
    }


def test_what_is_filtered_joined_and_grouped_by_decides_the_rows(tmp_path: Path) -> None:
    query = """
        with visits as (select * from raw.visits), costs as (select * from raw.costs)
        select visits."Visit ID" as visit_id, sum(costs.pounds) as cost_gbp
        from visits inner join costs on visits."Kind" = costs.kind
        where visits."Day" > '2025' group by visits."Visit ID"
    """
    deciding = {of for to, of, kind in edges(tmp_path, query) if kind == "rows"}
    assert deciding == {
        *("raw.visits.*", "raw.visits.Kind", "raw.visits.Day", "raw.visits.Visit ID"),
        *("raw.costs.*", "raw.costs.kind"),
    }


@pytest.mark.parametrize(
    ("query", "column", "sources"),
    [
        ("select 'x' as a from raw.visits", "a", set()),
        ("select count(*) as a from raw.visits", "a", {"raw.visits.*"}),
        (
            "with v as (select * from raw.visits), w as (select * from v) "
            "select count(*) as a from w",
            "a",
            {"raw.visits.*"},
        ),
        (
            'select "Day" as a from raw.visits union all select kind from raw.costs',
            "a",
            {"raw.visits.Day", "raw.costs.kind"},
        ),
        (
            'select (select max(pounds) from raw.costs c where c.kind = v."Kind") as a '
            "from raw.visits v",
            "a",
            {"raw.costs.kind", "raw.costs.pounds", "raw.visits.Kind"},
        ),
        (
            "select d.day as a from raw.costs cross join unnest(range(pounds)) as d (day)",
            "a",
            {"raw.costs.pounds"},
        ),
        (
            'select row_number() over (partition by "Kind" order by "Day") as a from raw.visits',
            "a",
            {"raw.visits.Kind", "raw.visits.Day"},
        ),
        (
            "select count(pounds) filter (where kind = 'x') as a from raw.costs",
            "a",
            {"raw.costs.kind", "raw.costs.pounds"},
        ),
    ],
)
def test_a_column_is_made_from(tmp_path: Path, query: str, column: str, sources: set[str]) -> None:
    found = {of for to, of, kind in edges(tmp_path, query) if (to, kind) == (column, "value")}
    assert found == sources


@pytest.mark.parametrize(
    ("query", "deciding"),
    [
        ('select distinct "Day" as a from raw.visits', "raw.visits.Day"),
        ('select "Day" as a from raw.visits union select kind from raw.costs', "raw.costs.kind"),
        (
            'select "Day" as a from raw.visits v '
            'where exists (select 1 from raw.costs c where c.kind = v."Kind" and c.pounds > 1)',
            "raw.costs.pounds",
        ),
        (
            'select "Day" as a from raw.visits '
            'qualify row_number() over (partition by "Kind" order by "Day") = 1',
            "raw.visits.Kind",
        ),
        (
            'select max("Day") as a from raw.visits group by grouping sets (("Kind"))',
            "raw.visits.Kind",
        ),
        ('select max("Day") as a from raw.visits having max("Kind") > 1', "raw.visits.Kind"),
    ],
)
def test_the_rows_are_decided_by(tmp_path: Path, query: str, deciding: str) -> None:
    assert (ROWS, deciding, "rows") in edges(tmp_path, query)


def test_versions_of_a_snapshot_follow_from_what_it_tracks_and_by_which_key(tmp_path: Path) -> None:
    query = 'select "Visit ID" as visit_id, "Kind" as kind, "Day" as day_on from raw.visits'
    kept = "materialised: snapshot\nkey: [visit_id]\ntrack: [kind]\n"
    found = lineage([model(tmp_path, "core.made", query, kept)], VISITS)
    made = {(edge.to.column, edge.of.column, edge.kind) for edge in found}
    for version in VERSION_COLUMNS:
        assert {of for to, of, _ in made if to == version} == {"Visit ID", "Kind"}
    assert {of for to, of, _ in made if to == ROWS} == {ROWS, "Visit ID", "Kind"}


def test_a_column_that_no_table_has_is_a_fault(tmp_path: Path) -> None:
    query = "select a.x as x, c.kind as y from raw.visits a cross join raw.costs c"
    with pytest.raises(InsightError, match="nobody can say") as raised:
        edges(tmp_path, query.replace("a.x", "z.x"))
    assert "z.x" in raised.value.faults[0].found


def test_downstream_follows_any_distance_and_nothing_else() -> None:
    a, b, c, d = (Node("r", name) for name in "abcd")
    chain = (Edge(b, a, Kind.VALUE), Edge(c, b, Kind.ROWS), Edge(a, d, Kind.VALUE))
    assert downstream(chain, [a]) == {a, b, c}
    assert downstream(chain, [c]) == {c}


def test_every_output_column_of_every_model_comes_from_a_column_or_from_literals() -> None:
    models, columns, found = project()
    made = {edge.to for edge in found if edge.kind == Kind.VALUE}
    for each in models:
        for name in columns[each.relation]:
            if Node(each.relation, name) not in made:
                assert _is_literal(each, name), f"{each.relation}.{name} comes from nowhere"
    named = {node for edge in found for node in (edge.to, edge.of) if node.column != ROWS}
    assert {str(node) for node in named if node.column not in columns[node.relation]} == set()
    assert len(models) > 30 and len(made) > 200


def _is_literal(model: Model, name: str, asked: frozenset[str] = frozenset()) -> bool:
    """Whether some select gives the name a value without any column, or that of such a column."""
    if not model.reads:
        return True
    made = [
        part
        for select in model.tree.find_all(exp.Select)
        for part in select.expressions
        if part.alias_or_name == name and not part.is_star
    ]
    inner = {column.name for part in made for column in part.find_all(exp.Column)}
    literal = any(not part.find(exp.Column) for part in made)
    asked |= {name}
    return literal or any(_is_literal(model, each, asked) for each in inner - asked)


def test_every_relation_read_decides_the_rows_of_its_reader() -> None:
    models, _, found = project()
    for each in models:
        read = {edge.of.relation for edge in found if edge.to == Node(each.relation, ROWS)}
        assert set(each.reads) <= read


def test_the_lineage_agrees_with_that_of_sqlglot() -> None:
    """Two walks over the same trees: ours by scope, and the library's column by column."""
    models, columns, found = project()
    compared = 0
    for each in models[::3]:
        schema: dict[str, dict[str, dict[str, str]]] = {}
        for relation in each.reads:
            database, table = relation.split(".")
            schema.setdefault(database, {})[table] = dict(columns[relation])
        for name in _of_the_query(each, columns):
            root = steps_of(name, each.tree.copy(), schema=dict(schema), dialect="duckdb")
            theirs = {leaf for step in root.walk() for leaf in _leaves(step)}
            ours = {
                str(edge.of).lower()
                for edge in found
                if edge.to == Node(each.relation, name)
                and edge.kind == Kind.VALUE
                and edge.of.column != ROWS
            }
            assert ours == theirs, f"{each.relation}.{name}"
            compared += 1
    assert compared > 100


def _of_the_query(model: Model, columns: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Its columns without those that the engine adds to versions."""
    is_snapshot = model.header.materialised is Materialised.SNAPSHOT
    added = VERSION_COLUMNS if is_snapshot else {}
    return [name for name in columns[model.relation] if name not in added]


def _leaves(step: Step) -> set[str]:
    table = step.source if isinstance(step.source, exp.Table) and not step.downstream else None
    # A quoted name may hold a dot of its own.
    quoted = step.name.partition('."')[2].rstrip('"') or step.name.rpartition(".")[2]
    return {f"{table.db}.{table.name}.{quoted}".lower()} if table else set()
