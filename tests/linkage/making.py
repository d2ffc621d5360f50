"""Small made-up registers for the tests of linkage: people, households and files of evidence.

Belongs here: making evidence. Does not belong here: what linkage should make of it.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from insight_pipeline.linkage.evidence.load import COLUMNS
from insight_pipeline.settings import Settings
from tests.conftest import ROOT

Row = dict[str, Any]

_TYPES: dict[str, Any] = {
    "VARCHAR": pl.String,
    "DATE": pl.Date,
    "BIGINT": pl.Int64,
    "VARCHAR[]": pl.List(pl.String),
}
_GIVEN = [
    "Amara", "Bethan", "Carlos", "Dilys", "Edwin", "Farida", "Gethin", "Hannah", "Imran", "Joanna",
    "Kofi", "Leila", "Marek", "Nadia", "Olwen", "Pedro", "Quentin", "Rhodri", "Sanjay", "Tamsin",
    "Ursula", "Viktor", "Winston", "Ximena", "Yusuf", "Zadie", "Aled", "Blodwen",
]  # fmt: skip
_START = [
    "Ash", "Brack", "Cald", "Dun", "Elm", "Fair", "Gar", "Had", "Ing", "Kel", "Lang", "Mar", "Nor",
    "Oak", "Pem", "Rud", "Sal", "Thorn", "Ul", "Wal",
]  # fmt: skip
_END = ["bury", "combe", "den", "field", "gate", "ham", "ley", "moor", "ridge", "stead", "wick"]
_FAMILY = [f"{start}{end}" for start in _START for end in _END]
_STREET = ["Alder", "Birch", "Cedar", "Dove", "Eider", "Finch", "Gorse", "Heron", "Iris", "Juniper"]


def write_evidence(path: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    """One Parquet file with every column of person_evidence; what a row lacks is NULL."""
    schema = {name: _TYPES[kind] for name, kind in COLUMNS.items()}
    frame = pl.DataFrame([{name: row.get(name) for name in COLUMNS} for row in rows], schema=schema)
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(path)
    return path


def person(record_id: str, given: str, family: str | None, born: date | None, **more: Any) -> Row:
    """One row of evidence."""
    return {
        "record_id": record_id,
        "provider_id": record_id.split(":")[0],
        "given_name": given,
        "family_name": family,
        "birth_date": born,
        **more,
    }


def town(households: int, seed: int) -> list[Row]:
    """Households of three at one address and telephone, each person known to three providers."""
    rng = random.Random(seed)  # noqa: S311
    rows: list[Row] = []
    for home in range(households):
        family = rng.choice(_FAMILY)
        address = f"{rng.randint(1, 90)} {rng.choice(_STREET)} Street"
        postcode = f"ZA{home % 9 + 1} {home % 7}{'ABDEFGHJ'[home % 8]}{'LNPQRSTU'[home // 8 % 8]}"
        for member, given in enumerate(rng.sample(_GIVEN, 3)):
            born = date(1940, 1, 1) + timedelta(days=rng.randint(0, 25_000))
            number = f"{home:05d}{member}{rng.randint(0, 9999):04d}"
            for provider in ("north", "south", "west"):
                known = rng.random() < 0.6
                rows.append(
                    person(
                        f"{provider}:{home:04d}-{member}",
                        given if rng.random() > 0.05 else given[:-1],
                        family if rng.random() > 0.05 else family + "e",
                        born if rng.random() > 0.05 else born.replace(day=1),
                        address_line=address,
                        postcode=postcode,
                        trusted_ids=[f"library_card:{number}"] if known else [],
                        valid_from_date=date(2024, 1, 1),
                    )
                )
    return rows


def town_truth(record_id: str) -> str:
    return record_id.split(":")[1]


def settings_for(folder: Path, threads: int = 2) -> Settings:
    return Settings(home=folder, project=ROOT, threads=threads)


def query(store: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(store), read_only=True) as con:
        return con.execute(sql).fetchall()


def keys(store: Path) -> dict[str, str]:
    """record_id → citizen_key."""
    return dict(query(store, "select record_id, citizen_key from person"))


def parts(store: Path) -> set[frozenset[str]]:
    """The partition, whatever its people are called."""
    groups: dict[str, set[str]] = {}
    for record_id, key in keys(store).items():
        groups.setdefault(key, set()).add(record_id)
    return {frozenset(members) for members in groups.values()}
