"""Assets of feedback: one per feed, so that a page that cannot be made stops nobody else's."""

from collections.abc import Iterator

import dagster as dg

from insight_pipeline.contracts.feedback.outbox import Told, write_feedback
from insight_pipeline.contracts.feedback.page import INDEX_NAME
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.staging import accepted_relation
from insight_pipeline.defs.cost import costed
from insight_pipeline.defs.describe import TEAM, key_of, link, selected, state_word
from insight_pipeline.defs.guard import guarded, safe_description
from insight_pipeline.indicators.catalogue import Catalogue
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.kernel.trouble import raise_machine_trouble
from insight_pipeline.settings import Settings

CHECK = "every_delivery_is_answered"
# A dataset that a replay changed is told of by itself; within a night both are made anyway.
FOLLOWS = (
    dg.AutomationCondition.any_deps_updated().since_last_handled()
    & ~dg.AutomationCondition.any_deps_missing()
    & ~dg.AutomationCondition.any_deps_in_progress()
    & ~dg.AutomationCondition.in_progress()
).with_label("after a replay")


def feedback_relation(contract: Contract) -> str:
    return f"feedback.{contract.stem}"


def feedback_assets(catalogue: Catalogue, settings: Settings) -> list[dg.AssetsDefinition]:
    return [_asset(contract, settings) for contract in catalogue.contracts]


def feedback_automation() -> dg.AutomationConditionSensorDefinition:
    """Starts FOLLOWS; its runs queue behind any other."""
    return dg.AutomationConditionSensorDefinition(
        "feedback_after_a_replay",
        target=dg.AssetSelection.groups("feedback"),
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Tells a provider anew when a replay changed what stands of its dataset.",
    )


def _asset(contract: Contract, settings: Settings) -> dg.AssetsDefinition:
    key = key_of(feedback_relation(contract))

    @dg.multi_asset(
        name=f"feedback__{contract.stem}",
        specs=[_spec(key, contract)],
        check_specs=[
            dg.AssetCheckSpec(
                CHECK,
                asset=key,
                description="Every delivery with a verdict has its summary in the outbox.",
            )
        ],
    )
    @costed
    def feedback(context: dg.AssetExecutionContext) -> Iterator[object]:
        with guarded(settings):
            told = _told(context, contract, settings)
            yield dg.MaterializeResult(asset_key=key, metadata=_metadata(told, contract, settings))
            check = dg.AssetCheckResult(asset_key=key, check_name=CHECK, passed=told is not None)
            yield from selected(context, [check])

    return feedback


def _told(context: dg.AssetExecutionContext, contract: Contract, settings: Settings) -> Told | None:
    """What was told; nothing where it failed: the provider keeps the feedback it has."""
    try:
        told = write_feedback(contract, settings)
    except Exception as error:
        raise_machine_trouble(error, f"feedback: {contract.stem}")
        words = str(error) if isinstance(error, InsightError) else safe_description(error)
        context.log.error(f"{contract.stem}: no feedback could be written.\n{words}")
        return None
    context.log.info(f"{len(told.made)} of {told.deliveries} deliveries told anew")
    return told


def _spec(key: dg.AssetKey, contract: Contract) -> dg.AssetSpec:
    promise = contract.promise
    return dg.AssetSpec(
        key,
        deps=[key_of(accepted_relation(contract))],
        description=f"What {promise.provider_name} is told about every delivery of "
        f"{contract.title}: a page, lists of rows to correct, and the same for programs.",
        group_name="feedback",
        kinds={"html", "xlsx"},
        owners=[TEAM],
        tags={"provider": promise.provider},
        automation_condition=FOLLOWS,
    )


def _metadata(
    told: Told | None, contract: Contract, settings: Settings
) -> dict[str, int | str | dg.MetadataValue]:
    page = link(settings.outbox / contract.promise.provider / INDEX_NAME)
    if told is None:
        return {"state": "stays as it stood: engine error", "feedback_page": page}
    return {
        "feedback_page": page,
        "deliveries": told.deliveries,
        "told_anew": len(told.made),
        "state": state_word(not told.made),
    }
