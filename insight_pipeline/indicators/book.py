"""What the documentation shows, gathered from contracts, headers, macros and lineage.

Belongs here: turning the catalogue into entries. Does not belong here: how the page looks
(sql/docs). Nothing is described here for the first time, and no row of data is read.
"""

from __future__ import annotations

from collections.abc import Mapping

from insight_pipeline.contracts.promise.contract import InternalProperties
from insight_pipeline.contracts.promise.odcs import load_contracts
from insight_pipeline.indicators.book_contracts import dataset_entry, feed_entries, source_entries
from insight_pipeline.indicators.book_facts import model_facts, one_line
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
Words = Mapping[str, str]


def load_book(catalogue: Catalogue, settings: Settings) -> Book:
    """Every dataset, feed, source, seed, model and indicator, and the figures."""
    edges = project_map(catalogue, settings).edges
    types = check_types(catalogue, settings)
    published = _published(settings)
    entries = (
        *(dataset_entry(contract, settings) for contract in catalogue.contracts),
        *(_model(model, types, catalogue, published, settings) for model in catalogue.staging),
        *feed_entries(catalogue),
        *source_entries(catalogue),
        *(_model(model, types, catalogue, published, settings) for model in catalogue.models),
        _figures(catalogue, settings, published),
    )
    macros = tuple(
        MacroEntry(macro.name, macro.header.description, f"{macro.query};")
        for macro in sorted(catalogue.macros, key=lambda macro: macro.name)
    )
    return Book(TITLE, ROOMS, inherited(entries, edges), edges, macros)


def _model(
    model: Model,
    types: Mapping[str, Mapping[str, str]],
    catalogue: Catalogue,
    published: Words,
    settings: Settings,
) -> Entry:
    header = model.header
    fed = [c for c in catalogue.internal if c.stem in header.feeds]
    inherited = {c.name: one_line(c.description) for contract in fed for c in contract.columns}
    words = {**(published if isinstance(header, IndicatorHeader) else {}), **inherited}
    words |= {name: one_line(text) for name, text in header.columns.items()}
    is_seed = isinstance(model, Seed)
    return Entry(
        relation=model.relation,
        room="sources" if is_seed else model.schema,
        kind="seed" if is_seed else _kind(model),
        description=one_line(header.description),
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
    return {c.name: one_line(c.description) for contract in contracts for c in contract.columns}
