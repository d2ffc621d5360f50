"""The project's own incremental models: key by key they give what a rebuild gives.

The rows are made up from the words the queries themselves compare with, so that joins and windows
are met; no model is named here.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

import duckdb
import pytest
from sqlglot import exp

from insight_pipeline.indicators.catalogue import Catalogue, check_types, load_catalogue
from insight_pipeline.kernel.fingerprint import fingerprint
from insight_pipeline.settings import Settings
from insight_pipeline.sql.dry_run import Columns, create_empty
from insight_pipeline.sql.engines.duckdb import quoted_relation
from insight_pipeline.sql.header import Materialised
from insight_pipeline.sql.model import Model
from insight_pipeline.sql.runner import install_macros, run, target_fingerprints
from insight_pipeline.warehouse.sources import source_columns
from tests.conftest import ROOT

NIGHTS = 4
KEYS = 12
EVENTS_A_KEY = 6


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(home=tmp_path_factory.mktemp("home"), project=ROOT)


@pytest.fixture(scope="module")
def catalogue(settings: Settings) -> Catalogue:
    return load_catalogue(settings)


@pytest.fixture(scope="module")
def columns(catalogue: Catalogue, settings: Settings) -> dict[str, Columns]:
    return {**source_columns(catalogue.internal), **check_types(catalogue, settings)}


def incremental(catalogue: Catalogue) -> list[Model]:
    return [m for m in catalogue.models if m.header.materialised is Materialised.INCREMENTAL]


class Rows:
    """Rows of one relation by key; `edit` changes those of a few keys."""

    def __init__(self, model: Model, columns: Columns, random: Random) -> None:
        self.columns, self.random = columns, random
        self.key = model.header.key[0]
        texts = [literal for literal in model.tree.find_all(exp.Literal) if literal.is_string]
        self.words = sorted({literal.name for literal in texts}) or ["x"]
        self.made = 0
        self.rows = {number: self.of(number) for number in range(KEYS)}

    def of(self, key: int) -> list[list[object]]:
        return [self.row(key) for _ in range(self.random.randrange(EVENTS_A_KEY))]

    def row(self, key: int) -> list[object]:
        self.made += 1
        return [self.cell(name, kind, key) for name, kind in self.columns.items()]

    def cell(self, name: str, kind: str, key: int) -> object:
        if name == self.key:
            return f"key {key}"
        if name.endswith("_id") and name != "provider_id":
            return f"{name} {self.made}"
        if self.random.random() < 0.1:
            return None
        if kind == "DATE":
            return f"2024-0{self.random.randint(1, 9)}-{self.random.randint(10, 28)}"
        if kind == "VARCHAR":
            return self.random.choice(self.words)
        return self.random.randint(0, 5)

    def edit(self) -> None:
        for key in self.random.sample(range(KEYS + 2), 3):
            self.rows[key] = self.of(key)

    def load(self, connection: duckdb.DuckDBPyConnection, relation: str) -> str:
        create_empty(connection, relation, self.columns)
        rows = [row for of_key in self.rows.values() for row in of_key]
        self.random.shuffle(rows)
        places = ", ".join("?" for _ in self.columns)
        table = quoted_relation(relation)
        connection.executemany(f"insert into {table} values ({places})", rows)
        return fingerprint(sorted(map(str, rows)))


def test_there_is_one(catalogue: Catalogue) -> None:
    assert incremental(catalogue)


@pytest.mark.parametrize("seed", range(5))
def test_over_nights_of_edits_each_is_as_if_rebuilt(
    catalogue: Catalogue, columns: dict[str, Columns], seed: int, tmp_path: Path
) -> None:
    for model in incremental(catalogue):
        random = Random(seed)  # noqa: S311 (made-up rows, not secrets)
        given = {name: Rows(model, columns[name], random) for name in model.reads}
        notes, most = [], 0
        with duckdb.connect() as connection:
            install_macros(connection, catalogue.macros)
            for _ in range(NIGHTS):
                marks = {name: rows.load(connection, name) for name, rows in given.items()}
                targets = target_fingerprints([model], catalogue.macros, marks)
                (done,) = run(connection, [model], targets, macros=catalogue.macros)
                notes.append(done.note)
                most = max(most, done.rows)
                made = connection.execute(f"from {model.relation}").fetchall()
                rebuilt = connection.execute(model.query).fetchall()
                assert sorted(made, key=str) == sorted(rebuilt, key=str), model.relation
                for rows in given.values():
                    rows.edit()
        assert any("made again" in note for note in notes[1:]), notes
        assert most > KEYS, f"{model.relation}: the rows made up are too few to say anything"
