"""The book holds every relation once, in the words of the files, and no word of its own."""

from __future__ import annotations

from functools import lru_cache

from insight_pipeline.contracts.staging import accepted_relation
from insight_pipeline.indicators.book import ROOMS, load_book
from insight_pipeline.indicators.book_facts import contract_tests
from insight_pipeline.indicators.catalogue import FIGURE_RELATION, Catalogue, load_catalogue
from insight_pipeline.settings import Settings
from insight_pipeline.sql.docs.entry import Book, Entry
from insight_pipeline.sql.seeds import Seed
from tests.conftest import ROOT

SETTINGS = Settings(home=ROOT / "home", project=ROOT)


@lru_cache(maxsize=1)
def project() -> tuple[Catalogue, Book]:
    catalogue = load_catalogue(SETTINGS)
    return catalogue, load_book(catalogue, SETTINGS)


def entry(relation: str) -> Entry:
    (found,) = [each for each in project()[1].entries if each.relation == relation]
    return found


def test_every_dataset_feed_model_and_seed_and_the_figures_have_one_entry() -> None:
    catalogue, book = project()
    names = [each.relation for each in book.entries]
    assert len(names) == len(set(names))
    assert set(names) >= {
        *(accepted_relation(contract) for contract in catalogue.contracts),
        *(f"feeds.{contract.stem}" for contract in catalogue.internal),
        *(model.relation for model in (*catalogue.staging, *catalogue.models)),
        FIGURE_RELATION,
    }
    kinds = {each.relation: each.kind for each in book.entries}
    for model in catalogue.models:
        assert (kinds[model.relation] == "seed") is isinstance(model, Seed)
    assert {kinds[f"indicators.{name}"] for name in catalogue.indicators} == {"indicator"}


def test_every_entry_stands_in_a_room_after_what_it_is_made_from() -> None:
    _, book = project()
    place = {each.relation: n for n, each in enumerate(book.entries)}
    assert {each.room for each in book.entries} <= {room.key for room in ROOMS}
    for each in book.entries:
        assert each.description, each.relation
        # Seeds are read wherever they are wanted; all else is read from the left.
        assert all(place[name] < place[each.relation] for name in each.reads), each.relation


def test_a_model_is_told_as_its_header_tells_it() -> None:
    catalogue, _ = project()
    (model,) = [model for model in catalogue.models if model.relation == "core.dim_citizen"]
    found = entry("core.dim_citizen")
    assert (found.grain, found.owner) == (model.header.grain, model.header.owner)
    assert {c.name: c.description for c in found.columns} == model.header.columns
    assert found.columns[0].type == "VARCHAR" and len(found.tests) == len(model.header.tests)
    assert ("File", "dbt_like_sql/core/dim_citizen.sql") in found.facts
    assert model.query in found.sql and found.examples


def test_an_indicator_is_told_with_what_its_header_adds() -> None:
    catalogue, _ = project()
    name, header = next(iter(catalogue.indicators.items()))
    facts = dict(entry(f"indicators.{name}").facts)
    assert facts["Title"] == header.title and facts["Polarity"] == header.polarity.replace("_", " ")
    assert facts["Standard"] == f"{header.standard.framework} {header.standard.id}"
    assert all(" ".join(caveat.split()) in facts["Caveats"] for caveat in header.caveats)


def test_a_dataset_is_told_as_its_contract_tells_it() -> None:
    catalogue, _ = project()
    contract = catalogue.contracts[0]
    found = entry(accepted_relation(contract))
    told = {column.name: column.description for column in found.columns}
    for column in contract.columns:
        assert told[column.name] == " ".join(column.description.split())
    assert found.tests == contract_tests(contract)
    assert dict(found.facts)["Provider"] == contract.promise.provider_name


def test_a_column_nobody_describes_twice_has_the_words_of_the_contract_it_feeds() -> None:
    found = {c.name: c.description for c in entry("staging.stg_activelife__visits").columns}
    feed = {c.name: c.description for c in entry("feeds.service_event").columns}
    assert found["service_code"] == feed["service_code"] != ""


def test_macros_that_a_model_calls_are_named_and_shown() -> None:
    _, book = project()
    shown = {macro.name: macro for macro in book.macros}
    called = {name for each in book.entries for name in each.macros}
    assert called <= shown.keys() and called
    assert all(macro.description and macro.sql.endswith(";") for macro in book.macros)


def test_nothing_in_the_book_names_a_folder_of_this_machine() -> None:
    assert str(ROOT) not in repr(project()[1])
