"""What a release was made with: contracts, code and linkage model, each by its version.

Belongs here: reading those versions. Does not belong here: the figures, or the folder they go into
(building.py). With them and the deliveries a release can be made again.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from insight_pipeline.contracts.promise.contract import (
    Contract,
    ContractProperties,
    InternalProperties,
)
from insight_pipeline.contracts.promise.odcs import load_contracts
from insight_pipeline.kernel.fingerprint import fingerprint, tree_fingerprint
from insight_pipeline.linkage.model import files
from insight_pipeline.settings import Settings

PACKAGE = Path(__file__).parents[2]
DISTRIBUTION = "insight-pipeline"
# What of the package decides a release: its code, and the pages and styles it is shown in.
_SOURCES = ("*.py", "*.html", "*.css", "*.js")


def provenance(settings: Settings) -> dict[str, object]:
    """Versions, in plain values for release.json.

    contract_versions: id → version of every contract in force. code_version: of the package, with
    fingerprints of its source and of the project's SQL. model_version: the linkage model in use,
    None before there is one.
    """
    model = files.active(settings.models)
    return {
        "contract_versions": {contract.stem: contract.version for contract in _contracts(settings)},
        "code_version": {
            "package": package_version(),
            "source": source_fingerprint(),
            "sql": tree_fingerprint(settings.sql, "*.sql"),
        },
        "model_version": model.model if model else None,
    }


@cache
def source_fingerprint() -> str:
    """Changes with every file of the package that can change what a release holds.

    Of the code this process runs: read once, whatever becomes of the files meanwhile.
    """
    return fingerprint([tree_fingerprint(PACKAGE, pattern) for pattern in _SOURCES])


def _contracts(settings: Settings) -> list[Contract]:
    found = [
        *load_contracts(settings.contracts / "providers", ContractProperties),
        *load_contracts(settings.contracts / "internal", InternalProperties),
        *load_contracts(settings.contracts / "publication", InternalProperties),
    ]
    return sorted(found, key=lambda contract: contract.stem)


def package_version() -> str | None:
    """None where the package runs from a folder without being installed."""
    try:
        return version(DISTRIBUTION)
    except PackageNotFoundError:
        return None
