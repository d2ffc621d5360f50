"""The release asset: what commissioners open."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from insight_pipeline.defs.describe import (
    TEAM,
    key_of,
    revision_metadata,
    selected,
    state_word,
)
from insight_pipeline.defs.guard import guarded
from insight_pipeline.indicators.catalogue import FIGURE_RELATION, Catalogue
from insight_pipeline.publication.night import publish_warehouse
from insight_pipeline.publication.release import ReleaseSummary
from insight_pipeline.settings import Settings

SCORECARD_RELATION = "reference.scorecard"
RELEASE_RELATION = "publication.release"
EMPTY_CHECK = "release_has_figures"


def publication_assets(catalogue: Catalogue, settings: Settings) -> list[dg.AssetsDefinition]:
    key = key_of(RELEASE_RELATION)

    @dg.multi_asset(
        name="publication",
        specs=[
            dg.AssetSpec(
                key,
                deps=[key_of(FIGURE_RELATION), key_of(SCORECARD_RELATION)],
                description="Disclosure-controlled figures in an immutable release folder, and "
                "`latest`, which points at it.",
                group_name="publication",
                kinds={"duckdb", "csv", "parquet"},
                owners=[TEAM],
            )
        ],
        check_specs=[
            dg.AssetCheckSpec(
                EMPTY_CHECK, asset=key, description="The release holds at least one figure."
            )
        ],
    )
    def publication(context: dg.AssetExecutionContext) -> Iterator[object]:
        with guarded(settings):
            summary = publish_warehouse(catalogue, settings)
            context.log.info(_words(summary))
            yield dg.MaterializeResult(asset_key=key, metadata=_metadata(summary))
            figures = summary.figures if summary else 0
            check = dg.AssetCheckResult(
                asset_key=key,
                check_name=EMPTY_CHECK,
                passed=figures > 0,
                severity=dg.AssetCheckSeverity.WARN,
                metadata={"figures": figures},
            )
            yield from selected(context, [check])

    return [publication]


def _words(summary: ReleaseSummary | None) -> str:
    if summary is None:
        return "nothing to publish yet: no service has reported"
    return (
        f"release {summary.release}: {summary.figures:,} figures, "
        f"{summary.suppressed:,} withheld, {state_word(summary.unchanged)}"
    )


def _metadata(summary: ReleaseSummary | None) -> dict[str, Any]:
    if summary is None:
        return {"state": "nothing to publish yet"}
    return {
        "release": summary.release,
        "folder": dg.MetadataValue.path(summary.path),
        "figures": summary.figures,
        "withheld": summary.suppressed,
        **revision_metadata(summary.revisions),
        "state": state_word(summary.unchanged),
    }
