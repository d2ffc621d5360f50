"""What the documentation shows, gathered from contracts, headers, macros and lineage.

Belongs here: turning the catalogue into entries. Does not belong here: how the page looks
(sql/docs). Nothing is described here for the first time, and no row of data is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from insight_pipeline.contracts.promise.contract import Contract, InternalProperties
from insight_pipeline.contracts.promise.odcs import load_contracts
from insight_pipeline.contracts.staging import accepted_relation
from insight_pipeline.contracts.standing.accounts import accepted_columns
from insight_pipeline.indicators.book_facts import contract_facts, contract_tests, model_facts
from insight_pipeline.indicators.catalogue import (
    FIGURE_RELATION,
    FIGURE_WORDS,
    Catalogue,
    check_types,
)
from insight_pipeline.indicators.figure_types import figure_types
from insight_pipeline.indicators.header import IndicatorHeader
from insight_pipeline.indicators.paths import made_of
from insight_pipeline.indicators.project_lineage import project_map
from insight_pipeline.settings import Settings
from insight_pipeline.sql.check_names import test_words
from insight_pipeline.sql.compiled import statement
from insight_pipeline.sql.docs.entry import (
    Book,
    ColumnEntry,
    Entry,
    MacroEntry,
    Room,
    inherited,
)
from insight_pipeline.sql.model import Model, macros_of
from insight_pipeline.sql.seeds import Seed
from insight_pipeline.sql.table_tests import load_cases
from insight_pipeline.warehouse.sources import SOURCE_WORDS, source_columns, warehouse_contracts

TITLE = "From deliveries to figures"
ROOMS = (
    Room("accepted", "accepted", "What providers delivered and their contracts let through."),
    Room("staging", "staging", "Renamed, cast and mapped to our codes; nothing else."),
    Room("feeds", "feeds", "All staging that feeds one internal contract, united."),
    Room("sources", "sources", "Feeds under pseudonyms, citizens, reference tables and seeds."),
    Room("core", "core", "The single view."),
    Room("journeys", "journeys", "How people move between providers."),
    Room("indicators", "indicators", "Who counts, out of whom."),
    Room("figure", "figures", "Value, interval and all that stands beside it; not yet published."),
)
PROVENANCE_WORDS = {
    "_delivery_id": "The delivery the row came in.",
    "_row": "The row's number in it.",
    "_period_from": "First day the delivery speaks of.",
    "_period_to": "Last day the delivery speaks of.",
}

Words = Mapping[str, str]


def load_book(catalogue: Catalogue, settings: Settings) -> Book:
    """Every dataset, feed, source, seed, model and indicator, and the figures."""
    edges = project_map(catalogue, settings).edges
    types = check_types(catalogue, settings)
    published = _published(settings)
    entries = (
        *(_dataset(contract, settings) for contract in catalogue.contracts),
        *(_model(model, types, catalogue, published, settings) for model in catalogue.staging),
        *_feeds(catalogue),
        *_sources(catalogue),
        *(_model(model, types, catalogue, published, settings) for model in catalogue.models),
        _figures(catalogue, settings, published),
    )
    macros = tuple(
        MacroEntry(macro.name, macro.header.description, f"{macro.query};")
        for macro in sorted(catalogue.macros, key=lambda macro: macro.name)
    )
    return Book(TITLE, ROOMS, inherited(entries, edges), edges, macros)


def _dataset(contract: Contract, settings: Settings) -> Entry:
    words = {c.name: _line(c.description) for c in contract.columns} | PROVENANCE_WORDS
    kinds = {column.name: column.type for column in contract.columns}
    return Entry(
        relation=accepted_relation(contract),
        room="accepted",
        kind="dataset",
        description=_line(contract.description),
        owner=contract.owner,
        columns=tuple(
            ColumnEntry(name, kinds.get(name, kind), words[name])
            for name, kind in accepted_columns(contract).items()
        ),
        facts=contract_facts(contract, settings),
        tests=contract_tests(contract),
    )


def _feeds(catalogue: Catalogue) -> Iterator[Entry]:
    for contract in catalogue.internal:
        yield _contracted(contract, f"feeds.{contract.stem}", "feed", catalogue)


def _sources(catalogue: Catalogue) -> Iterator[Entry]:
    """Relations of the warehouse that no model makes."""
    contracts = {f"internal.{c.stem}": c for c in warehouse_contracts(catalogue.internal)}
    for relation, columns in source_columns(catalogue.internal).items():
        if relation in contracts:
            yield _contracted(contracts[relation], relation, "source", catalogue, columns)
        else:
            yield Entry(
                relation=relation,
                room="sources",
                kind="source",
                description=SOURCE_WORDS[relation],
                reads=made_of(catalogue).get(relation, ()),
                columns=tuple(ColumnEntry(name, kind, "") for name, kind in columns.items()),
            )


def _contracted(
    contract: Contract,
    relation: str,
    kind: str,
    catalogue: Catalogue,
    columns: Mapping[str, str] | None = None,
) -> Entry:
    """A relation that an internal contract describes; `columns` where they differ from it."""
    words = {column.name: _line(column.description) for column in contract.columns}
    return Entry(
        relation=relation,
        room="feeds" if kind == "feed" else "sources",
        kind=kind,
        description=_line(contract.description),
        owner=contract.owner,
        reads=made_of(catalogue).get(relation, ()),
        columns=tuple(
            ColumnEntry(name, type_, words.get(name, ""))
            for name, type_ in (columns or contract.physical_columns).items()
        ),
        tests=contract_tests(contract) if kind == "feed" else (),
    )


def _model(
    model: Model,
    types: Mapping[str, Mapping[str, str]],
    catalogue: Catalogue,
    published: Words,
    settings: Settings,
) -> Entry:
    header = model.header
    fed = [c for c in catalogue.internal if c.stem in header.feeds]
    inherited = {c.name: _line(c.description) for contract in fed for c in contract.columns}
    words = {**(published if isinstance(header, IndicatorHeader) else {}), **inherited}
    words |= {name: _line(text) for name, text in header.columns.items()}
    is_seed = isinstance(model, Seed)
    return Entry(
        relation=model.relation,
        room="sources" if is_seed else model.schema,
        kind="seed" if is_seed else _kind(model),
        description=_line(header.description),
        grain=header.grain,
        owner=header.owner,
        reads=model.reads,
        columns=tuple(
            ColumnEntry(name, kind, words.get(name, ""))
            for name, kind in types[model.relation].items()
        ),
        facts=model_facts(model, settings),
        tests=tuple(test_words(test) for test in header.tests),
        examples=_examples(model, settings),
        sql="" if is_seed else f"{statement(model)};",
        macros=tuple(macro.name for macro in macros_of([model], catalogue.macros)),
    )


def _kind(model: Model) -> str:
    return "indicator" if isinstance(model.header, IndicatorHeader) else "model"


def _examples(model: Model, settings: Settings) -> tuple[str, ...]:
    """Sentences of its table tests, where the project has them."""
    path = settings.project / "tests" / "sql" / f"{model.name}.yaml"
    return tuple(case.name for case in load_cases(path)) if path.exists() else ()


def _figures(catalogue: Catalogue, settings: Settings, published: Words) -> Entry:
    return Entry(
        relation=FIGURE_RELATION,
        room="figure",
        kind="table",
        description=FIGURE_WORDS,
        grain="one row per indicator, period and breakdown",
        reads=made_of(catalogue)[FIGURE_RELATION],
        columns=tuple(
            ColumnEntry(name, kind, published.get(name, ""))
            for name, kind in figure_types(catalogue, settings).items()
        ),
    )


def _published(settings: Settings) -> dict[str, str]:
    """Columns of what is published, in the words of our contract with commissioners."""
    contracts = load_contracts(settings.contracts / "publication", InternalProperties)
    return {c.name: _line(c.description) for contract in contracts for c in contract.columns}


def _line(text: str) -> str:
    return " ".join(text.split())
