"""One provider's deliveries, judged by the real engine and answered: said in few words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from insight_pipeline.contracts.feed import process_feed
from insight_pipeline.contracts.feedback.folder import STATEMENT, read_statement
from insight_pipeline.contracts.feedback.outbox import Told, write_feedback
from insight_pipeline.contracts.feedback.statement import Statement
from insight_pipeline.contracts.judging.law import Law
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.landing.receipt import Receipt
from insight_pipeline.settings import Settings
from tests.unit.contracts.promises import (
    DATASET,
    PROVIDER,
    column,
    contract,
    deliver,
    home,
    row_rule,
)

CANARY = "Zzyzx-Canary"
HEADER = "Ref,Name,Start,End"
COLUMNS = (
    column("Ref", required=True, key=True),
    column("Name", required=True, options={"maxLength": 40}),
    column("Start", "date", required=True, options={"format": "dd/MM/yyyy"}),
    column("End", "date", severity="warn", options={"format": "dd/MM/yyyy"}),
)
ORDERED = row_rule(
    "end_not_before_start",
    "try_strptime(\"End\", '%d/%m/%Y') >= try_strptime(\"Start\", '%d/%m/%Y')",
)


def cases(mode: str = "upsert", **promise: object) -> Contract:
    """A contract with one rule of each kind; nothing refuses but what concerns the file."""
    values = {"maxBadShare": 1.0, "normalise": ["trim"], "minShareOfLast": 0.0, **promise}
    return contract(*COLUMNS, mode=mode, key=("Ref",), rules=(ORDERED,), **values)


@dataclass(frozen=True)
class Scene:
    """A provider's contract and everything it has sent so far."""

    settings: Settings
    contract: Contract

    def send(self, *rows: str, day: int = 7, **declared: object) -> Receipt:
        """Rows under the header, submitted on a day of April."""
        content = "\n".join([HEADER, *rows, ""])
        submitted = f"2025-04-{day:02d}T09:00:00Z"
        return deliver(self.settings, content, **{"submitted_at": submitted, **declared})

    def answer(self) -> Told:
        """Judge and answer, as a night does."""
        law = Law(pl.DataFrame(schema=dict.fromkeys(VOCABULARY, pl.String)), ())
        process_feed(self.contract, law, self.settings)
        return write_feedback(self.contract, self.settings)

    @property
    def outbox(self) -> Path:
        return self.settings.outbox / PROVIDER

    def folder(self, receipt: Receipt) -> Path:
        manifest = receipt.manifest
        period = f"{manifest.period_from}_{manifest.period_to}"
        return self.outbox / DATASET / period / receipt.delivery_id

    def told(self, receipt: Receipt) -> Statement:
        statement = read_statement(self.folder(receipt))
        assert statement is not None, f"no {STATEMENT}"
        return statement


VOCABULARY = ("vocabulary", "code", "label", "synonyms", "valid_from", "valid_to", "source")


def scene(folder: Path, mode: str = "upsert", **promise: object) -> Scene:
    return Scene(home(folder), cases(mode, **promise))


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its place."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
