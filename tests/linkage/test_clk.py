"""Linking without names on FEBRL 4: two files of 5,000 people with each other's errors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from insight_pipeline.linkage.clk.files import Encoded, write_encoded
from insight_pipeline.linkage.clk.run import encode_evidence, link_encoded
from insight_pipeline.linkage.clk.scheme import FEATURES, Scheme
from insight_pipeline.linkage.clk.secret import Secret
from insight_pipeline.linkage.standalone.run import plan, prepare_evidence
from insight_pipeline.linkage.standalone.table import read_table
from insight_pipeline.settings import Settings
from tests.conftest import ROOT

pytestmark = pytest.mark.shared
MAPS = (
    "given_name=given_name", "family_name=surname", "birth_date=date_of_birth",
    "address_line=street_number+address_1+address_2+suburb+state", "postcode=postcode",
)  # fmt: skip
SECRET = Secret(b"a secret for tests, forty bytes or longer")


def encoded(folder: Path, people: pl.DataFrame, scheme: Scheme) -> Path:
    folder.mkdir()
    people.write_parquet(folder / "people.parquet")
    settings = Settings(folder / "home", ROOT)
    table = read_table(folder / "people.parquet", folder)
    chosen = plan(table, MAPS, "unique_id")
    prepare_evidence(table, chosen, None, folder / "evidence.parquet", settings)
    rows: Encoded = encode_evidence(folder / "evidence.parquet", scheme, SECRET, settings)
    write_encoded(rows, folder / "encoded.parquet")
    return folder / "encoded.parquet"


@pytest.mark.parametrize(
    ("folds", "many", "share", "least"),
    [
        (0, False, 1, 0.99),
        pytest.param(0, True, 1, 0.96, marks=pytest.mark.slow),
        pytest.param(0, False, 10, 0.98, marks=pytest.mark.slow),
        pytest.param(1, False, 1, 0.96, marks=pytest.mark.slow),
    ],
)
def test_people_are_found_without_their_names(
    shared_path: Callable[[str], Path],
    tmp_path: Path,
    record_property: Callable[[str, object], None],
    folds: int,
    many: bool,
    share: int,
    least: float,
) -> None:
    people = pl.read_parquet(shared_path("data/linkage/febrl4.parquet"))
    scheme = Scheme(FEATURES, folds=folds)
    one = people.filter(source_dataset="a")
    # Of the other side one in `share` people is there: strangers must not take the empty seats.
    other = people.filter(source_dataset="b").filter(pl.col("truth").cast(pl.Int64) % share == 0)
    files = [encoded(tmp_path / n, side, scheme) for n, side in (("a", one), ("b", other))]
    pairs = link_encoded(*files, threshold=None, many=many).pairs
    truth = people.select("unique_id", "truth")
    both = pairs.join(truth, left_on="record_id_a", right_on="unique_id").join(
        truth, left_on="record_id_b", right_on="unique_id"
    )
    right = both.filter(pl.col("truth") == pl.col("truth_right")).height
    f1 = 2 * right / (pairs.height + other.height)
    record_property("figure", f"CLK on FEBRL 4 (folds {folds}, 1/{share}, many {many}): {f1:.4f}")
    assert f1 >= least
