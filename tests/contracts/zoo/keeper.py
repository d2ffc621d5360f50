"""What every test of the zoo needs: its project, its files, and what is expected of them.

Belongs here: reading expected.yaml and laying out a project of the zoo's contracts. Does not belong
here: judging. The stored contracts promise CSV or JSON; what differs for another format is here.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from insight_pipeline.contracts.judging.law import Law
from insight_pipeline.contracts.promise.contract import Contract, ContractProperties
from insight_pipeline.contracts.promise.odcs import load_contracts
from insight_pipeline.contracts.promise.vocabulary import load_vocabularies
from insight_pipeline.kernel.strict import validate
from insight_pipeline.landing.manifest import Manifest
from insight_pipeline.settings import Settings
from insight_pipeline.sql.model import load_macros
from tests.conftest import ROOT

HERE = Path(__file__).parent
VARIANTS = {
    "payments": {
        "payments_cp1252": "{format: csv, delimiter: ';', encoding: cp1252}",
        "payments_xlsx": "{format: xlsx, header_row: auto, totals: Total}",
    },
    "people": {
        "people_ndjson": "{format: ndjson}",
        "people_parquet": "{format: parquet}",
        "people_xml": "{format: xml, record: person}",
    },
}
Issue = tuple[int | None, str | None, str, str]
DECLARED = {
    "contract_version": "1.2.0",
    "period_from": "2025-01-01",
    "period_to": "2025-03-31",
    "submitted_at": "2025-04-07T09:00:00Z",
}


@dataclass(frozen=True)
class Expected:
    """counts: received, accepted, quarantined, superseded, rejected."""

    name: str
    contract: str
    wrong: str
    declared: dict[str, Any] | None
    outcome: str
    counts: tuple[int, ...]
    issues: tuple[Issue, ...]
    unreadable: str | None = None

    @property
    def manifest(self) -> Manifest | None:
        return None if self.declared is None else self.declaring(**self.declared)

    def declaring(self, **declared: Any) -> Manifest:
        """A manifest for this file, whether or not its case has one."""
        provider, dataset = self.contract.split("__")
        whole = {
            "provider": provider,
            "dataset": dataset,
            "file": self.name,
            **DECLARED,
            **declared,
        }
        return validate(whole, Manifest, self.name)


def ordered(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    return tuple(sorted(issues, key=lambda i: (i[0] is not None, i[0] or 0, i[1] or "", i[2])))


def expectations() -> tuple[Expected, ...]:
    """Every case of expected.yaml, in its order."""
    raw = yaml.safe_load((HERE / "expected.yaml").read_text(encoding="utf-8"))
    return tuple(
        Expected(
            name=name,
            contract=case["contract"],
            wrong=case["wrong"],
            declared=case.get("manifest"),
            outcome=case["outcome"],
            counts=tuple(case["counts"]),
            issues=ordered(tuple(issue) for issue in case.get("issues", [])),
            unreadable=case.get("unreadable"),
        )
        for name, case in raw.items()
    )


def lay_out(folder: Path) -> Settings:
    """An installation whose providers are the zoo's, with this project's SQL functions."""
    providers = folder / "project" / "data_contracts" / "providers"
    providers.mkdir(parents=True)
    for path in sorted((HERE / "contracts").glob("*.odcs.yaml")):
        text = path.read_text(encoding="utf-8")
        (providers / path.name).write_text(text, encoding="utf-8")
        dataset = path.name.removesuffix(".odcs.yaml").removeprefix("zoo__")
        for variant, reader in VARIANTS.get(dataset, {}).items():
            changed = _variant(text, dataset, variant, reader)
            (providers / f"zoo__{variant}.odcs.yaml").write_text(changed, encoding="utf-8")
    shutil.copytree(HERE / "contracts" / "vocabularies", providers.parent / "vocabularies")
    (folder / "project" / "dbt_like_sql").symlink_to(ROOT / "dbt_like_sql")
    return Settings(home=folder / "home", project=folder / "project", threads=1, memory_limit="1GB")


def _variant(text: str, dataset: str, variant: str, reader: str) -> str:
    lines = text.splitlines(keepends=True)
    (at,) = [n for n, line in enumerate(lines) if line.strip() == "- property: reader"]
    lines[at + 1] = f"    value: {reader}\n"
    changed = "".join(lines).replace(
        f"property: dataset, value: {dataset}}}", f"property: dataset, value: {variant}}}"
    )
    return changed.replace(f"id: zoo__{dataset}\n", f"id: zoo__{variant}\n")


def contracts_of(settings: Settings) -> dict[str, Contract]:
    found = load_contracts(settings.contracts / "providers", ContractProperties)
    return {contract.stem: contract for contract in found}


def law_of(settings: Settings) -> Law:
    return Law(
        load_vocabularies(settings.contracts / "vocabularies"),
        load_macros(settings.sql / "functions"),
    )
