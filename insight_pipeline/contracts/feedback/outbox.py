"""What each provider is told, in its own outbox: only what changed is made again.

Belongs here: the front door of feedback, and the index of a provider's deliveries. Does not belong
here: a single folder (folder.py). Folders are never deleted: a provider may have kept the link.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from insight_pipeline.contracts.feedback.delivery import Delivery, deliveries_of
from insight_pipeline.contracts.feedback.folder import (
    STATEMENT,
    folder_of,
    read_statement,
    write_folder,
)
from insight_pipeline.contracts.feedback.page import INDEX_NAME, index_page
from insight_pipeline.contracts.feedback.since import open_landed
from insight_pipeline.contracts.feedback.statement import Statement
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.kernel.atomic import replacing_file
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import connect


@dataclass(frozen=True)
class Told:
    """What a dataset's provider was told: about how many deliveries, and which of them anew."""

    deliveries: int
    made: tuple[str, ...]


def write_feedback(contract: Contract, settings: Settings) -> Told:
    """Tell the provider of a dataset about each of its deliveries, then renew its index."""
    deliveries = tuple(deliveries_of(contract, settings))
    due = [delivery for delivery in deliveries if _is_due(delivery, settings)]
    if due:
        with connect(settings) as connection:
            open_landed(connection, contract, due[0].ranked, settings.accepted)
            for delivery in due:
                write_folder(connection, delivery, settings)
    _write_index(contract, settings)
    return Told(len(deliveries), tuple(delivery.id for delivery in due))


def _is_due(delivery: Delivery, settings: Settings) -> bool:
    stored = read_statement(folder_of(delivery, settings))
    return stored is None or stored.fingerprint != delivery.mark


def _write_index(contract: Contract, settings: Settings) -> None:
    """The provider's list of deliveries, over all of its datasets."""
    outbox = settings.outbox / contract.promise.provider
    statements = _statements(outbox)
    if not statements:
        return
    page = index_page(contract.promise.provider_name, statements)
    path = outbox / INDEX_NAME
    if not path.exists() or path.read_text(encoding="utf-8") != page:
        with replacing_file(path) as work:
            work.write_text(page, encoding="utf-8")


def _statements(outbox: Path) -> dict[str, Statement]:
    """Every statement of a provider by its folder."""
    folders = sorted(path.parent for path in outbox.glob(f"*/*/*/{STATEMENT}"))
    read = ((folder.relative_to(outbox).as_posix(), read_statement(folder)) for folder in folders)
    return {place: statement for place, statement in read if statement is not None}
