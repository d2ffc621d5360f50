"""Assets of the linkage room: who is one person, in the identity store."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from insight_pipeline.contracts.staging import feed_path
from insight_pipeline.defs.describe import TEAM, key_of, markdown_table, selected, state_word
from insight_pipeline.defs.guard import guarded
from insight_pipeline.indicators.catalogue import Catalogue
from insight_pipeline.linkage.link import link
from insight_pipeline.linkage.summary import LinkageInputs, LinkageSummary
from insight_pipeline.settings import Settings

PERSON_RELATION = "identity.person"
CITIZEN_RELATION = "identity.citizen"
SIZE_CHECK = "no_cluster_is_implausibly_large"
# More records of one person than any honest set of providers holds: look for a shared identifier.
LARGEST_PLAUSIBLE = 200


def linkage_assets(catalogue: Catalogue, settings: Settings) -> list[dg.AssetsDefinition]:
    feeds = {contract.stem for contract in catalogue.internal}
    if "person_evidence" not in feeds:
        return []

    @dg.multi_asset(
        name="linkage",
        specs=_specs(feeds),
        check_specs=[
            dg.AssetCheckSpec(
                SIZE_CHECK,
                asset=key_of(PERSON_RELATION),
                description=f"No person has more than {LARGEST_PLAUSIBLE} records.",
            ),
        ],
    )
    def linkage(context: dg.AssetExecutionContext) -> Iterator[object]:
        with guarded(settings):
            inputs = LinkageInputs(
                area_lookup=_paths("area_lookup", feeds, settings),
                opt_out=_paths("opt_out", feeds, settings),
            )
            summary = link(
                [feed_path(settings, "person_evidence")],
                settings.identity,
                inputs,
                settings,
                lambda line: context.log.info(line),
            )
            context.log.info(
                f"{summary.records:,} records are {summary.people:,} people, "
                f"{state_word(summary.unchanged)}"
            )
            yield from _results(context, summary)

    return [linkage]


def _paths(name: str, feeds: set[str], settings: Settings) -> tuple[Path, ...]:
    return (feed_path(settings, name),) if name in feeds else ()


def _specs(feeds: set[str]) -> list[dg.AssetSpec]:
    evidence = [key_of(f"feeds.{name}") for name in ("person_evidence",)]
    lookups = [key_of(f"feeds.{name}") for name in ("area_lookup", "opt_out") if name in feeds]
    return [
        dg.AssetSpec(
            key_of(PERSON_RELATION),
            deps=evidence,
            description="Which records are one person, under an id that lasts. Identity store: "
            "for linkage only.",
            group_name="linkage",
            kinds={"duckdb", "splink"},
            owners=[TEAM],
        ),
        dg.AssetSpec(
            key_of(CITIZEN_RELATION),
            deps=[key_of(PERSON_RELATION), *lookups],
            description="One row per citizen who has not opted out: month of birth, sex, ward, "
            "day of death. No identifiers.",
            group_name="linkage",
            kinds={"duckdb"},
            owners=[TEAM],
        ),
    ]


def _results(context: dg.AssetExecutionContext, summary: LinkageSummary) -> Iterator[object]:
    sizes = markdown_table(["records of one person", "people"], summary.cluster_sizes.items())
    yield dg.MaterializeResult(
        asset_key=key_of(PERSON_RELATION),
        metadata={
            "dagster/row_count": summary.records,
            "state": state_word(summary.unchanged),
            "pairs_scored": summary.pairs_scored,
            "model": summary.model_fingerprint[:12],
            "cluster_sizes": sizes,
        },
    )
    yield dg.MaterializeResult(
        asset_key=key_of(CITIZEN_RELATION), metadata={"dagster/row_count": summary.citizens}
    )
    check = dg.AssetCheckResult(
        asset_key=key_of(PERSON_RELATION),
        check_name=SIZE_CHECK,
        passed=summary.largest_cluster <= LARGEST_PLAUSIBLE,
        metadata={"largest": summary.largest_cluster},
    )
    yield from selected(context, [check])
