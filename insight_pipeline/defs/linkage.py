"""Assets of the linkage room: who is one person, in the identity store."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from insight_pipeline.contracts.staging import feed_path
from insight_pipeline.defs.describe import TEAM, key_of, markdown_table, selected, state_word
from insight_pipeline.defs.guard import guarded
from insight_pipeline.indicators.catalogue import Catalogue
from insight_pipeline.linkage.ledger.events import EVENTS
from insight_pipeline.linkage.link import link
from insight_pipeline.linkage.look_back import look_back
from insight_pipeline.linkage.summary import LinkageInputs, LinkageSummary
from insight_pipeline.settings import Settings

PERSON_RELATION = "identity.person"
CITIZEN_RELATION = "identity.citizen"
QUALITY_RELATION = "identity.linkage_quality"
SIZE_CHECK = "no_cluster_is_implausibly_large"
# More records of one person than any honest set of providers holds: look for a shared identifier.
LARGEST_PLAUSIBLE = 200
CHURN_CHECK = "ids_stay_with_their_people"
MODEL_CHECK = "the_model_was_really_estimated"
GROUP_CHECK = "no_group_is_linked_worse_than_others"
REVIEW_CHECK = "doubtful_people_are_reviewed"
CHECKS = {
    SIZE_CHECK: f"No person has more than {LARGEST_PLAUSIBLE} records.",
    CHURN_CHECK: "No more people changed their id than data_contracts/linkage.yaml allows a night.",
    MODEL_CHECK: "Every parameter of the model was estimated from enough pairs and is plausible.",
    REVIEW_CHECK: "No badly connected person and no contradicted decision waits for review.",
}


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
    def linkage(context: dg.AssetExecutionContext) -> Iterator[object]:
        with guarded(settings):
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
    yield from selected(context, _checks(summary))


def _checks(summary: LinkageSummary) -> list[dg.AssetCheckResult]:
    """What cannot be true, or changes people for no reason given, is an error; the rest a hint."""
    outcomes: dict[str, tuple[bool, dict[str, int | float | str]]] = {
        SIZE_CHECK: (
            summary.largest_cluster <= LARGEST_PLAUSIBLE,
            {"largest": summary.largest_cluster},
        ),
        CHURN_CHECK: (
            not summary.is_churn_over_limit,
            {"churn_percent": summary.churn_percent},
        ),
        MODEL_CHECK: (
            not summary.is_provisional and not summary.model_findings,
            {"findings": summary.model_findings, "is_provisional": str(summary.is_provisional)},
        ),
        REVIEW_CHECK: (
            not summary.doubtful_people and not summary.decisions_put_back,
            {"people": summary.doubtful_people, "put_back": summary.decisions_put_back},
        ),
    }
    return [
        dg.AssetCheckResult(
            asset_key=key_of(PERSON_RELATION),
            check_name=name,
            passed=passed,
            severity=_severity(name, summary),
            metadata=metadata,
        )
        for name, (passed, metadata) in outcomes.items()
    ]


def _severity(check: str, summary: LinkageSummary) -> dg.AssetCheckSeverity:
    """A model or method that people chose may move many ids; nothing else may."""
    is_chosen = check == CHURN_CHECK and summary.cause is not None
    is_error = check in (SIZE_CHECK, CHURN_CHECK) and not is_chosen
    return dg.AssetCheckSeverity.ERROR if is_error else dg.AssetCheckSeverity.WARN
