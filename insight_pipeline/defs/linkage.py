"""Assets of the linkage room: who is one person, in the identity store."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from insight_pipeline.contracts.staging import feed_path
from insight_pipeline.defs.charts import charts
from insight_pipeline.defs.cost import costed
from insight_pipeline.defs.describe import TEAM, key_of, markdown_table, selected, state_word
from insight_pipeline.defs.guard import guarded
from insight_pipeline.defs.linkage_checks import CHECKS, PERSON_RELATION, linkage_checks
from insight_pipeline.indicators.catalogue import Catalogue
from insight_pipeline.linkage.ledger.events import EVENTS
from insight_pipeline.linkage.link import link
from insight_pipeline.linkage.look_back import look_back
from insight_pipeline.linkage.summary import LinkageInputs, LinkageSummary
from insight_pipeline.operations.charts.linking import cluster_sizes as drawn_sizes
from insight_pipeline.operations.charts.linking import match_weights
from insight_pipeline.operations.journal.record import journalled
from insight_pipeline.settings import Settings

CITIZEN_RELATION = "identity.citizen"
QUALITY_RELATION = "identity.linkage_quality"
GROUP_CHECK = "no_group_is_linked_worse_than_others"


def linkage_assets(catalogue: Catalogue, settings: Settings) -> list[dg.AssetsDefinition]:
    feeds = {contract.stem for contract in catalogue.internal}
    if "person_evidence" not in feeds:
        return []

    @dg.multi_asset(
        name="linkage",
        specs=_specs(feeds),
        check_specs=[
            dg.AssetCheckSpec(name, asset=key_of(PERSON_RELATION), description=description)
            for name, description in CHECKS.items()
        ],
    )
    @costed
    def linkage(context: dg.AssetExecutionContext) -> Iterator[object]:
        with guarded(settings), journalled(settings):
            inputs = LinkageInputs(
                area_lookup=_paths("area_lookup", feeds, settings),
                opt_out=_paths("opt_out", feeds, settings),
                decision=_paths("linkage_decision", feeds, settings),
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

    return [linkage, _look_back_asset(settings)]


def _look_back_asset(settings: Settings) -> dg.AssetsDefinition:
    """Measuring never holds up linking: it is an asset of its own."""

    @dg.multi_asset(
        name="linkage_quality",
        specs=[
            dg.AssetSpec(
                key_of(QUALITY_RELATION),
                deps=[key_of(PERSON_RELATION)],
                description="How good the night's linkage is, overall and by group; the partitions "
                "it might have been; households. `insight quality` shows it.",
                group_name="linkage",
                kinds={"duckdb"},
                owners=[TEAM],
            )
        ],
        check_specs=[
            dg.AssetCheckSpec(
                GROUP_CHECK,
                asset=key_of(QUALITY_RELATION),
                description="By sex, age, name, provider and identifiers, quality differs by "
                "chance alone.",
            )
        ],
    )
    @costed
    def linkage_quality(context: dg.AssetExecutionContext) -> Iterator[object]:
        with guarded(settings):
            found = look_back(settings, lambda line: context.log.info(line))
            yield dg.MaterializeResult(
                asset_key=key_of(QUALITY_RELATION),
                metadata={
                    "state": state_word(found.unchanged),
                    "reviews": markdown_table(["question", "waiting"], found.reviews.items()),
                    "households": found.households,
                    "communal_places": found.communal_places,
                    **charts(lambda: [match_weights(settings.identity)]),
                    **found.quality,
                },
            )
            check = dg.AssetCheckResult(
                asset_key=key_of(QUALITY_RELATION),
                check_name=GROUP_CHECK,
                passed=not found.groups_flagged,
                severity=dg.AssetCheckSeverity.WARN,
                metadata={"groups": found.groups_flagged},
            )
            yield from selected(context, [check])

    return linkage_quality


def _paths(name: str, feeds: set[str], settings: Settings) -> tuple[Path, ...]:
    return (feed_path(settings, name),) if name in feeds else ()


def _specs(feeds: set[str]) -> list[dg.AssetSpec]:
    evidence = [
        key_of(f"feeds.{name}") for name in ("person_evidence", "linkage_decision") if name in feeds
    ]
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
    events = {event: getattr(summary, event) for event in EVENTS}
    yield dg.MaterializeResult(
        asset_key=key_of(PERSON_RELATION),
        metadata={
            "dagster/row_count": summary.records,
            "rows_in": summary.evidence_rows,
            **charts(lambda: [drawn_sizes(summary.cluster_sizes)]),
            "state": state_word(summary.unchanged),
            "people": summary.people,
            "records_changed": summary.changed,
            "records_affected": summary.affected,
            "pairs_scored": summary.pairs_scored,
            "records_left_out": summary.left_out,
            "model": summary.model,
            "cluster_sizes": sizes,
            "ids": markdown_table(["event", "people"], events.items()),
            "churn_percent": summary.churn_percent,
            "decisions_in_effect": summary.decisions_in_effect,
        },
    )
    yield dg.MaterializeResult(
        asset_key=key_of(CITIZEN_RELATION), metadata={"dagster/row_count": summary.citizens}
    )
    yield from selected(context, linkage_checks(summary))
