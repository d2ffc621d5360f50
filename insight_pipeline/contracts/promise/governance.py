"""Lints what a provider's contract must say before any of its data may be used.

Belongs here: lawful basis, purposes, retention, price, contacts, classification. Does not belong
here: whether the contract's promises can be checked (contract_faults.py). That its
`customProperties` stand at all is for their model to say (contract.py).
It reads the document, not the contract, so that its faults are told with those of every other part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.promise.fault import contract_fault
from insight_pipeline.kernel.errors import Fault

# What a cell can do to a person, mildest first.
PUBLIC, SPECIAL = "public", "special_category"
CLASSIFICATIONS = (PUBLIC, "pseudonymous", "personal", "identifier", SPECIAL)
ARTICLE = r"\bArt(?:icle|\.)? ?"
LAWFUL = re.compile(ARTICLE + r"6\(1\)\([a-f]\)")
CONDITION = re.compile(ARTICLE + r"9\(2\)\([a-j]\)")
DURATION = re.compile(r"P(?=\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?")
TEXTS = ("lawfulBasis", "controller", "sharingAgreement", "providerName", "nationalReturn")
PURPOSE = "purpose"


@dataclass(frozen=True)
class Duration:
    """An ISO 8601 duration of calendar time, as retention schedules write it."""

    years: int
    months: int
    weeks: int
    days: int


def parse_duration(text: str) -> Duration | None:
    """The duration a text such as P8Y or P1Y6M means; None where it means none, or no time."""
    found = DURATION.fullmatch(text)
    parts = [int(part or 0) for part in found.groups()] if found else [0]
    return Duration(*parts) if any(parts) else None


def governance_faults(raw: Mapping[str, Any], where: str) -> Iterator[Fault]:
    """Every fault of a provider's contract as a whole; its columns' are column_faults."""
    values = {item["property"]: item["value"] for item in raw.get("customProperties") or ()}
    yield from _term_faults(values, where)
    yield from _basis_faults(values, where, _columns(raw))
    yield from _contact_faults(raw, where)


def column_faults(raw: Mapping[str, Any], where: str) -> Iterator[Fault]:
    """Columns, of contracts of any kind, that do not say what they hold and how it may hurt."""
    for column in _columns(raw):
        yield from _column_faults(column, f"{where}: {column['name']}")


def _columns(raw: Mapping[str, Any]) -> list[dict[str, Any]]:
    tables = raw.get("schema") or ()
    return [column for table in tables for column in table.get("properties") or ()]


def unknown_purposes(contracts: Iterable[Contract], words: pl.DataFrame) -> Iterator[Fault]:
    """A fault for every purpose that is not in the list of purposes (vocabularies/purpose.csv)."""
    known = set(words.filter(pl.col("vocabulary") == PURPOSE)["code"])
    for newest in contracts:
        for contract in (newest, *newest.earlier):
            for purpose in sorted(set(contract.promise.purposes) - known):
                place = f"{contract.path}: purposes"
                expected = "purposes of the list vocabularies/purpose.csv"
                yield contract_fault(place, expected, f"'{purpose}'", near=purpose, known=known)


def _term_faults(values: Mapping[str, Any], where: str) -> Iterator[Fault]:
    for name in TEXTS:
        if isinstance(values.get(name), str) and not values[name].strip():
            yield contract_fault(f"{where}: {name}", "words", "none")
    if values.get("purposes") == []:
        yield contract_fault(f"{where}: purposes", "at least one purpose", "none")
    retention = values.get("retention")
    if isinstance(retention, str) and parse_duration(retention) is None:
        step = "say how long in years, months, weeks or days, e.g. P8Y"
        yield contract_fault(f"{where}: retention", "an ISO 8601 duration", f"'{retention}'", step)


def _basis_faults(
    values: Mapping[str, Any], where: str, columns: list[dict[str, Any]]
) -> Iterator[Fault]:
    basis = values.get("lawfulBasis")
    kinds = {column.get("classification") for column in columns}
    place = f"{where}: lawfulBasis"
    if isinstance(basis, str) and kinds - {PUBLIC, None} and not LAWFUL.search(basis):
        expected = "a lawful basis of UK GDPR Art 6(1), (a) to (f), for personal data"
        yield contract_fault(place, expected, "none", "name it, e.g. Art 6(1)(e)")
    special = SPECIAL in kinds or values.get("specialCategory") is True
    if isinstance(basis, str) and special and not CONDITION.search(basis):
        expected = "a condition of UK GDPR Art 9(2), (a) to (j), for special category data"
        yield contract_fault(place, expected, "none", "name it, e.g. Art 9(2)(h)")
    if SPECIAL in kinds and values.get("specialCategory") is False:
        found = "false beside columns of special category data"
        yield contract_fault(f"{where}: specialCategory", "true", found)


def _contact_faults(raw: Mapping[str, Any], where: str) -> Iterator[Fault]:
    price = raw.get("price") or {}
    for key in ("priceAmount", "priceCurrency", "priceUnit"):
        if price.get(key) in (None, ""):
            step = "say what the feed costs, 0 where nothing"
            yield contract_fault(f"{where}: price", f"a {key}", "none", step)
    team = raw.get("team")
    members = team.get("members") if isinstance(team, dict) else team
    if not members:
        step = "name who answers for the data"
        yield contract_fault(f"{where}: team", "a member to turn to", "none", step)
    if not raw.get("support"):
        step = "name a channel for questions"
        yield contract_fault(f"{where}: support", "a channel to turn to", "none", step)


def _column_faults(column: Mapping[str, Any], where: str) -> Iterator[Fault]:
    if not str(column.get("description") or "").strip():
        step = "say what the column means to the one who fills it in"
        yield contract_fault(where, "a description", "none", step)
    kind = column.get("classification")
    if kind not in CLASSIFICATIONS:
        expected = f"a classification among {', '.join(CLASSIFICATIONS)}"
        found = f"'{kind}'" if kind else "none"
        yield contract_fault(where, expected, found, near=str(kind or ""), known=CLASSIFICATIONS)
