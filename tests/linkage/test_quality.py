"""Quality on data nobody here made: columns mapped as they are named, no labels, no tuning."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from insight_pipeline.linkage.link import link
from insight_pipeline.linkage.quality.evaluate import b_cubed, pairwise
from insight_pipeline.linkage.summary import LinkageInputs
from tests.linkage.making import query, settings_for

pytestmark = pytest.mark.shared


def _text(*columns: str) -> pl.Expr:
    return pl.concat_str(columns, separator=" ", ignore_nulls=True)


def _number(issuer: str, column: str) -> pl.Expr:
    listed = pl.concat_list(pl.concat_str(pl.lit(f"{issuer}:"), pl.col(column)))
    return pl.when(pl.col(column).is_not_null()).then(listed)


FEBRL = {
    "given_name": pl.col("given_name"),
    "family_name": pl.col("surname"),
    "birth_date": pl.col("date_of_birth").str.to_date("%Y%m%d", strict=False),
    "address_line": _text("street_number", "address_1", "address_2", "suburb", "state"),
    "postcode": pl.col("postcode"),
    "trusted_ids": _number("soc_sec", "soc_sec_id"),
}
FAKE = {
    "given_name": pl.col("first_name"),
    "family_name": pl.col("surname"),
    "birth_date": pl.col("dob").str.to_date(strict=False),
    "address_line": pl.col("city"),
    "email": pl.col("email"),
}
HISTORICAL = {
    "given_name": pl.col("first_name"),
    "family_name": pl.col("surname"),
    "birth_date": pl.col("dob").str.to_date(strict=False),
    "postcode": pl.col("postcode_fake"),
    "sex_code": pl.col("gender").str.slice(0, 1).str.to_uppercase(),
}
FIVE_SOURCES = {
    "provider_id": pl.col("source_dataset"),
    "given_name": pl.col("first_name"),
    "middle_name": pl.col("middle_name"),
    "family_name": pl.col("last_name"),
    "birth_date": pl.col("dob").str.to_date("%Y%m%d", strict=False),
    "sex_code": pl.col("sex").str.slice(0, 1),
    "address_line": _text("street_number", "street_name", "unit_number"),
    "trusted_ids": _number("ssn", "ssn"),
}


@pytest.mark.parametrize(
    ("name", "mapping", "pair_f1", "record_f1", "largest"),
    [
        ("fake_1000", FAKE, 0.94, 0.95, 10),
        ("febrl1", FEBRL, 0.998, 0.999, 2),
        pytest.param("febrl2", FEBRL, 0.998, 0.999, 6, marks=pytest.mark.slow),
        pytest.param("febrl3", FEBRL, 0.998, 0.999, 6, marks=pytest.mark.slow),
        pytest.param("febrl4", FEBRL, 0.998, 0.999, 2, marks=pytest.mark.slow),
        pytest.param("historical_50k", HISTORICAL, 0.87, 0.89, 40, marks=pytest.mark.slow),
        pytest.param("pp_multi2020", FIVE_SOURCES, 0.98, 0.985, 12, marks=pytest.mark.slow),
    ],
)
def test_people_nobody_here_made_are_found(
    shared_path: Callable[[str], Path],
    tmp_path: Path,
    name: str,
    mapping: dict[str, pl.Expr],
    pair_f1: float,
    record_f1: float,
    largest: int,
) -> None:
    given = pl.read_parquet(shared_path(f"data/linkage/{name}.parquet"))
    record_id = pl.concat_str(pl.lit(f"{name}:"), pl.col("unique_id")).alias("record_id")
    evidence = tmp_path / "evidence.parquet"
    given.select(
        record_id,
        pl.lit(name).alias("provider_id")
        if "provider_id" not in mapping
        else pl.lit(None).alias("_"),
        *(expression.alias(column) for column, expression in mapping.items()),
    ).write_parquet(evidence)
    store = tmp_path / "identity.duckdb"
    link(evidence, store, LinkageInputs(), settings_for(tmp_path))
    found = pl.DataFrame(
        query(store, "select record_id, citizen_key from person"),
        schema=["record_id", "citizen_key"],
        orient="row",
    )
    both = given.select(record_id, "truth").join(found, on="record_id")
    assert both.height == given.height
    assert pairwise(both["citizen_key"], both["truth"]).f1 >= pair_f1
    assert b_cubed(both["citizen_key"], both["truth"]).f1 >= record_f1
    assert max(both["citizen_key"].value_counts()["count"]) <= largest
