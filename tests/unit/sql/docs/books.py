"""A small book for the tests of the documentation: three rooms, five relations."""

from __future__ import annotations

from insight_pipeline.sql.docs.entry import Book, ColumnEntry, Entry, MacroEntry, Room
from insight_pipeline.sql.lineage import ROWS, Edge, Kind, Node

ROOMS = (
    Room("accepted", "accepted", "Delivered."),
    Room("core", "core", "The single view."),
    Room("indicators", "indicators", "Who counts."),
)
ENTRIES = (
    Entry(
        "accepted.pool__swims",
        "accepted",
        "dataset",
        "Every swim.",
        columns=(
            ColumnEntry("Swim No", "string", "Number of the swim."),
            ColumnEntry("kind", "string", "What was swum."),
        ),
        tests=("Always filled in: Swim No.",),
    ),
    Entry(
        "core.fct_swim",
        "core",
        "model",
        "One row a swim.",
        grain="one row per swim",
        owner="data@ashmere.example",
        reads=("accepted.pool__swims",),
        columns=(ColumnEntry("swim_id", "VARCHAR", ""), ColumnEntry("kind", "VARCHAR", "")),
        tests=("Never NULL: swim_id.",),
        examples=("a swim is kept",),
        sql='create or replace table "core"."fct_swim" as\nselect 1 < 2;',
        macros=("clean",),
    ),
    Entry("core.dim_lane", "core", "model", "Lanes.", reads=("core.fct_swim",)),
    Entry("indicators.swims", "indicators", "indicator", "Swims.", reads=("core.fct_swim",)),
    Entry("indicators.lanes", "indicators", "indicator", "Lanes.", reads=("core.dim_lane",)),
)
EDGES = (
    Edge(Node("core.fct_swim", "swim_id"), Node("accepted.pool__swims", "Swim No"), Kind.VALUE),
    Edge(Node("core.fct_swim", "kind"), Node("accepted.pool__swims", "kind"), Kind.VALUE),
    Edge(Node("core.fct_swim", ROWS), Node("accepted.pool__swims", ROWS), Kind.ROWS),
    Edge(Node("core.fct_swim", ROWS), Node("accepted.pool__swims", "kind"), Kind.ROWS),
    Edge(Node("indicators.swims", "numerator"), Node("core.fct_swim", ROWS), Kind.VALUE),
)
MACROS = (MacroEntry("clean", "Cleans.", "create or replace macro clean(x) as trim(x);"),)
BOOK = Book("Swimming", ROOMS, ENTRIES, EDGES, MACROS)
