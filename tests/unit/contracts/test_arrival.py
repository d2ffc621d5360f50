"""What contracts tell landing: servers to fetch from, and columns that declare a delivery."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from insight_pipeline.contracts.arrival import bare_feeds, self_declaring, sources_of
from insight_pipeline.contracts.judging.about_delivery import judging_version
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.landing.inbox import Feed
from insight_pipeline.landing.manifest import UNDECLARED
from insight_pipeline.settings import Settings
from tests.unit.contracts.promises import DATASET, PROVIDER, column, contract, home, manifest

IDENTITY = {"periodFrom": "from", "periodTo": "Until", "submittedAt": "sent"}
DATABASE = {
    "server": "db",
    "type": "postgres",
    "host": "db.example",
    "port": 5432,
    "database": "d",
    "schema": "s",
}
SHARE = {"server": "share", "type": "sftp", "location": "sftp://files.example/out", "format": "csv"}
INBOX = {"server": "inbox", "type": "local", "path": f"inbox/{PROVIDER}", "format": "csv"}


@pytest.fixture
def options(tmp_path: Path) -> Settings:
    return home(tmp_path)


def served(*servers: dict[str, Any], **properties: Any) -> Contract:
    return replace(contract(column("Ref", key=True), **properties), servers=servers)


def test_a_contract_whose_server_is_our_inbox_names_no_source(options: Settings) -> None:
    assert not sources_of([served(INBOX)], options)


def test_a_folder_that_many_contracts_name_is_fetched_once(options: Settings) -> None:
    sources = sources_of([served(SHARE), served(SHARE, INBOX)], options)
    assert [folder.name for folder in sources.folders] == ["share"]
    assert sources.faults == ()


def test_one_name_for_two_places_is_a_fault(options: Settings) -> None:
    elsewhere = {**SHARE, "location": "sftp://files.example/elsewhere"}
    assert len(sources_of([served(SHARE), served(elsewhere)], options).faults) == 1


def test_a_table_needs_columns_that_declare_it_and_a_csv_reader(options: Settings) -> None:
    good = served(DATABASE, identityColumns=IDENTITY, reader={"format": "csv", "delimiter": ";"})
    (table,) = sources_of([good], options).tables
    assert (table.feed, table.delimiter) == (Feed(PROVIDER, DATASET), ";")
    for bad in (
        served(DATABASE),
        served(DATABASE, identityColumns=IDENTITY, reader={"format": "xlsx"}),
        served(DATABASE, identityColumns=IDENTITY, reader={"format": "csv", "encoding": "cp1252"}),
    ):
        sources = sources_of([bad, served(SHARE)], options)
        assert (len(sources.faults), sources.tables) == (1, ())
        assert len(sources.folders) == 1, "the others are fetched"


def test_only_contracts_that_name_columns_declare_themselves() -> None:
    plain, declaring = served(), served(identityColumns=IDENTITY)
    assert self_declaring([plain]) == bare_feeds([plain]) == ()
    assert bare_feeds([plain, declaring]) == (Feed(PROVIDER, DATASET),)


def test_declaring_columns_are_read_as_the_contract_promises_them() -> None:
    made = contract(
        column("from", "date", options={"format": "dd/MM/yyyy"}),
        column("Until", "date", headerSynonyms=["to"]),
        identityColumns={**IDENTITY, "contractVersion": "v"},
    )
    (declaring,) = self_declaring([made])
    assert declaring.period_from.format == "%d/%m/%Y"
    assert (declaring.period_to.names, declaring.period_to.format) == (("Until", "to"), None)
    assert declaring.contract_version is not None
    assert set(declaring.promised) == {"from", "Until", "to"}


@pytest.mark.parametrize("last", ["2024-12-31", "2024-03-31"])
def test_without_a_version_column_the_version_in_force_judges_whenever_it_was_agreed(
    last: str,
) -> None:
    older = contract(version="1.0.0", inForce={"to": "2023-12-31"})
    newest = contract(version="2.0.0", inForce={"from": "2024-01-01"}, identityColumns=IDENTITY)
    both = replace(newest, earlier=(older,))
    sent = manifest(contract_version=UNDECLARED, period_from="2024-01-01", period_to=last)
    assert judging_version(both, sent) == (both, True)
    before = manifest(contract_version=UNDECLARED, period_from="2023-01-01", period_to="2023-03-31")
    assert judging_version(both, before) == (older, True)
    assert judging_version(older, sent) == (older, False), "no version was in force"


def test_a_later_version_changes_nothing_of_what_a_file_declares() -> None:
    older = contract(version="1.0.0", identityColumns=IDENTITY)
    newest = contract(version="2.0.0", identityColumns=IDENTITY)
    assert self_declaring([older]) == self_declaring([replace(newest, earlier=(older,))])
