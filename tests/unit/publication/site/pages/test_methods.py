"""The methods: what this release uses, every symbol, and the policy in force."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from insight_pipeline.publication.disclosure.policy import load_policies
from insight_pipeline.publication.release import POLICY_FILE
from insight_pipeline.publication.site import words
from insight_pipeline.publication.site.pages import methods
from insight_pipeline.publication.site.store import Store
from tests.conftest import ROOT
from tests.unit.publication.site.conftest import SHORT, Release


def test_only_statistics_in_use_are_explained(release: Release) -> None:
    text = release.text("methods.html")
    assert "Wilson" in text and "Indirectly standardised ratio" in text
    assert "Directly standardised rate" not in text


def test_every_symbol_is_explained(release: Release) -> None:
    text = release.text("methods.html")
    assert all(f"<dt>{symbol}</dt>" in text for symbol in words.SHORTHAND)


def test_rounding_is_told_as_it_was_done(store: Store) -> None:
    assert "rounded to the nearest 5" in next(iter(methods.pages(store))).html
    exact = tuple(
        replace(each, figures=tuple(replace(f, rounded_to=1) for f in each.figures))
        for each in store.series
    )
    assert "not rounded" in next(iter(methods.pages(replace(store, series=exact)))).html


def test_linkage_rates_are_those_of_the_latest_complete_totals(store: Store) -> None:
    def linked(rate: Decimal | None) -> str:
        series = tuple(
            replace(each, figures=tuple(replace(f, linkage_rate=rate) for f in each.figures))
            if each.series_id == SHORT
            else replace(each, figures=())
            for each in store.series
        )
        return next(iter(methods.pages(replace(store, series=series)))).html

    assert "81&nbsp;% are linked to a person" in linked(Decimal("0.8100"))
    assert "are linked to a person" not in linked(None)


def test_the_policy_in_force_is_told_with_its_rule_and_its_source(release: Release) -> None:
    policy = load_policies(ROOT / "data_contracts" / POLICY_FILE).in_force
    text = release.text("methods.html")
    assert policy.title in text and f"Source of the policy: {policy.source}." in text
