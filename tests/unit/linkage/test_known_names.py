"""Linkage says how many phrases name somebody it knows, and nothing else."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.linkage.known_names import count_known_names


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "identity.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("""
            create table record (
                record_id varchar, given varchar, given_first varchar, family varchar,
                families varchar[]
            )
        """)
        con.execute("""
            insert into record values
                ('a:1', 'zoe anne', 'zoe', 'obrien', ['obrien']),
                ('a:2', 'zoe', 'zoe', 'obrien', ['obrien', 'adeyemi']),
                ('a:3', 'jan', 'jan', 'vanderberg', ['vanderberg']),
                ('a:4', null, null, 'nameless', null),
                ('a:5', 'thomas', 'thomas', 'thomas', ['thomas'])
        """)
    return path


def counted(store: Path, *texts: str) -> dict[int, int]:
    schema = {"place": pl.UInt32, "phrase": pl.String}
    frame = pl.DataFrame({"place": list(range(len(texts))), "phrase": list(texts)}, schema=schema)
    answer = count_known_names(store, frame)
    assert answer is not None
    return dict(answer.iter_rows())


@pytest.mark.parametrize(
    "phrase",
    [
        "zoe obrien", "ZOË O’BRIEN", "O'Brien Zoe", "Zoe Anne O'Brien", "Zoe Adeyemi",
        "\u0417\u043e\u0435 \u041e\u0431\u0440\u0438\u0435\u043d", "Jan van der Berg",
        "van der Berg Jan",
    ],
)  # fmt: skip
def test_a_name_is_known_in_either_order_whatever_its_case_and_marks(
    store: Path, phrase: str
) -> None:
    assert counted(store, phrase) == {0: 1}


@pytest.mark.parametrize("phrase", ["Zoe", "Zoe Berg", "Jan O'Brien", "Thomas Thomas", "nameless"])
def test_what_names_nobody_counts_nothing(store: Path, phrase: str) -> None:
    assert counted(store, phrase) == {}


def test_distinct_names_are_counted_by_place(store: Path) -> None:
    frame = pl.DataFrame(
        {"place": [7, 7, 7, 9, 9], "phrase": ["Zoe Obrien", "ZOE OBRIEN", "Jan Vanderberg", "x y",
                                             "Zoe Obrien"]},
        schema={"place": pl.UInt32, "phrase": pl.String},
    )  # fmt: skip
    answer = count_known_names(store, frame)
    assert answer is not None
    assert answer.rows() == [(7, 2), (9, 1)]


def test_no_store_is_no_answer_and_a_broken_one_is_an_error(tmp_path: Path) -> None:
    frame = pl.DataFrame(schema={"place": pl.UInt32, "phrase": pl.String})
    assert count_known_names(tmp_path / "none.duckdb", frame) is None
    (tmp_path / "broken.duckdb").write_bytes(b"Zoe Adeyemi" * 999)
    with pytest.raises(InsightError) as raised:
        count_known_names(tmp_path / "broken.duckdb", frame)
    assert "Adeyemi" not in str(raised.value)
