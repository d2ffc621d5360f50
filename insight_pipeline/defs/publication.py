"""The release asset: what commissioners open, or between two releases a preview of it."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg

from insight_pipeline.defs.cost import costed
from insight_pipeline.defs.describe import (
    TEAM,
    key_of,
    markdown_table,
    revision_metadata,
    selected,
    state_word,
)
from insight_pipeline.defs.guard import guarded
from insight_pipeline.indicators.catalogue import FIGURE_RELATION, Catalogue
from insight_pipeline.kernel.strict import parse_json
from insight_pipeline.operations.journal.record import journalled
from insight_pipeline.publication.history import DESCRIPTION
from insight_pipeline.publication.night import publish_warehouse
from insight_pipeline.publication.release import ReleaseSummary
from insight_pipeline.settings import Settings

SCORECARD_RELATION = "reference.scorecard"
RELEASE_RELATION = "publication.release"
EMPTY_CHECK = "release_has_figures"
SITE = Path("site", "index.html")
DESCRIBED = """Disclosure-controlled figures in an immutable release folder, and `latest`, which
points at it. A night on which no release is due (data_contracts/publication/release_policy.yaml)
makes a preview in its own folder instead: the same, audited against the same releases, for internal
eyes."""


def publication_assets(catalogue: Catalogue, settings: Settings) -> list[dg.AssetsDefinition]:
    key = key_of(RELEASE_RELATION)

    @dg.multi_asset(
        name="publication",
        specs=[
            dg.AssetSpec(
                key,
                deps=[key_of(FIGURE_RELATION), key_of(SCORECARD_RELATION)],
                description=DESCRIBED,
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
    @costed
    def publication(context: dg.AssetExecutionContext) -> Iterator[object]:
        with guarded(settings), journalled(settings):
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
    kind = "preview (no release is due)" if summary.is_preview else "release"
    return (
        f"{kind} {summary.release}: {summary.figures:,} figures, "
        f"{summary.suppressed:,} withheld, {state_word(summary.unchanged)}; {_next_words(summary)}"
    )


def _next_words(summary: ReleaseSummary) -> str:
    if summary.next_due is None:
        return "every night may release"
    return f"the next release is due when the data reach {summary.next_due}"


def _metadata(summary: ReleaseSummary | None) -> dict[str, Any]:
    if summary is None:
        return {"state": "nothing to publish yet"}
    page = summary.path / SITE
    return {
        "release": summary.release,
        "kind": "preview" if summary.is_preview else "public release",
        "state": state_word(summary.unchanged),
        "folder": dg.MetadataValue.path(summary.path),
        **({"site": dg.MetadataValue.url(page.as_uri())} if page.is_file() else {}),
        "periods_closed_by": summary.closed_to.isoformat(),
        "next_release": _next_words(summary),
        "figures": summary.figures,
        "withheld": summary.suppressed,
        **revision_metadata(summary.revisions),
        **_files(summary),
    }


def _files(summary: ReleaseSummary) -> dict[str, Any]:
    """Files with their sizes, the site's as one line; rows of every table of the database."""
    description = summary.path / DESCRIPTION
    said = parse_json(description.read_text(encoding="utf-8"), str(description))
    sizes = Counter[str]()
    for path in summary.path.rglob("*"):
        if path.is_file():
            first, *inner = path.relative_to(summary.path).parts
            sizes[f"{first}/" if inner else first] += path.stat().st_size
    return {
        "files": markdown_table(
            ("file", "bytes"), [(n, f"{s:,}") for n, s in sorted(sizes.items())]
        ),
        "rows": markdown_table(
            ("table", "rows"), [(name, f"{rows:,}") for name, rows in sorted(said["rows"].items())]
        ),
        "predecessor": said["predecessor"] or "none",
    }
