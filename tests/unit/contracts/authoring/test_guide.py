from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from insight_pipeline.contracts.judging.rules import compile_rules
from insight_pipeline.contracts.promise.contract import ServiceLevels
from tests.unit.contracts.authoring.shop import STEMS, of, text_of, workshop
from tests.unit.contracts.promises import column, contract


@pytest.mark.parametrize("stem", STEMS)
def test_the_guide_says_all_there_is_to_know_and_needs_nothing_from_outside(
    stem: str, tmp_path: Path
) -> None:
    shop = workshop(stem)
    text = text_of(shop.guide(tmp_path))
    page = html.fromstring(text)
    told = page.text_content()
    for each in shop.contract.columns:
        assert each.name in told and " ".join(each.description.split()) in told
    for rule in compile_rules(shop.contract):
        assert rule.sentence in told and rule.fix_hint in told
    for code in shop.lists()["code"]:
        assert code in told
    assert not page.xpath("//script | //img | //link | //*[@src]")
    assert not re.search(r"url\(|@import|https?://", text)
    assert not page.xpath("//h2[not(@id)] | //th[not(@scope)]")
    (identifiers,) = [page.xpath("//@id")]
    assert len(identifiers) == len(set(identifiers))


def test_what_stands_in_a_contract_is_text_and_never_markup(tmp_path: Path) -> None:
    promised = contract(column("<b>A</b>"), providerName="<script>alert(1)</script>")
    page = html.fromstring(text_of(of(promised).guide(tmp_path)))
    assert not page.xpath("//script") and "<script>alert(1)</script>" in page.text_content()


def test_versions_service_levels_and_resubmission_are_told(tmp_path: Path) -> None:
    earlier = contract(column("A"), key=("A",), version="0.9.0", inForce={"to": "2024-12-31"})
    promised = replace(
        contract(column("A"), key=("A",), inForce={"from": "2025-01-01"}),
        earlier=(earlier,),
        service_levels=ServiceLevels(3, 14),
    )
    told = html.fromstring(text_of(of(promised).guide(tmp_path))).text_content()
    assert "Send a file every 3 months." in told and "within 14 days" in told
    assert "Rows with the same A replace those sent before" in told
    assert "periods that end from 1 January 2025" in told
    assert "periods that end to 31 December 2024" in told


@pytest.mark.browser
def test_the_guide_has_no_axe_violation(tmp_path: Path, browser: Any) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    path = workshop("brightcare__client_level_data").guide(tmp_path)
    page = browser.new_page(bypass_csp=True)
    page.goto(path.as_uri())
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = axe.run(page)
        assert found.violations_count == 0, found.generate_report()
    page.close()
