"""spend_themes.yaml: which outcome themes the spend of a service goes to."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from insight_pipeline.contracts.promise.vocabulary import load_vocabularies
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.warehouse.services import Service, ServiceContract, Services, load_services
from insight_pipeline.warehouse.spend_themes import (
    SpendThemes,
    SplitService,
    check_spend_themes,
    load_spend_themes,
    spend_shares,
)
from tests.conftest import ROOT

GOOD = """
services:
  - service_code: leisure
    shares: {physical_activity: 0.85, neighbourhood_health: 0.15}
    note: Exercise on referral is priced by itself.
    source: The contract, schedule 3
  - service_code: homelessness
    shares: {homelessness: 1.0}
    note: All of it.
    source: The plan
"""
THEMES = ("homelessness", "neighbourhood_health", "physical_activity")
VOCABULARIES = pl.DataFrame({"vocabulary": ["outcome_theme"] * len(THEMES), "code": list(THEMES)})


def load(folder: Path, text: str) -> SpendThemes:
    path = folder / "spend_themes.yaml"
    path.write_text(text)
    return load_spend_themes(path)


def paid(*codes: str, price: int = 100) -> Services:
    from_date = load_services(ROOT / "data_contracts" / "services.yaml").services[0]
    first = from_date.contracts[0].from_date
    contract = ServiceContract(
        provider_id="p", from_date=first, to_date=None, annual_price_gbp=price
    )
    return Services(
        services=tuple(
            Service(service_code=code, title=code, contracts=(contract,)) for code in codes
        )
    )


def faults(themes: SpendThemes, services: Services) -> str:
    with pytest.raises(InsightError) as caught:
        check_spend_themes(themes, services, VOCABULARIES, Path("spend_themes.yaml"))
    return str(caught.value)


def test_one_row_for_each_service_and_theme(tmp_path: Path) -> None:
    frame = spend_shares(load(tmp_path, GOOD))
    assert frame.rows() == [
        ("leisure", "neighbourhood_health", Decimal("0.1500")),
        ("leisure", "physical_activity", Decimal("0.8500")),
        ("homelessness", "homelessness", Decimal("1.0000")),
    ]
    assert frame.schema["share"] == pl.Decimal(5, 4)


def test_without_the_file_nothing_is_shared_out_and_nothing_is_asked_of_services(
    tmp_path: Path,
) -> None:
    themes = load_spend_themes(tmp_path / "spend_themes.yaml")
    assert spend_shares(themes).rows() == []
    check_spend_themes(themes, paid("leisure"), VOCABULARIES, Path("spend_themes.yaml"))


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("0.85", "0.84", "they add up to 0.99, not to 1"),
        ("0.85", "1.0", "they add up to 1.15, not to 1"),
        ("0.85, neighbourhood_health: 0.15", "1.1, neighbourhood_health: -0.1", "more than 0"),
        ("0.85, neighbourhood_health: 0.15", "0.85003, neighbourhood_health: 0.14997", "decimals"),
        ("note: All of it.", "note: ''", "note"),
        ("    source: The plan\n", "", "source"),
        ("service_code: homelessness", "service_code: leisure", "more than once"),
        ("shares: {homelessness: 1.0}", "shares: {}", "shares"),
        ("shares: {homelessness: 1.0}", "share: {homelessness: 1.0}", "share"),
    ],
)
def test_a_mistake_is_named_with_its_place(
    tmp_path: Path, before: str, after: str, words: str
) -> None:
    assert before in GOOD
    with pytest.raises(InsightError) as caught:
        load(tmp_path, GOOD.replace(before, after))
    assert "spend_themes.yaml" in str(caught.value)
    assert words in str(caught.value)


def test_an_unknown_service_or_theme_is_named_with_the_nearest(tmp_path: Path) -> None:
    themes = load(tmp_path, GOOD)
    assert "did you mean 'leisures'?" in faults(themes, paid("leisures", "homelessness"))
    misspelt = load(tmp_path, GOOD.replace("homelessness: 1.0", "homelesness: 1.0"))
    assert "did you mean 'homelessness'?" in faults(misspelt, paid("leisure", "homelessness"))


def test_a_service_that_is_paid_for_must_stand_in_it_and_one_that_is_not_need_not(
    tmp_path: Path,
) -> None:
    themes = load(tmp_path, GOOD)
    three = paid("leisure", "homelessness", "acute_hospital")
    assert "no shares for 'acute_hospital'" in faults(themes, three)
    unpaid = paid("acute_hospital", price=0).services
    check_spend_themes(
        themes,
        Services(services=(*paid("leisure", "homelessness").services, *unpaid)),
        VOCABULARIES,
        Path("spend_themes.yaml"),
    )


def test_this_projects_file_covers_its_services_and_themes() -> None:
    path = ROOT / "data_contracts" / "spend_themes.yaml"
    services = load_services(ROOT / "data_contracts" / "services.yaml")
    vocabularies = load_vocabularies(ROOT / "data_contracts" / "vocabularies")
    check_spend_themes(load_spend_themes(path), services, vocabularies, path)
    totals = spend_shares(load_spend_themes(path)).group_by("service_code").agg(pl.sum("share"))
    assert totals["share"].unique().to_list() == [Decimal(1)]


@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=6))
def test_shares_are_taken_exactly_when_they_add_up_to_one(parts: list[int]) -> None:
    whole = parts if sum(parts) == 10_000 else [*parts, 10_000 - sum(parts)]
    shares = {f"t{n}": part / 10_000 for n, part in enumerate(whole)}
    if all(0 < part <= 10_000 for part in whole):
        one = SplitService(service_code="s", shares=shares, note="n", source="s")
        assert spend_shares(SpendThemes(services=(one,)))["share"].sum() == 1
    else:
        with pytest.raises(ValueError, match="shares"):
            SplitService(service_code="s", shares=shares, note="n", source="s")
