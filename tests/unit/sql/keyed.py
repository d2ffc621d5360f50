"""An incremental model over small tables to edit, for the tests of the sql room."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from insight_pipeline.kernel.fingerprint import fingerprint
from insight_pipeline.sql.model import Macro, Model
from insight_pipeline.sql.runner import ModelRun, install_macros, run, target_fingerprints

KEYED = "materialised: incremental\nkey: [citizen_id]\n"
# Joins, a window, a subquery, an outer join to a relation without the key; NULL keys match nobody.
QUERY = """with
events as (select * from core.event),
people as (select * from core.person),
services as (select * from reference.service),

numbered as (
    select events.*, row_number() over (partition by citizen_id order by day, what) as place
    from events
),

named as (
    select
        numbered.citizen_id,
        numbered.place,
        numbered.what,
        people.ward,
        services.title,
        (select count(*) from core.event as e where e.citizen_id = numbered.citizen_id) as times
    from numbered
    left join people on numbered.citizen_id = people.citizen_id
    left join services on numbered.what = services.what
)

select * from named
"""
TABLES = {
    "core.event": "citizen_id varchar, day integer, what varchar",
    "core.person": "citizen_id varchar, ward varchar",
    "reference.service": "what varchar, title varchar",
}
Rows = dict[str, list[tuple[object, ...]]]
START: Rows = {
    "core.event": [
        *[("a", 1, "x"), ("a", 2, "y"), ("b", 1, "x"), (None, 1, "x")],
        *[(f"k{number}", number, "x") for number in range(8)],
    ],
    "core.person": [("a", "north"), ("b", "south"), ("k1", "north")],
    "reference.service": [("x", "Ex")],
}


@dataclass
class Warehouse:
    """A database with sources to edit, and one incremental model on them."""

    connection: duckdb.DuckDBPyConnection
    model: Model
    macros: tuple[Macro, ...] = ()

    def load(self, rows: Rows) -> None:
        for relation, columns in TABLES.items():
            schema = relation.partition(".")[0]
            self.connection.execute(f"create schema if not exists {schema}")
            self.connection.execute(f"create or replace table {relation} ({columns})")
            if rows[relation]:
                places = ", ".join("?" for _ in rows[relation][0])
                query = f"insert into {relation} values ({places})"
                self.connection.executemany(query, [list(row) for row in rows[relation]])

    def night(self, rows: Rows) -> ModelRun:
        self.load(rows)
        install_macros(self.connection, self.macros)
        marks = {name: fingerprint(sorted(map(str, rows[name]))) for name in TABLES}
        targets = target_fingerprints([self.model], self.macros, marks)
        (done,) = run(self.connection, [self.model], targets, macros=self.macros)
        return done

    def made(self) -> list[tuple[object, ...]]:
        return bag(self.connection, f"from {self.model.relation}")

    def rebuilt(self) -> list[tuple[object, ...]]:
        return bag(self.connection, self.model.query)


def bag(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[object, ...]]:
    return sorted(connection.execute(query).fetchall(), key=str)


def edited(**changes: list[tuple[object, ...]]) -> Rows:
    """The rows of START but for some relations, named with two underscores for the dot."""
    return {**START, **{name.replace("__", "."): rows for name, rows in changes.items()}}
