from __future__ import annotations

from insight_pipeline.sql.docs.entry import ColumnEntry, Entry, inherited, read_by, sources_of
from insight_pipeline.sql.lineage import ROWS, Edge, Kind, Node
from tests.unit.sql.docs.books import BOOK, EDGES, ENTRIES


def test_readers_are_the_other_side_of_reads() -> None:
    assert read_by(ENTRIES)["core.fct_swim"] == ("core.dim_lane", "indicators.swims")


def test_a_room_lists_its_entries_by_name() -> None:
    assert [e.relation for e in BOOK.in_room(BOOK.rooms[1])] == ["core.dim_lane", "core.fct_swim"]


def test_values_and_what_decides_rows_are_kept_apart() -> None:
    found = sources_of(EDGES)
    assert found[Node("core.fct_swim", "kind")] == (Node("accepted.pool__swims", "kind"),)
    deciding = found[Node("core.fct_swim", ROWS)]
    assert [node.column for node in deciding] == ["kind", ROWS]


def test_a_column_without_words_has_those_of_its_namesake_any_number_of_steps_back() -> None:
    further = Entry(
        "indicators.swims", "indicators", "indicator", "", columns=(ColumnEntry("kind", "", ""),)
    )
    edges = (
        *EDGES,
        Edge(Node("indicators.swims", "kind"), Node("core.fct_swim", "kind"), Kind.VALUE),
    )
    told = {e.relation: e for e in inherited([*ENTRIES[:2], further], edges)}
    assert told["core.fct_swim"].columns[1].description == "What was swum."
    assert told["indicators.swims"].columns[0].description == "What was swum."
    assert told["core.fct_swim"].columns[0].description == "", "it has another name there"
